import "reflect-metadata";
import pino, { type Logger } from "pino";
import { Pseudonyms } from "./vault/pseudonyms";
import { GroupCommitLog } from "./audit/access-log";
import { sqlAuditStore } from "./audit/sql-audit-store";
import type { Settings } from "./config";
import { xchacha } from "./crypto/xchacha";
import type { DataStore } from "./database/databases";
import { sqlKeyStore } from "./database/key-store";
import { Reader } from "./database/reader";
import { answerAll } from "./database/rows";
import { proveChecks, proveSubscriber } from "./database/sealed-checks";
import { personalFieldsOf } from "./domain/classified";
import { StartupError } from "./domain/errors";
import { catalogueError } from "./graphql/answer-errors";
import { Cursors } from "./graphql/cursors";
import type { Services } from "./graphql/context";
import { makeGateway } from "./graphql/gateway";
import type { Way } from "./graphql/executor";
import { buildSchemas } from "./graphql/schema";
import { readListen, makeServer } from "./http/server";
import {
  closeDatabases,
  newId,
  openDatabases,
  openKeyRing,
  random,
  refusePending,
  suiteOf,
  type Databases,
} from "./installation";
import { RequestContexts } from "./graphql/request-context";
import { Accounts } from "./identity/accounts";
import { Authenticator } from "./identity/authenticator";
import { CredentialStore } from "./identity/credential-store";
import { Passwords } from "./identity/passwords";
import { SessionTokens } from "./identity/sessions";
import { Consents } from "./lifecycle/consents";
import { Customers } from "./lifecycle/customers";
import { Messages } from "./lifecycle/messages";
import { loadPolicy, type Policy } from "./policy/policy";
import { openRootKeys } from "./vault/root-keys";
import { SealingSubscriber } from "./vault/sealing-subscriber";
import { Vault } from "./vault/vault";

/** The version that the log and the command line tell. */
export const VERSION = "0.1.0";

/** What can be given from outside, so that a test can hold it still. */
export interface Surroundings {
  readonly log: Logger;
  readonly clock: () => number;
}

/** The log of the program: JSON lines to standard error, so that a command's own output stays clean. */
export function makeLog(settings: Settings): Logger {
  return pino({ level: settings.FIELDWARD_LOG_LEVEL, base: null }, pino.destination(2));
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

/** Where an error was thrown, without its message: that can hold what was sent or stored, a frame cannot. */
function framesOf(error: Error): readonly string[] {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.slice(0, 6).map((line) => line.trim());
}

function faultLogger(log: Logger): Services["logFault"] {
  return (requestId, error) => {
    const { code, cause } = catalogueError(error);
    const fault = cause instanceof Error ? cause : undefined;
    const driverCode = fault !== undefined && "code" in fault ? fault.code : undefined;
    const frames = fault === undefined || driverCode !== undefined ? undefined : framesOf(fault);
    log.error({ requestId, code, cause: fault?.name, driverCode, frames }, "a request failed");
  };
}

/**
 * Opens everything and proves what must hold before a single request is served.
 *
 * @throws StartupError that names what is wrong and says the mend
 */
export async function openFieldward(settings: Settings, surroundings: Surroundings): Promise<Fieldward> {
  const policy = loadPolicy(settings.FIELDWARD_POLICY_DIR);
  const databases = await openDatabases(settings);
  try {
    await refusePending(databases);
    const vault = await openVault(settings, databases, surroundings.clock);
    const services = openServices(settings, surroundings, { policy, databases, vault });
    return { services, databases, vault, log: surroundings.log, close: () => closeDatabases(databases) };
  } catch (error) {
    // Open connections would keep the process from ending.
    await closeDatabases(databases);
    throw error;
  }
}

interface Opened {
  readonly policy: Policy;
  readonly databases: Databases;
  readonly vault: Vault;
}

function openServices(settings: Settings, { log, clock }: Surroundings, opened: Opened): Services {
  const { policy, databases, vault } = opened;
  if (xchacha.provider !== "sodium-native") {
    log.warn("sodium-native did not load: sealing runs in JavaScript, some ten times slower");
  }
  const { data } = databases;
  const parts = { data, newId, clock };
  const customers = new Customers(parts);
  return {
    policy,
    reader: new Reader(data.reader, vault),
    vault,
    accessLog: new GroupCommitLog(sqlAuditStore(databases.audit), { writerId: newId(), clock, newId }),
    pseudonyms: new Pseudonyms(vault.rootKeys.pseudonym),
    cursors: new Cursors(vault.rootKeys.cursor, suiteOf(settings)),
    ...openAccounts(data, vault, clock),
    customers,
    messages: new Messages(parts, vault, customers),
    consents: new Consents(parts, policy),
    clock,
    logFault: faultLogger(log),
  };
}

/** A server that listens. */
export interface Serving {
  readonly url: string;
  /** Stops listening, once what is under way has been answered. */
  stop(): Promise<void>;
}

/** The first entry of this process's log: where it cannot be written nothing could be served anyway. */
function logStart({ accessLog }: Services): Promise<void> {
  const nobody = { principal: null, purpose: null, operationName: null, operationHash: null, ip: null };
  return accessLog.append({ kind: "START", requestId: newId(), ...nobody, reads: [], denials: [] });
}

/** Starts the HTTP server over an opened gateway. */
export async function serve(fieldward: Fieldward, settings: Settings, way: Way = "plan"): Promise<Serving> {
  const { services, log, databases } = fieldward;
  const { FIELDWARD_LISTEN, FIELDWARD_TLS_CERT, FIELDWARD_TLS_KEY } = settings;
  const listen = readListen(FIELDWARD_LISTEN, FIELDWARD_TLS_CERT, FIELDWARD_TLS_KEY);
  const gateway = makeGateway({ ...buildSchemas(), way });
  await gateway.start();
  await logStart(services);
  const ready = () => answerAll([databases.data.reader, databases.vault, databases.audit]);
  const contexts = new RequestContexts(services);
  const server = makeServer({ listen, gateway, contexts, log, logFault: services.logFault, newId, ready });
  await server.listen({ host: listen.host, port: listen.port });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  const url = `${listen.tls === null ? "http" : "https"}://${host}:${String(port)}/graphql`;
  const stop = async (): Promise<void> => {
    await server.close();
    await gateway.stop();
  };
  return { url, stop };
}
