import "reflect-metadata";
import { existsSync } from "node:fs";
import type { DataSource } from "typeorm";
import { v7 as uuidv7 } from "uuid";
import { migrations } from "../migrations/migrations";
import { auditEntities } from "./audit/audit-entry";
import type { Settings } from "./config";
import { pooledRandom } from "./crypto/random";
import { SUITES } from "./crypto/suites";
import { makeDataSource, openDataSource, type DataSourceParts } from "./database/data-source";
import { DataStore } from "./database/databases";
import { sqlKeyStore } from "./database/key-store";
import { DATABASES, parseDatabaseUrl, type DatabaseName } from "./database/target";
import { dataEntities } from "./domain/entities";
import { StartupError } from "./domain/errors";
import { NO_SUBJECT } from "./domain/subject";
import { KeyRing } from "./vault/key-ring";
import type { KeyStore } from "./vault/key-store";
import { createKeyset, openLocalKeyset } from "./vault/local-keyset";
import { createRootKeys } from "./vault/root-keys";
import { columnCiphers } from "./vault/subject-keys";
import { vaultEntities } from "./vault/subject-key";

const KEY_TTL_MS = 60_000;
const KEPT_SUBJECTS = 20_000;

const ENTITIES = { data: dataEntities, vault: vaultEntities, audit: auditEntities } as const;
const URL_SETTINGS = {
  data: "FIELDWARD_DATA_URL",
  vault: "FIELDWARD_VAULT_URL",
  audit: "FIELDWARD_AUDIT_URL",
} as const satisfies Record<DatabaseName, keyof Settings>;

/** What one of the three databases is made of. */
export function databaseParts(name: DatabaseName, settings: Settings): DataSourceParts {
  const setting = URL_SETTINGS[name];
  return {
    target: parseDatabaseUrl(settings[setting], setting),
    entities: ENTITIES[name],
    migrations: migrations[name],
  };
}

/** A data source that is not connected, for TypeORM's own command line. */
export function unconnected(name: DatabaseName, settings: Settings): DataSource {
  return makeDataSource(databaseParts(name, settings));
}

/** The three databases, connected. */
export interface Databases {
  readonly data: DataStore;
  readonly vault: DataSource;
  readonly audit: DataSource;
}

/** Connects to the three databases. */
export async function openDatabases(settings: Settings): Promise<Databases> {
  const data = databaseParts("data", settings);
  const writer = await openDataSource(data);
  const reader = data.target.type === "sqlite" ? await openDataSource({ ...data, readOnly: true }) : writer;
  return {
    data: new DataStore(reader, writer),
    vault: await openDataSource(databaseParts("vault", settings)),
    // One writer commits at a time; the second connection is for reading back and for readiness.
    audit: await openDataSource({ ...databaseParts("audit", settings), poolSize: 2 }),
  };
}

/** Ends all connections, once what is being written has been. */
export async function closeDatabases({ data, vault, audit }: Databases): Promise<void> {
  await data.close();
  await vault.destroy();
  await audit.destroy();
}

/** @throws StartupError where a migration is pending: the entities and the tables would not match */
export async function refusePending(databases: Databases): Promise<void> {
  const sources = { data: databases.data.writer, vault: databases.vault, audit: databases.audit };
  for (const name of DATABASES) {
    if (await sources[name].showMigrations()) {
      throw new StartupError(`The ${name} database lacks migrations. Run "fieldward migrate".`);
    }
  }
}

/** The suite that new values are sealed with. */
export function suiteOf(settings: Settings) {
  return SUITES[settings.FIELDWARD_SUITE];
}

function keysetPath(settings: Settings): string {
  return settings.FIELDWARD_KEY_PROVIDER.slice("local:".length);
}

/** Randomness and ids, as everything is given them. */
export const random = pooledRandom();
export const newId = (): string => uuidv7();

/** The key provider that the settings name, and the key ring over it. */
export function openKeyRing(settings: Settings, store: KeyStore, clock: () => number) {
  const provider = openLocalKeyset(keysetPath(settings), suiteOf(settings), random);
  const cipherOf = columnCiphers(random);
  const options = { ttlMs: KEY_TTL_MS, maxSubjects: KEPT_SUBJECTS, clock, random, newId, cipherOf };
  return { provider, keyRing: new KeyRing(store, provider, options) };
}

/**
 * Makes what a new installation needs: keyset, root keys and the key for data without a subject. What is there stays.
 * The databases must have been migrated.
 */
export async function initialise(
  settings: Settings,
  clock: () => number,
): Promise<{ readonly createdKeyset: boolean }> {
  const createdKeyset = !existsSync(keysetPath(settings));
  const source = await openDataSource(databaseParts("vault", settings));
  try {
    const store = sqlKeyStore(source, { clock, newId });
    if (createdKeyset) {
      if ((await store.rootKeys()).length > 0) {
        throw new StartupError(
          `The vault holds keys but ${keysetPath(settings)} is missing: put it back from its backup.`,
        );
      }
      createKeyset(keysetPath(settings), random, new Date(clock()));
    }
    const { provider, keyRing } = openKeyRing(settings, store, clock);
    await createRootKeys(store, provider, random);
    if ((await store.subjectKeys([NO_SUBJECT])).length === 0) await keyRing.create([NO_SUBJECT]);
    return { createdKeyset };
  } finally {
    await source.destroy();
  }
}
