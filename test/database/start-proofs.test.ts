import type { DataSource } from "typeorm";
import { migrateAll } from "../../src/cli/migrate";
import { openDataSource } from "../../src/database/data-source";
import { proveChecks, proveSubscriber } from "../../src/database/sealed-checks";
import { sealedColumnsOf } from "../../src/domain/classified";
import { StartupError } from "../../src/domain/errors";
import { databaseParts, initialise } from "../../src/installation";
import { makeLog, openFieldward } from "../../src/main";
import { SealingSubscriber } from "../../src/vault/sealing-subscriber";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { TestClock } from "../support/gateway";
import { fakeKeyRing, fakeVault } from "../vault/fakes";

/** Every sealed column, in the order in which the proof comes to them. */
const SEALED = ["Alert", "Customer", "ConsentRecord", "Elevation", "Message", "Staff"].flatMap((owner) =>
  sealedColumnsOf(owner).map(({ table, column }) => ({ table, column })),
);

async function subscriberOf(): Promise<SealingSubscriber> {
  const { vault } = await fakeVault(await fakeKeyRing());
  return new SealingSubscriber(vault);
}

async function dropCheck(source: DataSource, table: string, column: string): Promise<void> {
  const name = `ck_${table}_${column}`;
  if (source.options.type !== "better-sqlite3") {
    await source.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    return;
  }
  // SQLite cannot drop a CHECK: TypeORM makes the table anew without it.
  const runner = source.createQueryRunner();
  await runner.dropCheckConstraint(table, name);
  await runner.release();
}

describe.each(engines)("the start on $name", (engine) => {
  let installation: Installation;
  let source: DataSource;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    await migrateAll(installation.settings);
    await initialise(installation.settings, new TestClock().read);
    source = await openDataSource(databaseParts("data", installation.settings));
  });
  afterAll(async () => {
    await source.destroy();
    await installation.remove();
  });

  const start = () => {
    const { settings } = installation;
    return openFieldward(settings, { log: makeLog(settings), clock: new TestClock().read });
  };

  it("finds every CHECK in its place, and writes nothing to prove it", async () => {
    expect(SEALED).toHaveLength(17);
    await expect(proveChecks(source)).resolves.toBeUndefined();
    for (const { table } of SEALED) {
      expect(await source.query(`SELECT id FROM ${table}`)).toEqual([]);
    }
  });

  it("is refused without a sealing subscriber, or with another one than its own", async () => {
    const subscriber = await subscriberOf();
    const prove = (): void => {
      proveSubscriber(source, subscriber);
    };
    expect(prove).toThrow(StartupError);
    source.subscribers.push(await subscriberOf());
    expect(prove).toThrow(/nothing would be sealed/);
    source.subscribers.push(subscriber);
    expect(prove).not.toThrow();
    source.subscribers.splice(0);
  });

  it("goes well while nothing is missing", async () => {
    const fieldward = await start();
    await expect(fieldward.close()).resolves.toBeUndefined();
  });

  // Last to first: the proof names the first that is missing, so each removal shows.
  it.each([...SEALED].reverse())(
    "is refused without the CHECK of $table.$column",
    async ({ table, column }) => {
      await dropCheck(source, table, column);
      const failure: unknown = await proveChecks(source).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StartupError);
      expect(String(failure)).toContain(`takes plaintext in ${table}.${column}_ct`);
      expect(String(failure)).toContain("fieldward migrate --check");
    },
  );

  it("is refused as a whole where one is missing", async () => {
    await expect(start()).rejects.toThrow(StartupError);
  });
});
