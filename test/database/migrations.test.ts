import type { DataSource } from "typeorm";
import { openDataSource } from "../../src/database/data-source";
import { findDrift, migrate } from "../../src/database/migrate";
import { DATABASES, type DatabaseName } from "../../src/database/target";
import { Tenant } from "../../src/domain/tenant";
import { databaseParts } from "../../src/installation";
import { engines, freshInstallation, type Installation } from "../support/engines";

const TABLES: Readonly<Record<DatabaseName, readonly string[]>> = {
  data: ["api_token", "consent_record", "customer", "message", "session", "staff", "tenant"],
  vault: ["root_key", "subject_key"],
  audit: ["audit_entry"],
};

describe.each(engines)("the migrations on $name", (engine) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
  });
  afterAll(() => installation.remove());

  async function withSource<T>(name: DatabaseName, work: (source: DataSource) => Promise<T>): Promise<T> {
    const source = await openDataSource(databaseParts(name, installation.settings));
    return work(source).finally(() => source.destroy());
  }

  async function missingTables(source: DataSource, name: DatabaseName): Promise<string[]> {
    const runner = source.createQueryRunner();
    const present = await Promise.all(TABLES[name].map((table) => runner.hasTable(table)));
    await runner.release();
    return TABLES[name].filter((_table, i) => present[i] !== true);
  }

  async function undoAll(source: DataSource): Promise<void> {
    const transaction = source.options.type === "better-sqlite3" ? "each" : "none";
    const { length } = source.migrations;
    for (let i = 0; i < length; i += 1) await source.undoLastMigration({ transaction });
  }

  it.each(DATABASES)("of the %s database are pending at first", async (name) => {
    const drift = await withSource(name, findDrift);
    expect(drift.pending).toBe(true);
    expect(drift.statements).not.toEqual([]);
  });

  it.each(DATABASES)("of the %s database make exactly what the entities say", async (name) => {
    const ran = await withSource(name, migrate);
    expect(ran.length).toBeGreaterThan(0);
    expect(await withSource(name, findDrift)).toEqual({ pending: false, statements: [] });
    expect(await withSource(name, (source) => missingTables(source, name))).toEqual([]);
  });

  it.each(DATABASES)("of the %s database run once", async (name) => {
    expect(await withSource(name, migrate)).toEqual([]);
  });

  it.each(DATABASES)("of the %s database can be undone and run again", async (name) => {
    await withSource(name, undoAll);
    expect(await withSource(name, (source) => missingTables(source, name))).toEqual(TABLES[name]);
    expect((await withSource(name, findDrift)).pending).toBe(true);
    await withSource(name, migrate);
    expect(await withSource(name, findDrift)).toEqual({ pending: false, statements: [] });
  });

  it.each(DATABASES)("of the %s database go on where they stopped half-way", async (name) => {
    // MySQL commits each table by itself: the tables are there, the note that the migration ran is not.
    await withSource(name, (source) => source.query("DELETE FROM migrations"));
    await withSource(name, migrate);
    expect(await withSource(name, findDrift)).toEqual({ pending: false, statements: [] });
  });

  it("leave a drift to be seen, such as a column too many", async () => {
    await withSource("data", (source) => source.query("ALTER TABLE tenant ADD COLUMN note varchar(10)"));
    expect((await withSource("data", findDrift)).statements).not.toEqual([]);
  });
});

describe.each(engines)("the collation on $name", (engine) => {
  let installation: Installation;
  let source: DataSource;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    source = await openDataSource(databaseParts("data", installation.settings));
    await migrate(source);
    for (const slug of ["ann", "ANN", "änn"]) await source.manager.insert(Tenant, tenant(slug));
  });
  afterAll(async () => {
    await source.destroy();
    await installation.remove();
  });

  function tenant(slug: string): Tenant {
    const id = `id-${slug}`.padEnd(36, "x");
    return Object.assign(new Tenant(), { id, slug, name: slug, country: "GB", createdAt: new Date(0) });
  }

  it.each(["ann", "ANN", "änn"])("finds %j and nothing that is like it", async (slug) => {
    const found = await source.manager.findBy(Tenant, { slug });
    expect(found.map((row) => row.slug)).toEqual([slug]);
    expect(await source.manager.findBy(Tenant, { id: `id-${slug}`.padEnd(36, "x") })).toHaveLength(1);
  });

  it("does not find what was never written", async () => {
    expect(await source.manager.findBy(Tenant, { slug: "Ann" })).toEqual([]);
    expect(await source.manager.findBy(Tenant, { id: "ID-ann".padEnd(36, "x") })).toEqual([]);
  });

  it("takes ids apart that differ in case only", async () => {
    const upper = Object.assign(tenant("other"), { id: "ID-ANN".padEnd(36, "X") });
    await expect(source.manager.insert(Tenant, upper)).resolves.toBeDefined();
  });
});
