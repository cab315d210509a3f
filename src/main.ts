import "reflect-metadata";
import pino, { type Logger } from "pino";
import type { DataSource } from "typeorm";
import { v7 as uuidv7 } from "uuid";
import { migrations } from "../migrations/migrations";
import { Pseudonyms } from "./access/pseudonyms";
import { GroupCommitLog } from "./audit/access-log";
import { auditEntities } from "./audit/audit-entry";
import { sqlAuditStore } from "./audit/sql-audit-store";
import type { Settings } from "./config";
import { pooledRandom } from "./crypto/random";
import { SUITES } from "./crypto/suites";
import { xchacha } from "./crypto/xchacha";
import { makeDataSource, openDataSource, type DataSourceParts } from "./database/data-source";
import { DataStore } from "./database/databases";
import { sqlKeyStore } from "./database/key-store";
import { Reader } from "./database/reader";
import { proveChecks, proveSubscriber } from "./database/sealed-checks";
import { DATABASES, parseDatabaseUrl, type DatabaseName } from "./database/target";
import { personalFieldsOf } from "./domain/classified";
import { dataEntities } from "./domain/entities";
import { StartupError } from "./domain/errors";
import { NO_SUBJECT } from "./domain/subject";
import { Cursors } from "./graphql/cursors";
import type { Services } from "./graphql/context";
import { makeGateway } from "./graphql/gateway";
import type { Way } from "./graphql/executor";
import { buildSchemas } from "./graphql/schema";
import { readListen, makeServer } from "./http/server";
import { RequestContexts } from "./graphql/request-context";
import { Accounts } from "./identity/accounts";
import { Authenticator } from "./identity/authenticator";
import { CredentialStore } from "./identity/credential-store";
import { Passwords } from "./identity/passwords";
import { SessionTokens } from "./identity/sessions";
import { Consents } from "./lifecycle/consents";
import { Customers } from "./lifecycle/customers";
import { Messages } from "./lifecycle/messages";
import { loadPolicy } from "./policy/policy";
import { KeyRing } from "./vault/key-ring";
import type { KeyStore } from "./vault/key-store";
import { createKeyset, openLocalKeyset } from "./vault/local-keyset";
import { createRootKeys, openRootKeys } from "./vault/root-keys";
import { SealingSubscriber } from "./vault/sealing-subscriber";
import { columnCiphers } from "./vault/subject-keys";
import { vaultEntities } from "./vault/subject-key";
import { Vault } from "./vault/vault";

/** The version that the log and the command line tell. */
export const VERSION = "0.1.0";

const KEY_TTL_MS = 60_000;
const KEPT_SUBJECTS = 20_000;

const ENTITIES = { data: dataEntities, vault: vaultEntities, audit: auditEntities } as const;
const URL_SETTINGS = {
  data: "FIELDWARD_DATA_URL",
  vault: "FIELDWARD_VAULT_URL",
  audit: "FIELDWARD_AUDIT_URL",
} as const satisfies Record<DatabaseName, keyof Settings>;

/** What can be given from outside, so that a test can hold it still. */
export interface Surroundings {
  readonly log: Logger;
  readonly clock: () => number;
  readonly way?: Way;
}

/** The log of the program: JSON lines to standard error, so that a command's own output stays clean. */
export function makeLog(settings: Settings): Logger {
  return pino({ level: settings.FIELDWARD_LOG_LEVEL, base: null }, pino.destination(2));
}

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

interface Databases {
  readonly data: DataStore;
  readonly vault: DataSource;
  readonly audit: DataSource;
}

