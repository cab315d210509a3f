import "reflect-metadata";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { v7 as uuidv7 } from "uuid";
import { migrations } from "../migrations/migrations";
import { auditEntities } from "./audit/audit-entry";
import type { Settings } from "./config";
import { KeyMemory } from "./crypto/key-memory";
import { pooledRandom } from "./crypto/random";
import { SUITES } from "./crypto/suites";
import { makeDataSource, openDataSource, type DataSourceParts } from "./database/data-source";
import { DataStore } from "./database/databases";
import { sqlKeyStore } from "./database/key-store";
import { RedisConnection } from "./database/redis";
import { writeKeyTtl } from "./database/vault-setting";
import { DATABASES, parseDatabaseUrl, type DatabaseName } from "./database/target";
import { dataEntities } from "./domain/entities";
import { StartupError } from "./domain/errors";
import { NO_SUBJECT } from "./domain/subject";
import { KeyEncryptionKeys, makeKek, type ProviderOf } from "./vault/key-encryption-keys";
import { vaultEntities } from "./vault/key-entities";
import type { KeyProvider } from "./vault/key-provider";
import { KeyRing } from "./vault/key-ring";
import type { KeyStore } from "./vault/key-store";
import { createKeyset } from "./vault/providers/local-keyset";
import { openKeyProvider } from "./vault/providers/open-provider";
import { readProviderSpec } from "./vault/providers/provider-spec";
import { createRootKeys } from "./vault/root-keys";
import { columnCiphers } from "./vault/subject-keys";

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

/** The three databases, connected, and Redis, where there is one: it is connected to when it is first needed. */
export interface Databases {
  readonly data: DataStore;
  readonly vault: DataSource;
  readonly audit: DataSource;
  readonly redis: RedisConnection | null;
}

/** Connects to the three databases. */
export async function openDatabases(settings: Settings): Promise<Databases> {
  const { FIELDWARD_REDIS_URL } = settings;
  const redis = FIELDWARD_REDIS_URL === undefined ? null : new RedisConnection(FIELDWARD_REDIS_URL);
  const data = databaseParts("data", settings);
  const writer = await openDataSource(data);
  const reader = data.target.type === "sqlite" ? await openDataSource({ ...data, readOnly: true }) : writer;
  return {
    data: new DataStore(reader, writer),
    vault: await openDataSource(databaseParts("vault", settings)),
    // One writer commits at a time; the second connection is for reading back and for readiness.
    audit: await openDataSource({ ...databaseParts("audit", settings), poolSize: 2 }),
    redis,
  };
}

