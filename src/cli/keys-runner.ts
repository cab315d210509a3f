import { setTimeout as later } from "node:timers/promises";
import type { Settings } from "../config";
import { Lease } from "../database/lease";
import { sqlRotationStore } from "../database/rotation-store";
import { sqlRunStore } from "../database/run-store";
import { StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import { newId, wait } from "../installation";
import type { Fieldward } from "../main";
import { IN_HAND_MS } from "../vault/kept-keys";
import { runJob, type Job, type Run, type RunProgress } from "../vault/rotation/run";
import { barReport, jsonLine, lineReport, type RunReport } from "./run-progress";
import { say, stopSignal, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

/** The options of a command that works on keys for long. */
export interface RunOptions extends ReportOptions {
  /** How much of the time it works, from 0.01 to 1; the rest it leaves to others. */
  readonly share: string;
}

const LEASE = "keys";
const LEASE_MS = 30_000;

/** What key commands work with. */
export function keyWork({ databases, opened }: Fieldward) {
  const { clock, ttlMs } = opened.keys;
  const store = sqlRotationStore(databases.vault, { clock, newId });
  return { store, runs: sqlRunStore(databases.vault), clock, settleMs: ttlMs + IN_HAND_MS };
}

/** Puts work on keys on the access log. */
export function recordKeys({ services }: Fieldward, requestId: string, what: string): Promise<void> {
  return services.accessLog.append({
    kind: "KEYS",
    requestId,
    principal: OPERATOR,
    purpose: null,
    operationName: what,
    operationHash: null,
    reads: [],
    denials: [],
    ip: null,
  });
}

/** Takes the lease. One whose holder was killed runs out; one that is renewed meanwhile has a holder that lives. */
async function takeLease(lease: Lease): Promise<void> {
  const found = await lease.state();
  if (await lease.take()) return;
  const until = found?.untilMs ?? 0;
  say(
    `Another run has the lease until ${new Date(until).toISOString()}. If it was killed, this one goes on then.`,
  );
  while (!(await lease.take())) {
    if (((await lease.state())?.untilMs ?? 0) > until) {
      throw new StartupError("Another run of a keys command is under way. Wait for its end.");
    }
    await later(500);
  }
}

/** Does some work while no other process does work on keys. */
export async function withLease<T>(
  { databases, opened }: Fieldward,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = new Lease(databases.data.writer, LEASE, newId(), opened.keys.clock, LEASE_MS);
  await takeLease(lease);
  try {
    return await work(lease);
  } finally {
    await lease.giveBack();
  }
}

class StoppedError extends Error {
  override readonly name = "StoppedError";
}

function shareOf({ share }: RunOptions): number {
  const number = Number(share);
  if (!(number >= 0.01 && number <= 1)) throw new StartupError("--share is a number from 0.01 to 1.");
  return number;
}

function reportOf(options: ReportOptions, clock: () => number): RunReport {
  if (options.json === true) return lineReport(say, clock, jsonLine);
  return process.stderr.isTTY ? barReport(process.stderr, clock) : lineReport(say, clock);
}

/** Waits as `--share` says, keeps the lease, wipes keys that are done with, and stops where that was asked for. */
function pacer(fieldward: Fieldward, lease: Lease, share: number): (workedMs: number) => Promise<void> {
  const signal = stopSignal("Stopping after the step in hand.");
  let renewedMs = fieldward.opened.keys.clock();
  return async (workedMs) => {
    fieldward.opened.keys.keyRing.sweep();
    if (signal.aborted) throw new StoppedError();
    const now = fieldward.opened.keys.clock();
    if (now - renewedMs > LEASE_MS / 6) {
      if (!(await lease.take())) throw new StartupError("Another run has taken the lease; this one stops.");
      renewedMs = now;
    }
    const rest = (workedMs * (1 - share)) / share;
    if (rest >= 1) await later(rest);
  };
}

/** The run that is gone on with or a new one's id, on the access log and said. */
async function beginRun(fieldward: Fieldward, kind: string): Promise<string> {
  const known = await keyWork(fieldward).runs.unfinished(kind);
  const id = known?.id ?? newId();
  await recordKeys(fieldward, id, `keys ${kind} ${known === undefined ? "started" : "resumed"}`);
  if (known !== undefined) {
    const since = new Date(known.startedAtMs).toISOString();
    say(`This goes on with the run that began ${since}. For what is newer than that, run it again.`);
  }
  return id;
}

/** Runs a rotation to its end, or until it is stopped. Answers undefined where it was. */
export async function runKeyJob(
  settings: Settings,
  options: RunOptions,
  jobOf: (fieldward: Fieldward) => Job,
): Promise<Run | undefined> {
  const share = shareOf(options);
  return withFieldward(settings, (fieldward) =>
    withLease(fieldward, async (lease) => {
      const job = jobOf(fieldward);
      const { runs, clock } = keyWork(fieldward);
      const id = await beginRun(fieldward, job.kind);
      const report = reportOf(options, clock);
      const tools = {
        runs,
        clock,
        newId: () => id,
        report: (progress: RunProgress) => {
          report.update(progress);
        },
        pace: pacer(fieldward, lease, share),
        wait,
      };
      try {
        const run = await runJob(job, tools);
        await recordKeys(fieldward, id, `keys ${job.kind} finished, ${String(run.failed)} failed`);
        return run;
      } catch (error) {
        if (!(error instanceof StoppedError)) throw error;
        say("Stopped. The same command goes on from here.");
        process.exitCode = 1;
        return undefined;
      } finally {
        report.finish();
      }
    }),
  );
}
