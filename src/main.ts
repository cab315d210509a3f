import "reflect-metadata";
import pino, { type Logger } from "pino";
import { Pseudonyms } from "./vault/pseudonyms";
import type { Detector } from "./anonymise/detector";
import { GroupCommitLog, type AccessLog } from "./audit/access-log";
import { sqlAuditStore } from "./audit/sql-audit-store";
import type { Settings } from "./config";
import { xchacha } from "./crypto/xchacha";
import { Reader } from "./database/reader";
import { answerAll } from "./database/rows";
import { framesOf } from "./domain/error-frames";
import { FieldwardError } from "./domain/errors";
import { catalogueError } from "./graphql/answer-errors";
import { Cursors } from "./graphql/cursors";
import type { Services } from "./graphql/context";
import { makeGateway } from "./graphql/gateway";
import type { Way } from "./graphql/executor";
import { buildSchemas } from "./graphql/schema";
import { schemaTextFor } from "./graphql/visible/request-schema";
import type { OAuthService } from "./http/oauth";
import type { ScimParts } from "./http/scim";
import { readListen, makeServer } from "./http/server";
import { readTrustedProxies } from "./http/source";
import { readTls } from "./http/tls";
import {
  closeDatabases,
  closeKeys,
  keyProviders,
  newId,
  openDatabases,
  openKeys,
  refusePending,
  suiteOf,
  type Databases,
} from "./installation";
import { RequestContexts } from "./graphql/request-context";
import { openOidc, openScim } from "./wiring/directory";
import { openAccess } from "./wiring/access";
import { BcryptThreads, type PasswordHasher } from "./identity/bcrypt-threads";
import { Principals } from "./identity/principals";
import { Turns } from "./identity/turns";
import { openIdentity } from "./wiring/identity";
import { keepPolicyUp } from "./wiring/policy";
import { openTwins, type OpenedTwins } from "./wiring/twins";
import { keepUp, openVault, type OpenedVault } from "./wiring/vault";
import { Consents } from "./lifecycle/consents";
import { Customers } from "./lifecycle/customers";
import { Messages } from "./lifecycle/messages";
import { PolicyDirectory, type PolicySource } from "./policy/policy-source";
import { ProviderError } from "./vault/providers/provider-call";
import type { Vault } from "./vault/vault";

/** The version that the log and the command line tell. */
export const VERSION = "0.1.0";

/** What can be given from outside, so that a test can hold it still. */
export interface Surroundings {
  readonly log: Logger;
  readonly clock: () => number;
  /** Lets a keyset without passphrase be opened though one is set; `keys rotate` seals it. */
  readonly sealPlain?: boolean;
  /** Finds personal data in messages; left out: the one that is shipped. */
  readonly detector?: Detector;
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
  readonly opened: OpenedVault;
  readonly twins: OpenedTwins;
  readonly hasher: PasswordHasher;
  readonly log: Logger;
  close(): Promise<void>;
}

const FRAMES_TOLD = 6;

function faultLogger(log: Logger): Services["logFault"] {
  return (requestId, error) => {
    const { code, cause } = catalogueError(error);
    const fault = cause instanceof Error ? cause : undefined;
    const driverCode = fault !== undefined && "code" in fault ? fault.code : undefined;
    const frames =
      fault === undefined || driverCode !== undefined ? undefined : framesOf(fault).slice(0, FRAMES_TOLD);
    const provider = fault instanceof ProviderError ? fault.message : undefined;
    log.error({ requestId, code, cause: fault?.name, driverCode, provider, frames }, "a request failed");
  };
}

/**
 * Opens everything and proves what must hold before a single request is served.
 *
 * @throws StartupError that names what is wrong and says the mend
 */
export async function openFieldward(settings: Settings, surroundings: Surroundings): Promise<Fieldward> {
  const policies = new PolicyDirectory(settings.FIELDWARD_POLICY_DIR);
  const { clock, log } = surroundings;
  const providerOf = keyProviders(settings, clock, { sealPlain: surroundings.sealPlain ?? false });
  const databases = await openDatabases(settings);
  const keys = openKeys(settings, databases.vault, clock, providerOf);
  const hasher = new BcryptThreads();
  const close = async (): Promise<void> => {
    await hasher.close();
    closeKeys(keys);
    await closeDatabases(databases);
  };
  try {
    await refusePending(databases);
    const accessLog = new GroupCommitLog(sqlAuditStore(databases.audit), { writerId: newId(), clock, newId });
    const opened = await openVault(settings, databases, accessLog, keys);
    const { vault } = opened;
    const pseudonyms = new Pseudonyms(vault.rootKeys.pseudonym, vault.indexes);
    const twins = openTwins({ databases, pseudonyms, clock, detector: surroundings.detector });
    const given = { policies, databases, accessLog, opened, hasher, pseudonyms, twins };
    const services = openServices(settings, surroundings, given);
    return { services, databases, vault, opened, twins, hasher, log, close };
  } catch (error) {
    // Open connections would keep the process from ending.
    await close();
    throw error;
  }
}

