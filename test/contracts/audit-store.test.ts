import { v7 as uuidv7 } from "uuid";
import type { DataSource } from "typeorm";
import type { AuditStore } from "../../src/audit/access-log";
import { auditEntities } from "../../src/audit/audit-entry";
import { sqlAuditStore, type SqlAuditStore } from "../../src/audit/sql-audit-store";
import { verifyLog } from "../../src/audit/verify";
import { leafHash } from "../../src/crypto/merkle";
import { migrations } from "../../migrations/migrations";
import { openDataSource } from "../../src/database/data-source";
import { migrate } from "../../src/database/migrate";
import { parseDatabaseUrl } from "../../src/database/target";
import { BreakableStore, logOver, MemoryAuditStore, readOf } from "../audit/entries";
import { engines, freshInstallation, type Engine } from "../support/engines";

interface Opened {
  readonly store: AuditStore;
  readonly sql: { readonly store: SqlAuditStore; readonly source: DataSource } | undefined;
  close(): Promise<void>;
}

async function openSql(engine: Engine): Promise<Opened> {
  const installation = await freshInstallation(engine);
  const target = parseDatabaseUrl(installation.settings.FIELDWARD_AUDIT_URL, "FIELDWARD_AUDIT_URL");
  const source = await openDataSource({ target, entities: auditEntities, migrations: migrations.audit });
  await migrate(source);
  const store = sqlAuditStore(source);
  const close = async (): Promise<void> => {
    await source.destroy();
    await installation.remove();
  };
  return { store, sql: { store, source }, close };
}

const inMemory = (): Promise<Opened> =>
  Promise.resolve({ store: new MemoryAuditStore(), sql: undefined, close: () => Promise.resolve() });

const STORES = [
  { name: "memory", open: inMemory },
  ...engines.map((engine) => ({ name: engine.name, open: () => openSql(engine) })),
];

describe.each(STORES)("a log with group commit over $name", ({ open }) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  const leaves = (writerId: string) => opened.store.leavesFrom(writerId, 0);
  const unavailable = expect.objectContaining({ code: "AUDIT_UNAVAILABLE" });
  const append = (log: ReturnType<typeof logOver>["log"], request: string) =>
    log.append(readOf(["c1"], request));

  /** The verdict over a writer's entries; of the store in memory there is none. */
  async function expectIntact(writerId: string, entries: number): Promise<void> {
    expect(await leaves(writerId)).toHaveLength(entries);
    const verdicts = opened.sql === undefined ? [] : await verifyLog(opened.sql.store);
    expect(
      verdicts.filter((verdict) => verdict.writerId === writerId).flatMap(({ faults }) => faults),
    ).toEqual([]);
  }

  it("has an entry once the promise resolves, not before", async () => {
    const { log, writerId } = logOver(opened.store);
    await append(log, "r1");
    await expectIntact(writerId, 1);
    await append(log, "r2");
    await expectIntact(writerId, 2);
  });

  it("commits what many callers append at once in a few commits, each entry once", async () => {
    const store = new BreakableStore(opened.store);
    const { log, writerId } = logOver(store);
    await Promise.all(Array.from({ length: 200 }, (_, i) => append(log, `r${String(i)}`)));
    expect(store.commits).toBeLessThanOrEqual(8);
    expect(new Set(await leaves(writerId)).size).toBe(200);
    await expectIntact(writerId, 200);
  });

  it("keeps two writers apart", async () => {
    const [a, b] = [logOver(opened.store), logOver(opened.store)];
    await Promise.all([append(a.log, "r1"), append(b.log, "r1"), append(a.log, "r2")]);
    await expectIntact(a.writerId, 2);
    await expectIntact(b.writerId, 1);
  });

  it("refuses every waiting caller where the store fails, and goes on once it is repaired", async () => {
    const store = new BreakableStore(opened.store);
    const { log, writerId } = logOver(store);
    await append(log, "r1");
    store.fails = "before the commit";
    const failed = await Promise.allSettled([append(log, "r2"), append(log, "r3")]);
    expect(failed).toEqual([
      { status: "rejected", reason: unavailable },
      { status: "rejected", reason: unavailable },
    ]);
    store.fails = "never";
    await append(log, "r4");
    await expectIntact(writerId, 2);
  });

  it("neither writes a place twice nor leaves one out where a commit's outcome was unknown", async () => {
    const store = new BreakableStore(opened.store);
    const { log, writerId } = logOver(store);
    await append(log, "r1");
    store.fails = "after the commit";
    await expect(append(log, "r2")).rejects.toEqual(unavailable);
    // The store is still down: what is there cannot be read back, so nothing is written over it.
    await expect(append(log, "r3")).rejects.toEqual(unavailable);
    store.fails = "never";
    await Promise.all([append(log, "r4"), append(log, "r5")]);
    await expectIntact(writerId, 4);
  });
});

