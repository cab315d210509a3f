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
import { OF_SMALL_TENANT, openSmallTenant, type SmallTenant } from "./small-tenant";

/** What was written to an export that can or cannot take back what it has. */
class Memory implements ExportTarget {
  text = "";
  isFinished = false;
  readonly restart;

  constructor(
    canRestart: boolean,
    private readonly onWrite: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.restart = canRestart
      ? () => {
          this.text = "";
          return Promise.resolve();
        }
      : null;
  }

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
    const target = new Memory(true);
    const came = await exporting(target);
    const leftOut = { noTwin: 1, erased: 1, restricted: 1, unreadable: 0 };
    expect(came).toEqual({
      ...OF_SMALL_TENANT,
      leftOut,
      outcome: "finished",
      dates: "week",
      smallestGroup: 5,
      seconds: 0,
    });
    expect(target.isFinished).toBe(true);
    const rows = target.rows();
    const open = { direction: "INBOUND", sender: "Lark", country: "GB", language: "en", date: "2026-W25" };
    for (const row of rows) expect(row).toMatchObject({ ...open, status: "RECEIVED", segments: 1 });
    expect(new Set(rows.map(({ customer }) => customer)).size).toBe(5);
    expect(rows.map(({ message }) => message)).toEqual(rows.map(({ message }) => message).sort());
    const said = /^(?:Where is my parcel\?|=1\+1) This is \[PERSON\], \[PHONE\]\.$/;
    for (const { body } of rows) expect(body).toMatch(said);
  });

  it("has no name, number or id of a customer, and no id of another export", async () => {
    const [one, other] = [new Memory(true), new Memory(true)];
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
    expect(await exporting(new Memory(true))).toMatchObject({ exported: 10, leftOut: { unreadable: 0 } });
    await mend();
  });

  it("is on the access log before its rows leave, with the customers whose messages it holds", async () => {
    const before = (await logged()).length;
    const seen: number[] = [];
    await exporting(new Memory(true, async () => void seen.push((await logged()).length - before)));
    expect(seen).toEqual([1]);
    const entry = (await logged()).at(-1) ?? {};
    expect(entry).toMatchObject({ kind: "READ", actor: "operator", tenant: tenant.id });
    const [read] = entry["reads"] as Record<string, unknown>[];
    expect(read).toMatchObject({ type: "Message", fields: { body: "MASKED" }, records: [2, 2, 2, 2, 2] });
    const expected = tenant.lark.customers.map(({ id }) => id);
    expect([...(read?.["subjects"] as string[])].sort()).toEqual(expected.sort());
  });

  it("is not written where it cannot be logged", async () => {
    const putBack = await breakAccessLog(tenant.gateway);
    const target = new Memory(true);
    await expect(exporting(target)).rejects.toMatchObject({ code: "AUDIT_UNAVAILABLE" });
    await putBack();
    expect([target.text, target.isFinished]).toEqual(["", false]);
  });

  it("goes without a group that is too small once a twin cannot be read, or says that it must not be used", async () => {
    const path = join(directory, "short.csv");
    const mends = [await forge("body_twin_ct", tenant.lark.messageIds[0])];
    mends.push(await forge("body_twin_ct", tenant.lark.messageIds[1]));
    const csv = { format: exportFormat("csv") };
    const kept = await exporting(await fileTarget(path), csv);
    const streamed = await exporting(new Memory(false), csv);
    for (const mend of mends) await mend();
    expect(kept).toMatchObject({ outcome: "finished", exported: 0, suppressed: 26, suppressedGroups: 3 });
    expect(readFileSync(path, "utf8")).toBe(exportFormat("csv").head);
    expect(streamed).toMatchObject({ outcome: "short", exported: 8, leftOut: { unreadable: 2 } });
  });

  it("takes whole weeks, in which the days that are named lie", async () => {
    const read = async (days: { from?: string; to?: string }) =>
      (await exporting(new Memory(true), { days: exportDays(days) })).read;
    expect(await read({ from: "2026-06-21", to: "2026-06-21" })).toBe(29);
    expect(await read({ from: "2026-06-22" })).toBe(0);
    expect(await read({ to: "2026-06-14" })).toBe(0);
  });

  it("leaves nothing where it is stopped", async () => {
    const path = join(directory, "stopped.ndjson");
    const controller = new AbortController();
    const came = await exporting(await fileTarget(path), {
      signal: controller.signal,
      report: ({ phase, done }) => {
        if (phase === "write" && done > 0) controller.abort();
      },
    });
    expect(came).toMatchObject({ outcome: "stopped", exported: 10 });
    expect(readdirSync(directory).filter((name) => name.startsWith("stopped"))).toEqual([]);
  });
});
