import { existsSync, readFileSync } from "node:fs";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import { everythingIn, rawSql, storedRow, storedRows } from "./customers";
import { MARKER, type Given, type WritePath } from "./write-paths/given";
import { MOVES } from "./write-paths/moves";
import { outcomeOf, OWN_TEXTS } from "./write-paths/outcome";
import { GUARDED } from "./write-paths/guarded";
import { BUILT } from "./write-paths/query-builders";
import { WRITTEN } from "./write-paths/statements";
import { UNGUARDED } from "./write-paths/unguarded";
import { VALUELESS } from "./write-paths/valueless";
import { SAVING } from "./write-paths/saving";
import { SPECIMENS, type Parents, type Specimen } from "./write-paths/specimens";

/** Every way to write, and what comes of it: for each type with sealed fields, on each engine. */
const PATHS: readonly WritePath[] = [
  ...SAVING,
  ...GUARDED,
  ...UNGUARDED,
  ...VALUELESS,
  ...BUILT,
  ...WRITTEN,
  ...MOVES,
];

describe.each(engines)("every way to write on $name", (engine) => {
  let gateway: TestGateway;
  let parents: Parents;
  let otherCustomerId: string;
  const plaintexts = [MARKER];

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenantId = await addTenant(gateway, "larkfield");
    const { id: customerId } = await addCustomer(gateway, tenantId);
    parents = { tenantId, customerId };
    otherCustomerId = (await addCustomer(gateway, tenantId)).id;
  });
  afterAll(() => gateway.close());

  async function given(specimen: Specimen): Promise<Given> {
    const { writer: source } = gateway.fieldward.databases.data;
    const { entity, table, text, lookup } = specimen;
    const values = (own: string) => specimen.values(parents, own);
    const [one, two] = [OWN_TEXTS.stored, OWN_TEXTS.other].map((own) =>
      Object.assign(new entity(), values(own)),
    );
    if (one === undefined || two === undefined) throw new Error("two rows are made");
    const parentRows = [parents.customerId, otherCustomerId];
    // Without what the last test left, so that the tables stay small; in one commit, which is what takes the time.
    await source.transaction(async (manager) => {
      await manager.query(`DELETE FROM ${table} WHERE id NOT IN (?, ?)`, parentRows);
      await manager.insert(entity, [one, two]);
    });
    const [storedId, otherId] = [one.id, two.id];
    const found = lookup === null ? {} : { [lookup.property]: lookup.next() };
    plaintexts.push(...Object.values(found));
    const marked = { [text]: MARKER, ...found };
    const freshValues = values(OWN_TEXTS.fresh);
    return {
      source,
      manager: source.manager,
      sqlite: engine.server === null,
      specimen,
      entity,
      stored: await source.manager.findOneByOrFail(entity, { id: storedId }),
      storedColumns: await storedRow(gateway, table, storedId),
      otherColumns: await storedRow(gateway, table, otherId),
      where: { id: storedId },
      fresh: Object.assign(new entity(), freshValues),
      marked,
      plain: { ...freshValues, ...marked },
      otherCustomerId,
      sql: (sql, parameters) => rawSql(gateway, sql, parameters),
    };
  }

  /** The plaintexts that lie in any table, read past the gateway. */
  async function plaintextsInTables(wanted: readonly string[]): Promise<string[]> {
    const texts = await Promise.all(SPECIMENS.map(({ table }) => everythingIn(gateway, table)));
    return wanted.filter((plaintext) => texts.some((text) => text.includes(plaintext)));
  }

  describe.each(SPECIMENS)("a row of $table", (specimen) => {
    const paths = PATHS.filter(([, , , exists]) => exists?.(specimen) ?? true);

    it.each(paths.map(([path, outcome, write]) => ({ path, outcome, write })))(
      "$path: $outcome",
      async ({ outcome, write }) => {
        const parts = await given(specimen);
        const rows = () => storedRows(gateway, specimen.table);
        expect(await outcomeOf(parts, write, rows)).toBe(outcome);
        expect(await plaintextsInTables(Object.values(parts.marked))).toEqual([]);
      },
    );
  });

  it("leaves no plaintext in any table, nor in any file that SQLite writes", async () => {
    expect(plaintexts.length).toBeGreaterThan(PATHS.length);
    expect(await plaintextsInTables(plaintexts)).toEqual([]);
    const paths = engine.server === null ? Object.values(gateway.installation.databases) : [];
    const files = paths.flatMap((path) => [path, `${path}-wal`]).filter((path) => existsSync(path));
    const contents = files.map((path) => readFileSync(path, "latin1"));
    expect(contents.some((content) => content.includes("larkfield"))).toBe(engine.server === null);
    expect(
      contents.flatMap((content) => plaintexts.filter((plaintext) => content.includes(plaintext))),
    ).toEqual([]);
  });
});