/** Ends all connections, once what is being written has been. */
export async function closeDatabases({ data, vault, audit, redis }: Databases): Promise<void> {
  await redis?.close();
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

/** Randomness and ids, as everything is given them. */
export const random = pooledRandom();
export const newId = (): string => uuidv7();

/** Resolves after so many milliseconds. */
export const wait = async (ms: number): Promise<void> => {
  await later(ms);
};

/** What opens key providers: the one of the setting for `null`, and any that a KEK names; each is opened once. */
export function keyProviders(
  settings: Settings,
  clock: () => number,
  given: { readonly sealPlain?: boolean } = {},
): ProviderOf {
  const opened = new Map<string, Promise<KeyProvider>>();
  requireOneVault(settings);
  const trusted = new Set(trustedProviders(settings).map(keyOf));
  return (named) => {
    const spec = named ?? settings.FIELDWARD_KEY_PROVIDER;
    const key = keyOf(spec);
    // Which one a KEK is under is written in the vault. Who can write there must not choose where tokens and keys go.
    if (!trusted.has(key)) return Promise.reject(untrustedProvider());
    const known = opened.get(key);
    if (known !== undefined) return known;
    const provider = openKeyProvider(spec, { ...providerSettings(settings), ...given, random, clock, wait });
    // One that could not be opened is tried again: its file or its host may be back.
    provider.catch(() => opened.delete(key));
    opened.set(key, provider);
    return provider;
  };
}

/** By what a spec names and not by how it is written: two providers of one key would each destroy what the other keeps. */
function keyOf(spec: string): string {
  const read = readProviderSpec(spec);
  return JSON.stringify("path" in read ? { ...read, path: resolve(read.path) } : read);
}

/** The providers that the settings name. */
function trustedProviders({ FIELDWARD_KEY_PROVIDER, FIELDWARD_MORE_KEY_PROVIDERS }: Settings): string[] {
  return [FIELDWARD_KEY_PROVIDER, ...(FIELDWARD_MORE_KEY_PROVIDERS ?? "").split(/\s+/).filter(Boolean)];
}

/** @throws StartupError where there is more than one: each would be sent the token of the others */
function requireOneVault(settings: Settings): void {
  const origins = trustedProviders(settings).flatMap((spec) => {
    const read = readProviderSpec(spec);
    return "origin" in read ? [read.origin] : [];
  });
  if (new Set(origins).size <= 1) return;
  throw new StartupError(
    "FIELDWARD_KEY_PROVIDER and FIELDWARD_MORE_KEY_PROVIDERS name more than one Vault server: there is one token, and each would be sent it.",
  );
}

function untrustedProvider(): StartupError {
  return new StartupError(
    "A key is, or is to be, under a provider that neither FIELDWARD_KEY_PROVIDER nor FIELDWARD_MORE_KEY_PROVIDERS names. Add it to the latter.",
  );
}

function providerSettings(settings: Settings) {
  return {
    suite: suiteOf(settings),
    passphrase: settings.FIELDWARD_LOCAL_KEY_PASSPHRASE,
    transitToken: settings.FIELDWARD_TRANSIT_TOKEN,
    transitTokenFile: settings.FIELDWARD_TRANSIT_TOKEN_FILE,
    transitNamespace: settings.FIELDWARD_TRANSIT_NAMESPACE,
  };
}

/** Everything that holds keys. */
export interface Keys {
  readonly store: KeyStore;
  readonly memory: KeyMemory;
  readonly providerOf: ProviderOf;
  readonly keks: KeyEncryptionKeys;
  readonly keyRing: KeyRing;
  readonly clock: () => number;
  readonly ttlMs: number;
}

/** Key memory, the KEKs and the ring of data keys over a vault database. Nothing is loaded yet. */
export function openKeys(
  settings: Settings,
  vault: DataSource,
  clock: () => number,
  providerOf = keyProviders(settings, clock),
): Keys {
  const store = sqlKeyStore(vault, { clock, newId });
  const memory = new KeyMemory();
  const ttlMs = settings.FIELDWARD_KEY_TTL_SECONDS * 1_000;
  const common = { memory, random, clock, ttlMs };
  const keks = new KeyEncryptionKeys(store, { ...common, suite: suiteOf(settings), providerOf });
  const cipherOf = columnCiphers(random);
  const keyRing = new KeyRing(store, keks, { ...common, maxSubjects: KEPT_SUBJECTS, newId, cipherOf });
  return { store, memory, providerOf, keks, keyRing, clock, ttlMs };
}

/** Wipes every key. */
export function closeKeys({ keyRing, memory }: Keys): void {
  keyRing.bar("the gateway is closing");
  memory.wipeAll();
}

/** The path of a keyset that is not there; undefined where a spec names another provider, or the file is there. */
function missingKeyset(spec: string): string | undefined {
  const read = readProviderSpec(spec);
  return "path" in read && !existsSync(read.path) ? read.path : undefined;
}

/** Makes the keyset that a spec names, where it names one that is not there. */
export async function createMissingKeyset(
  settings: Settings,
  spec: string,
  clock: () => number,
): Promise<boolean> {
  const path = missingKeyset(spec);
  if (path === undefined) return false;
  if (!trustedProviders(settings).map(keyOf).includes(keyOf(spec))) throw untrustedProvider();
  await createKeyset(path, { ...providerSettings(settings), random, clock });
  return true;
}

/**
 * Makes what a new installation needs: keyset, key-encryption key, root keys and the key for data without a subject. What
 * is there stays. The databases must have been migrated.
 */
export async function initialise(
  settings: Settings,
  clock: () => number,
): Promise<{ readonly createdKeyset: boolean }> {
  const source = await openDataSource(databaseParts("vault", settings));
  const keys = openKeys(settings, source, clock);
  const { store, keks, keyRing } = keys;
  try {
    const spec = settings.FIELDWARD_KEY_PROVIDER;
    const missing = missingKeyset(spec);
    if (missing !== undefined && (await store.rootKeys()).length > 0)
      throw new StartupError(`The vault holds keys but ${missing} is missing: put it back from its backup.`);
    const createdKeyset = await createMissingKeyset(settings, spec, clock);
    if (!(await store.keks()).some(({ state, tenantId }) => state === "primary" && tenantId === null)) {
      const given = { id: newId(), tenantId: null, provider: null, createdAtMs: clock() };
      await store.addPrimaryKek(await makeKek(await keys.providerOf(null), given, random));
    }
    await createRootKeys(store, keks, random);
    await writeKeyTtl(source, keys.ttlMs);
    if ((await store.subjectKeys([NO_SUBJECT])).length === 0)
      await keyRing.create([{ id: NO_SUBJECT, tenantId: null }]);
    return { createdKeyset };
  } finally {
    closeKeys(keys);
    await source.destroy();
  }
}