describe.each(engines)("the verification of the log on $name", (engine) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openSql(engine);
  });
  afterAll(() => opened.close());

  const sql = (text: string, values: readonly unknown[]): Promise<unknown> => {
    if (opened.sql === undefined) throw new Error("this store is in SQL");
    return opened.sql.source.query(text, [...values]);
  };

  /** The faults found in a log of six entries in three commits, after something was done to it. */
  async function faultsAfter(change: (writerId: string) => Promise<unknown>): Promise<readonly string[]> {
    const { log, writerId } = logOver(opened.store, uuidv7());
    for (const pair of ["a", "b", "c"]) {
      await Promise.all([log.append(readOf(["c1"], `${pair}1`)), log.append(readOf(["c2"], `${pair}2`))]);
    }
    await change(writerId);
    if (opened.sql === undefined) throw new Error("this store is in SQL");
    const verdicts = await verifyLog(opened.sql.store);
    return verdicts.filter((verdict) => verdict.writerId === writerId).flatMap(({ faults }) => faults);
  }

  const changed = "UPDATE audit_entry SET entry = ? WHERE writer_id = ? AND place = ?";

  it("finds nothing where nothing was done", async () => {
    expect(await faultsAfter(() => Promise.resolve())).toEqual([]);
  });

  it("finds an entry that was changed", async () => {
    const faults = await faultsAfter((writer) => sql(changed, [Buffer.from("{}"), writer, 2]));
    expect(faults).toContain("entry 2 was changed");
  });

  it("finds an entry that was changed together with its leaf hash", async () => {
    const forged = (writer: string) =>
      sql("UPDATE audit_entry SET entry = ?, leaf_hash = ? WHERE writer_id = ? AND place = 2", [
        Buffer.from("{}"),
        leafHash(Buffer.from("{}")).toString("hex"),
        writer,
      ]);
    const faults = await faultsAfter(forged);
    expect(faults).not.toContain("entry 2 was changed");
    expect(faults.join("\n")).toContain("is not that of the entries");
  });

  it("finds an entry that was taken out", async () => {
    const faults = await faultsAfter((writer) =>
      sql("DELETE FROM audit_entry WHERE writer_id = ? AND place = ?", [writer, 1]),
    );
    expect(faults).toContain("entries 1 to 1 are missing");
  });

  it("finds two entries that changed places", async () => {
    const swap = async (writer: string): Promise<void> => {
      const move = "UPDATE audit_entry SET place = ? WHERE writer_id = ? AND place = ?";
      for (const [to, from] of [
        [99, 1],
        [1, 3],
        [3, 99],
      ]) {
        await sql(move, [to, writer, from]);
      }
    };
    expect((await faultsAfter(swap)).join("\n")).toContain("is not that of the entries");
  });

  it("finds a root that was changed", async () => {
    const faults = await faultsAfter((writer) =>
      sql("UPDATE audit_entry SET root_hash = ? WHERE writer_id = ? AND root_hash IS NOT NULL", [
        "0".repeat(64),
        writer,
      ]),
    );
    expect(faults.join("\n")).toContain("is not that of the entries");
  });
});
