import type { DataSource } from "typeorm";
import { openDataSource } from "../../src/database/data-source";
import { isCheckViolation } from "../../src/database/faults";
import { UnsealedWriteError } from "../../src/database/guarded-entity-manager";
import { bytesColumn } from "../../src/domain/kind";
import { databaseParts } from "../../src/installation";
import { SealingSubscriber } from "../../src/vault/sealing-subscriber";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { CASCADES, make, OWN, type HouseholdGiven, type HouseholdPath } from "./write-paths/cascades";
import { MARKER } from "./write-paths/given";
import {
  Door,
  Guest,
  Household,
  HOUSEHOLD_ENTITIES,
  Lodger,
  Member,
  type Plate,
} from "./write-paths/households";

describe.each(engines)("what is written along with another row on $name", (engine) => {
  let gateway: TestGateway;
  let source: DataSource;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const parts = databaseParts("data", gateway.installation.settings);
    source = await openDataSource({ ...parts, entities: HOUSEHOLD_ENTITIES, migrations: [] });
    source.subscribers.push(new SealingSubscriber(gateway.fieldward.vault));
    await source.synchronize();
    if (engine.server !== null) await addChecks();
  });
  afterAll(async () => {
    await source.destroy();
    await gateway.close();
  });

  /** TypeORM writes CHECKs on SQLite only. */
  async function addChecks(): Promise<void> {
    for (const { tableName, checks } of source.entityMetadatas) {
      for (const { expression } of checks)
        await source.query(`ALTER TABLE ${tableName} ADD CHECK (${expression})`);
    }
  }

  /** The envelopes of all people, past TypeORM. */
  async function envelopes(): Promise<string[]> {
    const found: string[] = [];
    for (const table of ["member", "guest", "lodger", "door"]) {
      const rows = await source.query<{ id: string; ct: unknown }[]>(
        `SELECT id, name_ct AS ct FROM ${table} ORDER BY id`,
      );
      for (const { id, ct } of rows) {
        const bytes: unknown = bytesColumn.from(ct);
        found.push(`${table} ${id} ${Buffer.isBuffer(bytes) ? bytes.toString("latin1") : String(bytes)}`);
      }
    }
    return found;
  }

  async function names(): Promise<(string | null)[]> {
    const { manager } = source;
    const rows = [
      ...(await manager.find(Member)),
      ...(await manager.find(Guest)),
      ...(await manager.find(Lodger)),
    ];
    const doors = await manager.find(Door);
    return [...rows.map(({ name }) => name), ...doors.map(({ plate }) => readable(plate))];
  }

  function readable(plate: Plate): string | null {
    try {
      return plate.name;
    } catch {
      return null;
    }
  }

  async function given(): Promise<HouseholdGiven> {
    const { manager } = source;
    for (const table of ["letter", "lodger", "door", "guest", "member", "household"]) {
      await source.query(`DELETE FROM ${table}`);
    }
    const [members, guests] = [[make(Member, { name: OWN })], [make(Guest, { name: OWN })]];
    const { id } = await manager.save(make(Household, { label: "stored", members, guests }));
    const relations = { members: true, guests: true };
    const household = await manager.findOneOrFail(Household, { where: { id }, relations });
    const [member, guest] = [household.members?.[0], household.guests?.[0]];
    if (member === undefined || guest === undefined) throw new Error("both were stored");
    return { manager, household, member, guest };
  }

  function refusal(error: unknown): string {
    if (error instanceof UnsealedWriteError) return "refused by the manager";
    if (isCheckViolation(error)) return "refused by the database";
    return String(error).includes("insert instances of") ? "refused by the subscriber" : String(error);
  }

  async function outcomeOf(write: HouseholdPath[2]): Promise<string> {
    const parts = await given();
    const before = await envelopes();
    let failure: unknown;
    try {
      await write(parts);
    } catch (error) {
      failure = error;
    }
    const after = await envelopes();
    if (failure !== undefined) return after.join() === before.join() ? refusal(failure) : "failed, and wrote";
    if (after.join() === before.join()) return "writes nothing";
    if (after.length < before.length) return "takes the row away";
    const shown = await names();
    if (shown.includes(MARKER) && shown.every((name) => name === MARKER || name === OWN)) return "sealed";
    return shown.includes(null) ? "loses the value" : `leaves rows that show ${shown.join()}`;
  }

  it.each(CASCADES.map(([path, outcome, write]) => ({ path, outcome, write })))(
    "$path: $outcome",
    async ({ outcome, write }) => {
      expect(await outcomeOf(write)).toBe(outcome);
      expect((await envelopes()).join()).not.toContain(MARKER);
    },
  );
});
