import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import { verifyLog } from "../../src/audit/verify";
import { codes, textAt } from "../graphql/answers";
import { auditBytes, breakAccessLog, pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

interface Entry {
  readonly kind: string;
  readonly operation?: string;
  readonly [field: string]: unknown;
}

async function entries(gateway: TestGateway): Promise<Entry[]> {
  return (await auditBytes(gateway)).map((text) => JSON.parse(text) as Entry);
}

async function faultsOf({ fieldward }: TestGateway): Promise<readonly string[]> {
  return (await verifyLog(sqlAuditStore(fieldward.databases.audit))).flatMap(({ faults }) => faults);
}

/** A promise that is settled from outside. */
function deferred(): { readonly promise: Promise<undefined>; readonly resolve: (value: undefined) => void } {
  let resolve: (value: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe.each(engines)("the access log on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  let id: string;
  let support: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenant);
    id = customer.id;
    await addMessages(gateway, customer, ["One.", "Two."]);
    support = await gateway.staff("support", "support; case=T-1042");
  });
  afterAll(() => gateway.close());

  /** The entries of one operation: told apart by its name. */
  const entriesOf = async (operation: string): Promise<Entry[]> =>
    (await entries(gateway)).filter((entry) => entry.operation === operation);

  it("has one entry an operation: who, why, what, and of whom at which level", async () => {
    const query = `query Look($id: ID!) { customer(id: $id) { country name phone(as: TOKEN) messages { nodes { status body } } } me { id } }`;
    const { data } = await gateway.query(support, query, { id });
    const [entry, ...others] = await entriesOf("Look");
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      v: 1,
      kind: "READ",
      actor: textAt({ data: data ?? null }, "me.id"),
      actorKind: "STAFF",
      purpose: "support",
      case: "T-1042",
      operationHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      ip: "127.0.0.1",
      reads: expect.arrayContaining([
        {
          type: "Customer",
          fields: { country: "CLEAR", name: "CLEAR", phone: "TOKEN", messages: "CLEAR" },
          subjects: [id],
        },
        { type: "Message", fields: { status: "CLEAR", body: "MASKED" }, subjects: [id], records: [2] },
      ]),
    });
  });

  it("tells what was refused: a field, an operation, a write", async () => {
    const billing = await gateway.partner("larkfield", ["traffic:clear"], ["billing"]);
    await gateway.query(billing, "query Partly { customers { nodes { id name } } }");
    await gateway.query(
      billing,
      `mutation Write { createCustomer(input: { phone: "+447700900123" }) { id } }`,
    );
    expect(await entriesOf("Partly")).toMatchObject([
      { kind: "READ", denials: [{ field: "Customer.name", code: "FIELD_HIDDEN" }] },
    ]);
    expect(await entriesOf("Write")).toMatchObject([
      { kind: "DENIED", denials: [{ field: "Mutation.createCustomer", code: "FORBIDDEN" }] },
    ]);
  });

  it("does not grow by what somebody asks who has not signed in and reads nothing", async () => {
    const before = (await auditBytes(gateway)).length;
    const asked = ["{ signedIn }", "{ __typename }", "{ __schema { queryType { name } } }"];
    const challenge = `mutation { verifyTotp(challenge: "none", code: "000000") { token } }`;
    expect(codes(await gateway.query(null, challenge))).toEqual(["UNAUTHENTICATED"]);
    for (const query of asked) {
      expect(codes(await gateway.query(null, query))).toEqual([]);
      expect(codes(await gateway.query(null, `query Refused { customers { nodes { id } } }`))).toEqual([
        "UNAUTHENTICATED",
      ]);
    }
    expect(await auditBytes(gateway)).toHaveLength(before);
    const code = `mutation Activate { setPassword(code: "none", next: "a long enough password") }`;
    expect(codes(await gateway.query(null, code))).toEqual(["UNAUTHENTICATED"]);
    expect(await entriesOf("Activate")).toMatchObject([{ kind: "DENIED", ip: "127.0.0.1" }]);
    await gateway.query(support, "query Signed { signedIn }");
    expect(await entriesOf("Signed")).toMatchObject([{ kind: "READ", actorKind: "STAFF" }]);
  });

  it("has a write before it is committed, with the fields that it changes", async () => {
    await gateway.query(
      support,
      `mutation Change($id: ID!) { updateCustomer(input: { id: $id, name: "Someone Else", country: "PL" }) { id name } }`,
      { id },
    );
    expect(await entriesOf("Change")).toMatchObject([
      {
        kind: "WRITE",
        reads: [{ type: "Customer", fields: { name: "CLEAR", country: "CLEAR" }, subjects: [id] }],
      },
      { kind: "READ" },
    ]);
  });

  it("has the entry before the answer leaves", async () => {
    const { accessLog } = gateway.fieldward.services;
    const append = accessLog.append.bind(accessLog);
    const gate = deferred();
    const reached = deferred();
    jest.spyOn(accessLog, "append").mockImplementationOnce(async (entry) => {
      reached.resolve(undefined);
      await gate.promise;
      await append(entry);
    });
    let answered = false;
    const answer = gateway
      .query(support, "query Held($id: ID!) { customer(id: $id) { name } }", { id })
      .then((got) => {
        answered = true;
        return got;
      });
    await reached.promise;
    for (let i = 0; i < 3; i += 1) await gateway.query(support, "{ me { id } }");
    expect(answered).toBe(false);
    gate.resolve(undefined);
    expect((await answer).data).toEqual({ customer: { name: "Someone Else" } });
    expect(await entriesOf("Held")).toHaveLength(1);
  });

  it("is not broken by a long name of an operation, for its sender or for others", async () => {
    const long = `query ${"N".repeat(100_000)} { customers { nodes { id } } }`;
    const answers = await Promise.all([
      gateway.query(support, long),
      ...[1, 2, 3].map(() => gateway.query(support, "{ customers { nodes { id } } }")),
    ]);
    expect(answers.slice(1).flatMap(codes)).toEqual([]);
    expect(Math.max(...(await auditBytes(gateway)).map((text) => text.length))).toBeLessThan(65_536);
  });

  it("is intact after all that", async () => {
    expect(await faultsOf(gateway)).toEqual([]);
  });
});

