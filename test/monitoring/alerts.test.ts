import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PACKAGE_DIR } from "../../src/config";
import { at, codes, listAt, textAt } from "../graphql/answers";
import { logged } from "../identity/account-entries";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

const ALERTS = `query ($open: Boolean, $first: Int, $after: String) {
  alerts(unacknowledgedOnly: $open, first: $first, after: $after) {
    nodes { id at detector severity actorId summary evidence acknowledgedBy acknowledgedAt }
    pageInfo { hasNextPage endCursor }
  }
}`;
const ACKNOWLEDGE = `mutation ($id: ID!, $note: String) {
  acknowledgeAlert(id: $id, note: $note) { id acknowledgedBy acknowledgedAt }
}`;

/** The default policy with a budget of two customers for billing. */
function smallBudget(): string {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-policy-"));
  cpSync(join(PACKAGE_DIR, "policy"), directory, { recursive: true });
  const path = join(directory, "roles.yaml");
  const text = readFileSync(path, "utf8");
  const changed = text.replace(/(support:\n(?:.*\n)*?) {2}budget: 1000/, "$1  budget: 2");
  if (changed === text) throw new Error("roles.yaml has another form now");
  writeFileSync(path, changed);
  return directory;
}

describe.each(engines)("alerts on $name", (engine) => {
  let gateway: TestGateway;
  let policy: string;
  let security: Caller;
  let support: Caller;
  let tenant: string;
  beforeAll(async () => {
    policy = smallBudget();
    gateway = await openTestGateway(engine, { FIELDWARD_POLICY_DIR: policy });
    tenant = await addTenant(gateway, "acme");
    security = await gateway.staff("security", "security");
    support = await gateway.staff("support", "support");
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(policy, { recursive: true });
  });

  const raise = (dedupe: string) =>
    gateway.fieldward.services.alerts.raise({
      detector: "test",
      severity: "low",
      actorId: null,
      summary: "Something to look at.",
      evidence: ["count=3"],
      dedupe,
    });

  it("tell of a disclosure budget that is used up: once an hour, whatever is asked for after", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await addCustomer(gateway, tenant)).id);
    const nameOf = (id: string | undefined) => `{ customer(id: "${String(id)}") { name } }`;
    for (const id of ids.slice(0, 2))
      expect(textAt(await gateway.query(support, nameOf(id)), "customer.name")).toBe("Amira Novak");
    for (let i = 0; i < 2; i += 1)
      expect(textAt(await gateway.query(support, nameOf(ids[2])), "customer.name")).not.toBe("Amira Novak");
    const clear = `{ customer(id: "${String(ids[2])}") { name(as: CLEAR) } }`;
    expect(codes(await gateway.query(support, clear))).toEqual(["DISCLOSURE_BUDGET_EXCEEDED"]);
    expect(textAt(await gateway.query(support, nameOf(ids[0])), "customer.name")).toBe("Amira Novak");
    const answer = await gateway.query(security, ALERTS);
    expect(listAt(answer, "alerts.nodes")).toMatchObject([
      {
        detector: "disclosure-budget",
        actorId: textAt(await gateway.query(support, "{ me { id } }"), "me.id"),
        evidence: ["limit=2", "hour=2026-06-15T12:00:00.000Z"],
      },
    ]);
  });

  it("are raised once for one occasion, also where two replicas find it at once", async () => {
    const before = listAt(await gateway.query(security, ALERTS), "alerts.nodes").length;
    await Promise.all([raise("twice"), raise("twice"), raise("twice")]);
    expect(listAt(await gateway.query(security, ALERTS), "alerts.nodes")).toHaveLength(before + 1);
  });

  it("come newest first, page by page", async () => {
    for (const name of ["p1", "p2", "p3"]) {
      await raise(name);
      gateway.clock.forward(1);
    }
    const all = listAt(await gateway.query(security, ALERTS), "alerts.nodes");
    const paged: unknown[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await gateway.query(security, ALERTS, { first: 2, after });
      paged.push(...listAt(page, "alerts.nodes"));
      if (at(page, "alerts.pageInfo.hasNextPage") !== true) break;
      after = textAt(page, "alerts.pageInfo.endCursor");
    }
    expect(paged).toEqual(all);
    const times = all.map((alert) => (alert as { at: string }).at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it("are acknowledged once, and then out of the list of those that wait", async () => {
    await raise("acknowledged");
    const id = textAt(await gateway.query(security, ALERTS, { first: 1 }), "alerts.nodes.0.id");
    const done = await gateway.query(security, ACKNOWLEDGE, { id, note: "Talked to them." });
    expect(at(done, "acknowledgeAlert")).toMatchObject({
      id,
      acknowledgedBy: textAt(await gateway.query(security, "{ me { id } }"), "me.id"),
    });
    expect(codes(await gateway.query(security, ACKNOWLEDGE, { id }))).toEqual(["CONFLICT"]);
    const waiting = listAt(await gateway.query(security, ALERTS), "alerts.nodes");
    expect(waiting.map((alert) => (alert as { id: string }).id)).not.toContain(id);
    const all = listAt(await gateway.query(security, ALERTS, { open: false }), "alerts.nodes");
    expect(all.map((alert) => (alert as { id: string }).id)).toContain(id);
  });

  it("are not acknowledged by whom they are about", async () => {
    const actorId = textAt(await gateway.query(security, "{ me { id } }"), "me.id");
    const { alerts } = gateway.fieldward.services;
    const found = {
      detector: "test",
      severity: "high",
      actorId,
      summary: "Look at this.",
      evidence: [],
    } as const;
    await alerts.raise({ ...found, dedupe: "own" });
    const id = textAt(await gateway.query(security, ALERTS, { first: 1 }), "alerts.nodes.0.id");
    const own = await gateway.query(security, ACKNOWLEDGE, { id, note: "Nothing to see." });
    expect(codes(own)).toEqual(["FORBIDDEN"]);
    const waiting = listAt(await gateway.query(security, ALERTS), "alerts.nodes");
    expect(waiting).toContainEqual(expect.objectContaining({ id, actorId, acknowledgedBy: null }));
    const compliance = await gateway.staff("compliance", "legal");
    expect(codes(await gateway.query(compliance, ACKNOWLEDGE, { id }))).toEqual([]);
    expect(codes(await gateway.query(security, ACKNOWLEDGE, { id }))).toEqual(["FORBIDDEN"]);
  });

  it("show why a person raised one and what was done about it, which is put on the access log", async () => {
    const other = await gateway.staff("support", "support");
    const id = textAt(await gateway.query(other, "{ me { id } }"), "me.id");
    const freeze = `mutation { freezePrincipal(id: "${id}", reason: "Reads what is none of their business.") }`;
    expect(codes(await gateway.query(security, freeze))).toEqual([]);
    const texts = "{ alerts(first: 1) { nodes { id reason note } } }";
    const told = await gateway.query(security, texts);
    expect(at(told, "alerts.nodes.0")).toMatchObject({
      reason: "Reads what is none of their business.",
      note: null,
    });
    const alert = textAt(told, "alerts.nodes.0.id");
    const done = await gateway.query(
      security,
      `mutation { acknowledgeAlert(id: "${alert}", note: "Talked to them.") { reason note } }`,
    );
    expect(done.data).toEqual({
      acknowledgeAlert: { reason: "Reads what is none of their business.", note: "Talked to them." },
    });
    const reads = (await logged(gateway, "READ")).flatMap((entry) => entry.reads ?? []);
    expect(reads).toContainEqual(
      expect.objectContaining({ type: "Alert", fields: { reason: "CLEAR", note: "CLEAR" } }),
    );
  });

  it("are seen by those with the right, and by nobody else", async () => {
    expect(codes(await gateway.query(support, ALERTS))).toEqual(["FORBIDDEN"]);
    expect(codes(await gateway.query(support, ACKNOWLEDGE, { id: tenant }))).toEqual(["FORBIDDEN"]);
    expect(codes(await gateway.query(security, ACKNOWLEDGE, { id: tenant }))).toEqual(["NOT_FOUND"]);
  });
});