async function openDatabases(settings: Settings): Promise<Databases> {
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

async function refusePending(databases: Databases): Promise<void> {
  const sources = { data: databases.data.writer, vault: databases.vault, audit: databases.audit };
  for (const name of DATABASES) {
    if (await sources[name].showMigrations()) {
      throw new StartupError(`The ${name} database lacks migrations. Run "fieldward migrate".`);
    }
  }
}

function suiteOf(settings: Settings) {
  return SUITES[settings.FIELDWARD_SUITE];
}

function keysetPath(settings: Settings): string {
  return settings.FIELDWARD_KEY_PROVIDER.slice("local:".length);
}

const random = pooledRandom();
const newId = (): string => uuidv7();

function openKeyRing(settings: Settings, store: KeyStore, clock: () => number) {
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
  const { existsSync } = await import("node:fs");
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

/** The gateway's parts, wired and proved, but not yet listening. */
export interface Fieldward {
  readonly services: Services;
  readonly databases: Databases;
  readonly vault: Vault;
  readonly log: Logger;
  close(): Promise<void>;
}

function openAccounts(data: DataStore, vault: Vault, clock: () => number) {
  const credentials = new CredentialStore(data.reader);
  const sessions = new SessionTokens(vault.rootKeys.session, () => new Date(clock()));
  const email = personalFieldsOf("Staff").find(({ sealed }) => sealed.property === "email");
  if (email === undefined) throw new StartupError("Staff.email is not a sealed field.");
  const accounts = new Accounts({
    data,
    credentials,
    sessions,
    passwords: new Passwords(vault.rootKeys.password),
    tokenKey: vault.rootKeys["api-token"],
    emailIndex: (address) => vault.indexOf(email.sealed, address),
    random,
    newId,
    clock,
  });
  return {
    accounts,
    authenticator: new Authenticator(credentials, sessions, vault.rootKeys["api-token"], clock),
  };
}

async function openVault(settings: Settings, databases: Databases, clock: () => number): Promise<Vault> {
  const store = sqlKeyStore(databases.vault, { clock, newId });
  const { provider, keyRing } = openKeyRing(settings, store, clock);
  const vault = new Vault(keyRing, await openRootKeys(store, provider), suiteOf(settings));
  const subscriber = new SealingSubscriber(vault);
  const { reader, writer } = databases.data;
  for (const source of new Set([reader, writer])) source.subscribers.push(subscriber);
  proveSubscriber(writer, subscriber);
  await proveChecks(writer);
  return vault;
}

function faultLogger(log: Logger): Services["logFault"] {
  return (requestId, error) => {
    // Message and stack of an unexpected error can hold what was sent or stored; its name and code cannot.
    const name = error instanceof Error ? error.name : typeof error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
    log.error({ requestId, fault: name, cause: cause?.name }, "an operation failed");
  };
}

/**
 * Opens everything and proves what must hold before a single request is served.
 *
 * @throws StartupError that names what is wrong and says the mend
 */
export async function openFieldward(settings: Settings, { log, clock }: Surroundings): Promise<Fieldward> {
  const policy = loadPolicy(settings.FIELDWARD_POLICY_DIR);
  const databases = await openDatabases(settings);
  await refusePending(databases);
  const vault = await openVault(settings, databases, clock);
  if (xchacha.provider !== "sodium-native")
    log.warn("sodium-native did not load: sealing runs in JavaScript, some ten times slower");
  const { data } = databases;
  const parts = { data, newId, clock };
  const customers = new Customers(parts);
  const accessLog = new GroupCommitLog(sqlAuditStore(databases.audit), { writerId: newId(), clock, newId });
  const services: Services = {
    policy,
    reader: new Reader(data.reader, vault),
    vault,
    accessLog,
    pseudonyms: new Pseudonyms(vault.rootKeys.pseudonym),
    cursors: new Cursors(vault.rootKeys.cursor),
    ...openAccounts(data, vault, clock),
    customers,
    messages: new Messages(parts, vault, customers),
    consents: new Consents(parts, policy),
    clock,
    logFault: faultLogger(log),
  };
  const close = async (): Promise<void> => {
    await data.close();
    await databases.vault.destroy();
    await databases.audit.destroy();
  };
  return { services, databases, vault, log, close };
}

/** A server that listens. */
export interface Serving {
  readonly url: string;
  /** Stops listening, once what is under way has been answered. */
  stop(): Promise<void>;
}

/** Starts the HTTP server over an opened gateway. */
export async function serve(fieldward: Fieldward, settings: Settings, way: Way = "plan"): Promise<Serving> {
  const { services, log, databases } = fieldward;
  const listen = readListen(
    settings.FIELDWARD_LISTEN,
    settings.FIELDWARD_TLS_CERT,
    settings.FIELDWARD_TLS_KEY,
  );
  const gateway = makeGateway({ ...buildSchemas(), way });
  await gateway.start();
  // The first entry of this writer's log: where it cannot be written nothing could be served anyway.
  await services.accessLog.append({
    kind: "START",
    requestId: newId(),
    principal: null,
    purpose: null,
    operationName: null,
    operationHash: null,
    reads: [],
    denials: [],
    ip: null,
  });
  const ready = async (): Promise<void> => {
    await Promise.all(
      [databases.data.reader, databases.vault, databases.audit].map((source) => source.query("SELECT 1")),
    );
  };
  const server = makeServer({
    listen,
    gateway,
    contexts: new RequestContexts(services),
    log,
    newId,
    ready,
  });
  await server.listen({ host: listen.host, port: listen.port });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  const url = `${listen.tls === null ? "http" : "https"}://${listen.host}:${String(port)}/graphql`;
  const stop = async (): Promise<void> => {
    await server.close();
    await gateway.stop();
  };
  return { url, stop };
}