describe.each(engines)("a broken access log on $name", (engine) => {
  let gateway: TestGateway;
  let support: Caller;
  let tenant: string;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "larkfield");
    await addCustomer(gateway, tenant);
    support = await gateway.staff("support", "support");
  });
  afterAll(() => gateway.close());

  const ask = (): Promise<Answer> => gateway.query(support, "{ customers { nodes { id name phone } } }");

  function expectRefused(answer: Answer): void {
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: "AUDIT_UNAVAILABLE" } }] });
    expect(answer).not.toHaveProperty("data");
  }

  it("stops every answer under load, and lets them through again once it is back, without a restart", async () => {
    let phase: "whole" | "breaking" | "broken" | "mending" | "mended" = "whole";
    let stopped = false;
    const seen = new Map<string, Answer[]>();
    const client = async (): Promise<void> => {
      while (!stopped) {
        const sent = phase;
        const answer = await ask();
        // Only what was sent and answered in one phase is sure to have met it.
        const met = sent === phase ? sent : "between";
        seen.set(met, [...(seen.get(met) ?? []), answer]);
      }
    };
    const until = async (count: number): Promise<void> => {
      while ((seen.get(phase)?.length ?? 0) < count) await gateway.query(null, "{ __typename }");
    };
    const clients = Promise.all(Array.from({ length: 50 }, client));
    await until(60);
    phase = "breaking";
    const repair = await breakAccessLog(gateway);
    phase = "broken";
    await until(100);
    phase = "mending";
    await repair();
    phase = "mended";
    await until(60);
    stopped = true;
    await clients;
    for (const answer of seen.get("broken") ?? []) expectRefused(answer);
    for (const answer of [...(seen.get("whole") ?? []), ...(seen.get("mended") ?? [])])
      expect(answer).toMatchObject({ status: 200, data: expect.anything() });
    for (const { status, data } of seen.get("between") ?? []) expect(status === 200).toBe(data !== undefined);
    expect(await faultsOf(gateway)).toEqual([]);
  });

  it("takes every write back that it could not be told of", async () => {
    const before = await pastTheGateway(gateway, "data", "SELECT COUNT(*) AS n FROM customer");
    const [first] = await pastTheGateway(gateway, "data", "SELECT id FROM customer LIMIT 1");
    const id = String(first?.["id"]);
    const partner = await gateway.partner("larkfield", ["messages:write", "consents:write"], ["support"]);
    const repair = await breakAccessLog(gateway);
    const message = `{ externalId: "m1", customerNumber: "+447700900888", direction: INBOUND, senderId: "a", body: "b", sentAt: "2026-01-01T00:00:00Z" }`;
    const answers = [
      await gateway.query(
        support,
        `mutation { createCustomer(input: { tenantId: "${tenant}", phone: "+447700900777" }) { id } }`,
      ),
      await gateway.query(
        support,
        `mutation { updateCustomer(input: { id: "${id}", country: "ZZ" }) { id } }`,
      ),
      await gateway.query(partner, `mutation { storeMessages(messages: [${message}]) { id } }`),
      await gateway.query(
        partner,
        `mutation { recordConsent(input: { customerId: "${id}", purpose: "marketing", state: GRANTED, legalBasis: CONSENT, method: "web", jurisdiction: "GB" }) { id } }`,
      ),
    ];
    await repair();
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: "AUDIT_UNAVAILABLE" } }] });
    expect(await pastTheGateway(gateway, "data", "SELECT COUNT(*) AS n FROM customer")).toEqual(before);
    const rows = await pastTheGateway(
      gateway,
      "data",
      "SELECT country, consent_bits FROM customer WHERE id = ?",
      [id],
    );
    expect(rows).toMatchObject([{ country: "GB", consent_bits: 0 }]);
    for (const table of ["message", "consent_record"])
      expect(
        JSON.stringify(await pastTheGateway(gateway, "data", `SELECT COUNT(*) AS n FROM ${table}`)),
      ).toMatch(/:0\}/);
  });
});
