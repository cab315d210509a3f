import { keyWork } from "../../../src/cli/keys-runner";
import type { Settings } from "../../../src/config";
import { sqlSealedRows } from "../../../src/database/sealed-rows";
import { sqlTenantsOf } from "../../../src/database/tenants-of";
import { newId, random, suiteOf } from "../../../src/installation";
import { makeLog, openFieldward, serve, type Fieldward } from "../../../src/main";
import { reindexJob, type ReindexParts } from "../../../src/vault/rotation/reindex";
import { resealJob, type ResealParts } from "../../../src/vault/rotation/reseal";
import { rewrapJob, type RewrapParts } from "../../../src/vault/rotation/rewrap";
import type { RotateParts } from "../../../src/vault/rotation/rotate";
import { runJob, type Job, type Run, type RunProgress, type RunTools } from "../../../src/vault/rotation/run";
import type { Answer, Caller, TestGateway } from "../../support/gateway";

/** Another process on a gateway's databases, with keys in a memory of its own and the same clock. */
export function anotherProcess(
  { installation, clock }: TestGateway,
  given: Partial<Settings> = {},
): Promise<Fieldward> {
  const settings = { ...installation.settings, ...given };
  return openFieldward(settings, { log: makeLog(settings), clock: clock.read });
}

/** What queries are sent to. */
export interface Replica {
  readonly fieldward: Fieldward;
  query(caller: Caller, query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

async function post(url: string, caller: Caller, query: string, variables?: object): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${caller.token}`,
      ...(caller.purpose === undefined ? {} : { "fieldward-purpose": caller.purpose }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { ...((await response.json()) as Omit<Answer, "status">), status: response.status };
}

/** A second gateway that serves over HTTP. */
export interface ServingReplica extends Replica {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves from another process on a gateway's databases. */
export async function serveAnother(
  gateway: TestGateway,
  given: Partial<Settings> = {},
): Promise<ServingReplica> {
  const fieldward = await anotherProcess(gateway, given);
  const serving = await serve(fieldward, gateway.installation.settings);
  return {
    fieldward,
    url: serving.url,
    query: (caller, query, variables) => post(serving.url, caller, query, variables),
    close: async () => {
      await serving.stop();
      await fieldward.close();
    },
  };
}

/** What the jobs are made of, from a process of their own; waiting moves the clock. */
export interface JobParts {
  readonly rewrap: RewrapParts;
  readonly reseal: ResealParts;
  readonly reindex: ReindexParts;
  readonly rotate: RotateParts;
}

/** The parts of every job, as the command line puts them together. */
export function jobParts({ clock, installation }: TestGateway, operator: Fieldward): JobParts {
  const { store, settleMs } = keyWork(operator);
  const { keks, keyRing, providerOf } = operator.opened.keys;
  const rows = sqlSealedRows(operator.databases.data.writer);
  const wait = (ms: number): Promise<void> => {
    clock.forward(ms);
    return Promise.resolve();
  };
  const common = { random, clock: clock.read, wait, settleMs };
  const suite = suiteOf(installation.settings);
  const { indexes } = operator.vault;
  return {
    rewrap: { store, keks, providerOf, clock: clock.read, tenantsOf: sqlTenantsOf(operator.databases.data) },
    reseal: { ...common, store, rows, keyRing, suite },
    reindex: { random, wait, settleMs, store, rows, indexes, keyRing, keks, leaveFailed: false },
    rotate: { ...common, store, providerOf, newId, setting: installation.settings.FIELDWARD_KEY_PROVIDER },
  };
}

/** The jobs by what they do. */
export const JOBS = {
  rewrap: (parts: JobParts): Job => rewrapJob(parts.rewrap),
  reseal: (parts: JobParts): Job => resealJob(parts.reseal),
  reindex: (parts: JobParts): Job => reindexJob(parts.reindex),
} as const;

export interface Watched {
  /** Is awaited between any two steps, with how far the run is. */
  readonly between?: (progress: RunProgress) => Promise<void>;
}

/** Runs a job to its end; a step takes ten milliseconds of the gateway's clock. */
export async function runToEnd(
  { clock }: TestGateway,
  operator: Fieldward,
  job: Job,
  { between }: Watched = {},
): Promise<Run> {
  let last: RunProgress | undefined;
  const tools: RunTools = {
    runs: keyWork(operator).runs,
    clock: clock.read,
    newId,
    wait: (ms) => {
      clock.forward(ms);
      return Promise.resolve();
    },
    report: (progress) => {
      last = progress;
    },
    pace: async () => {
      clock.forward(10);
      operator.opened.keys.keyRing.sweep();
      if (last !== undefined) await between?.(last);
    },
  };
  return runJob(job, tools);
}