interface Opened {
  readonly policies: PolicySource;
  readonly databases: Databases;
  readonly accessLog: AccessLog;
  readonly opened: OpenedVault;
  readonly hasher: PasswordHasher;
  readonly pseudonyms: Pseudonyms;
  readonly twins: OpenedTwins;
}

/** What can be served all the same, but less well than it should be. */
function warnOfWeakness(log: Logger, { keys }: OpenedVault): void {
  if (xchacha.provider !== "sodium-native") {
    log.warn("sodium-native did not load: sealing runs in JavaScript, some ten times slower");
  }
  if (!keys.memory.locked) {
    log.warn("keys are not locked into memory and could be swapped out: raise RLIMIT_MEMLOCK to 4 MiB");
  }
}

function openServices(settings: Settings, { log, clock }: Surroundings, given: Opened): Services {
  const { policies, databases, accessLog, opened, hasher, pseudonyms, twins } = given;
  const { vault, shredder, shredWatch } = opened;
  warnOfWeakness(log, opened);
  const { data } = databases;
  const parts = { data, newId, clock };
  const customers = new Customers(parts);
  const company = { data, vault, accessLog, log, policy: () => policies.current, clock };
  const reader = new Reader(data.reader, vault);
  const logFault = faultLogger(log);
  return {
    get policy() {
      return policies.current;
    },
    policies,
    reader,
    principals: new Principals(data),
    vault,
    shredder,
    shredWatch,
    accessLog,
    pseudonyms,
    cursors: new Cursors(vault.rootKeys.cursor, suiteOf(settings)),
    ...openIdentity({
      ...company,
      databases,
      hasher,
      keyTtlMs: opened.keys.ttlMs,
      companyChecks: openOidc(settings, company),
    }),
    ...openAccess({ databases, reader, policies, clock, logFault }),
    customers,
    messages: new Messages(parts, vault, customers, twins.twins),
    consents: new Consents(parts, () => policies.current),
    clock,
    logFault,
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

/** Resolves where a request could be served now. */
async function readiness({ databases, opened }: Fieldward): Promise<void> {
  await answerAll([databases.data.reader, databases.vault, databases.audit]);
  await databases.redis?.ping();
  await opened.keys.keks.primaryOf(null);
  const { obstacle } = opened.shredWatch;
  if (obstacle !== undefined)
    throw new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause: new Error(obstacle) });
}

function scimOf({ services, databases, log }: Fieldward, settings: Settings): ScimParts | null {
  const { data } = databases;
  const company = { ...services, data, log, policy: () => services.policies.current };
  return openScim(settings, company, () => {
    services.authenticator.forget();
  });
}

/** What partners get access tokens by. */
function oauthOf({ oauth, authenticator }: Services, settings: Settings): OAuthService {
  const forget = (): void => {
    authenticator.forget();
  };
  return { oauth, forget, publicUrl: settings.FIELDWARD_PUBLIC_URL ?? null };
}

/**
 * How many without a credential are answered at once: as many as keep the hashing of passwords busy; and how many wait: as
 * many as are through in some ten seconds, at a quarter of a second for a password. One network has half of the places at most.
 */
function anonymous({ atOnce }: PasswordHasher): Turns {
  return new Turns({ atOnce: 2 * atOnce + 2, waiting: 40 * atOnce, each: 20 * atOnce });
}

/** Starts the HTTP server over an opened gateway. */
export async function serve(fieldward: Fieldward, settings: Settings, way: Way = "plan"): Promise<Serving> {
  const { services, log } = fieldward;
  const listen = readListen(settings.FIELDWARD_LISTEN, readTls(settings));
  const trustedProxies = readTrustedProxies(settings.FIELDWARD_TRUSTED_PROXIES);
  const schemas = buildSchemas();
  const gateway = makeGateway({ ...schemas, way });
  await gateway.start();
  await logStart(services);
  const ready = () => readiness(fieldward);
  const contexts = new RequestContexts(services);
  const { logFault } = services;
  const scim = scimOf(fieldward, settings);
  const schemaText = schemaTextFor(schemas.visible, services);
  const oauth = oauthOf(services, settings);
  const parts = { listen, trustedProxies, gateway, contexts, scim, schemaText, log, logFault, newId, ready };
  const server = makeServer({ ...parts, oauth, anonymous: anonymous(fieldward.hasher) });
  await server.listen({ host: listen.host, port: listen.port });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  const url = `${listen.tls === null ? "http" : "https"}://${host}:${String(port)}/graphql`;
  const endUpkeep = keepUp(fieldward.opened, log);
  const endPolicy = keepPolicyUp(services, settings.FIELDWARD_POLICY_DIR, log);
  const stop = async (): Promise<void> => {
    endUpkeep();
    endPolicy();
    await server.close();
    await gateway.stop();
  };
  return { url, stop };
}
