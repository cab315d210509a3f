import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportInto, type ExportRun } from "../../src/cli/export-anonymised";
import { fileTarget, type ExportTarget } from "../../src/cli/export-file";
import { exportFormat } from "../../src/cli/export-format";
import { exportDays } from "../../src/cli/export-range";
import type { AnonymisedRow } from "../../src/lifecycle/anonymised-export-row";
import { auditBytes, breakAccessLog, pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { addCustomer, addTenant } from "../support/records";
import { MONDAY, OF_SMALL_TENANT, openSmallTenant, storeFrom, type SmallTenant } from "./small-tenant";

/** What an export has written. */
class Memory implements ExportTarget {
  text = "";
  isFinished = false;
  readonly folder = tmpdir();

  constructor(private readonly onWrite: () => Promise<void> = () => Promise.resolve()) {}

  async write(text: string): Promise<void> {
    if (text !== "") await this.onWrite();
    this.text += text;
  }

  finish(): Promise<void> {
    this.isFinished = true;
    return Promise.resolve();
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }

  rows(): AnonymisedRow[] {
    const lines = this.text.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as AnonymisedRow);
  }
}

describe.each(engines)("an export of a small tenant on $name", (engine) => {
  let tenant: SmallTenant;
  let directory: string;
  beforeAll(async () => {
    tenant = await openSmallTenant(engine);
    directory = mkdtempSync(join(tmpdir(), "fieldward-export-"));
  }, 60_000);
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await tenant.gateway.close();
  });

  /** Breaks an envelope, and answers how to mend it. */
  const forge = async (column: string, id = ""): Promise<() => Promise<unknown>> => {
    const sql = (text: string, values: readonly (string | Uint8Array)[]) =>
      pastTheGateway(tenant.gateway, "data", text, values);
    const [found] = await sql(`SELECT ${column} FROM message WHERE id = ?`, [id]);
    const envelope = Buffer.from(found?.[column] as Uint8Array);
    const broken = Buffer.from(envelope);
    broken.writeUInt8(broken.readUInt8(broken.length - 1) ^ 1, broken.length - 1);
    const set = (bytes: Uint8Array) => sql(`UPDATE message SET ${column} = ? WHERE id = ?`, [bytes, id]);
    await set(broken);
    return () => set(envelope);
  };
  const exporting = (target: ExportTarget, given: Partial<ExportRun> = {}) =>
    exportInto(tenant.gateway.fieldward, {
      tenantId: tenant.id,
      days: exportDays({}),
      format: exportFormat("ndjson"),
      target,
      clock: tenant.gateway.clock.read,
      report: () => undefined,
      signal: new AbortController().signal,
      ...given,
    });
  const logged = async () => {
    const entries = (await auditBytes(tenant.gateway)).map(
      (text) => JSON.parse(text) as Record<string, unknown>,
    );
    return entries.filter(({ operation }) => operation === "export anonymised");
  };

  it("holds the one group with enough customers, and says what became of the others", async () => {
    const target = new Memory();
    const came = await exporting(target);
    const leftOut = { noTwin: 1, erased: 1, restricted: 1, unreadable: 0 };
    expect(came).toEqual({
      ...OF_SMALL_TENANT,
      leftOut,
      outcome: "finished",
      dates: "week",
      smallestGroup: 5,
      sentBefore: "2026-06-15",
      seconds: 0,
    });
    expect(target.isFinished).toBe(true);
    const rows = target.rows();
    const open = { direction: "INBOUND", sender: "Lark", country: "GB", language: "en", date: "2025-W25" };
    for (const row of rows) expect(row).toMatchObject(open);
    expect(new Set(rows.map(({ customer }) => customer)).size).toBe(5);
    expect(rows.map(({ message }) => message)).toEqual(rows.map(({ message }) => message).sort());
    const said = /^(?:Where is my parcel\?|=1\+1) This is \[PERSON\], \[PHONE\]\.$/;
    for (const { body } of rows) expect(body).toMatch(said);
  });

  it("has no name, number or id of a customer, and no id of another export", async () => {
    const [one, other] = [new Memory(), new Memory()];
    await exporting(one);
    await exporting(other);
    for (const { id, name, phone } of tenant.groups.flatMap(({ customers }) => customers)) {
      for (const value of [id, name?.toLowerCase(), phone])
        expect(one.text.toLowerCase()).not.toContain(value);
    }
    for (const id of tenant.groups.flatMap(({ messageIds }) => messageIds))
      expect(one.text).not.toContain(id);
    const known = new Set(one.rows().flatMap(({ message, customer }) => [message, customer]));
    expect(other.rows()).toHaveLength(one.rows().length);
    for (const { message, customer } of other.rows())
      expect(known.has(message) || known.has(customer)).toBe(false);
  });

  it("opens twins and no texts", async () => {
    const mend = await forge("body_ct", tenant.lark.messageIds[1]);
    expect(await exporting(new Memory())).toMatchObject({ exported: 10, leftOut: { unreadable: 0 } });
    await mend();
  });

  it("is on the access log before its rows leave, with the customers whose messages it holds", async () => {
    const before = (await logged()).length;
    const seen: number[] = [];
    await exporting(new Memory(async () => void seen.push((await logged()).length - before)));
    expect(new Set(seen)).toEqual(new Set([1]));
    const entry = (await logged()).at(-1) ?? {};
    expect(entry).toMatchObject({ kind: "READ", actor: "operator", tenant: tenant.id });
    const reads = entry["reads"] as Record<string, unknown>[];
    const ofMessage = { body: "MASKED", direction: "CLEAR", senderId: "CLEAR", sentAt: "MASKED" };
    expect(reads).toMatchObject([
      { type: "Message", fields: ofMessage, records: [2, 2, 2, 2, 2] },
      { type: "Customer", fields: { country: "CLEAR", language: "CLEAR" } },
    ]);
    const expected = tenant.lark.customers.map(({ id }) => id).sort();
    for (const { subjects } of reads) expect([...(subjects as string[])].sort()).toEqual(expected);
  });

  it("is not written where it cannot be logged", async () => {
    const putBack = await breakAccessLog(tenant.gateway);
    const target = new Memory();
    await expect(exporting(target)).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    await putBack();
    expect([target.text, target.isFinished]).toEqual(["", false]);
  });

  it("goes without a group that is too small once a twin cannot be read", async () => {
    const path = join(directory, "short.csv");
    const mends = [await forge("body_twin_ct", tenant.lark.messageIds[0])];
    mends.push(await forge("body_twin_ct", tenant.lark.messageIds[1]));
    const csv = { format: exportFormat("csv") };
    const kept = await exporting(await fileTarget(path), csv);
    const memory = new Memory();
    const streamed = await exporting(memory, csv);
    for (const mend of mends) await mend();
    const came = { outcome: "finished", exported: 0, suppressed: 26, suppressedGroups: 3 };
    for (const one of [kept, streamed]) expect(one).toMatchObject(came);
    expect(memory.text).toBe(csv.format.head);
    expect(readFileSync(path, "utf8")).toBe(exportFormat("csv").head);
  });

  it("takes whole weeks, in which the days that are named lie", async () => {
    const read = async (days: { from?: string; to?: string }) =>
      (await exporting(new Memory(), { days: exportDays(days) })).read;
    expect(await read({ from: "2025-06-22", to: "2025-06-22" })).toBe(29);
    expect(await read({ from: "2025-06-23" })).toBe(0);
    expect(await read({ to: "2025-06-15" })).toBe(0);
  });

  it("has nothing of a week that is not over, whatever day is named", async () => {
    const DAY_MS = 86_400_000;
    const read = async (nowMs: number) =>
      (await exporting(new Memory(), { days: exportDays({ to: "2025-06-22" }), clock: () => nowMs })).read;
    expect(await read(Date.parse("2025-06-22T23:59:59.999Z"))).toBe(0);
    expect(await read(Date.parse("2025-06-22") + DAY_MS)).toBe(29);
  });

  it("tells nothing of the times by the order of its rows, beyond one page too", async () => {
    const many = await addTenant(tenant.gateway, "many");
    const said = Array.from({ length: 120 }, (_, i) => `Number ${String(i)}.`);
    for (let i = 0; i < 10; i += 1)
      await storeFrom(tenant.gateway, await addCustomer(tenant.gateway, many), "Lark", said, MONDAY + i);
    const target = new Memory();
    expect(await exporting(target, { tenantId: many })).toMatchObject({ exported: 1_200 });
    const ids = target.rows().map(({ message }) => message);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(1_200);
  });

  it.each(["read", "write"])("leaves nothing where it is stopped in the phase %s", async (stoppedIn) => {
    const path = join(directory, "stopped.ndjson");
    const controller = new AbortController();
    const came = await exporting(await fileTarget(path), {
      signal: controller.signal,
      report: ({ phase, done }) => {
        if (phase === stoppedIn && done > 0) controller.abort();
      },
    });
    expect(came).toMatchObject({ outcome: "stopped", exported: 10 });
    expect(readdirSync(directory).filter((name) => /stopped|^\./.test(name))).toEqual([]);
  });
});
