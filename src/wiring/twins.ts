import type { Logger } from "pino";
import { Anonymiser } from "../anonymise/anonymiser";
import type { Detector } from "../anonymise/detector";
import { SmsDetector } from "../anonymise/sms-detector";
import { Lease } from "../database/lease";
import { sqlStaleTwins } from "../database/stale-twins";
import { newId, type Databases } from "../installation";
import { TwinBatch } from "../lifecycle/twin-batch";
import { TWIN_LEASE_MS, TwinRenewal } from "../lifecycle/twin-renewal";
import { Twins } from "../lifecycle/twins";
import type { Pseudonyms } from "../vault/pseudonyms";

/** What twins are opened with. */
export interface TwinsParts {
  readonly databases: Databases;
  readonly pseudonyms: Pseudonyms;
  readonly clock: () => number;
  /** Undefined: the one that is shipped. */
  readonly detector: Detector | undefined;
}

/** Calls back after so many milliseconds, and answers how to call that off. */
type Timer = (ms: number, then: () => void) => () => void;

/** What makes twins of messages, when they are stored and again later. */
export interface OpenedTwins {
  readonly twins: Twins;
  readonly renewal: TwinRenewal;
  /** By which the renewal looks again and rests. */
  readonly timer: Timer;
}

function timer(ms: number, then: () => void): () => void {
  const timeout = setTimeout(then, ms);
  return () => {
    clearTimeout(timeout);
  };
}

/** The same, but no reason for the process to go on. */
function idleTimer(ms: number, then: () => void): () => void {
  const timeout = setTimeout(then, ms);
  timeout.unref();
  return () => {
    clearTimeout(timeout);
  };
}

/** Waits so long, or until the signal. */
function waitBy(timer: Timer): (ms: number, signal: AbortSignal) => Promise<void> {
  return (ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        stop();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const stop = timer(ms, end);
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
}

/** The anonymiser with what it makes, wired. */
export function openTwins({ databases, pseudonyms, clock, detector }: TwinsParts): OpenedTwins {
  const { data } = databases;
  const monotonic = (): number => performance.now();
  const given = { detector: detector ?? new SmsDetector(), clock: monotonic, timer };
  const twins = new Twins({ anonymiser: new Anonymiser(given), pseudonyms, clock: monotonic });
  const renewal = new TwinRenewal({
    stale: sqlStaleTwins(data),
    batch: new TwinBatch(data, twins),
    lease: new Lease(data.writer, "twins", newId(), clock, TWIN_LEASE_MS),
    inTurn: (work) => data.inTurn(work),
    clock,
    wait: waitBy(timer),
  });
  return { twins, renewal, timer: idleTimer };
}

const FIRST_LOOK_MS = 2_000;
const LOOK_MS = 600_000;

interface KeptTwins {
  readonly renewal: Pick<TwinRenewal, "isDue" | "run">;
  readonly timer: Timer;
}

async function renew({ renewal, timer }: KeptTwins, log: Logger, signal: AbortSignal): Promise<void> {
  if (!(await renewal.isDue()) || signal.aborted) return;
  const wait = waitBy(timer);
  const { outcome, made, withheld, failed, restricted } = await renewal.run({
    report: () => undefined,
    // Half of the time is left to requests.
    rest: (workedMs) => wait(workedMs, signal),
    signal,
  });
  // Of restricted customers alone there is nothing to say every ten minutes.
  if (outcome !== "elsewhere" && made + failed > 0)
    log.info({ outcome, made, withheld, failed, restricted }, "twins of messages were made again");
}

/** Makes twins again where that is due, soon after the start and now and then. Answers what ends it. */
export function keepTwinsUp(twins: KeptTwins, log: Logger): () => Promise<void> {
  const controller = new AbortController();
  let running = Promise.resolve();
  let cancel = twins.timer(FIRST_LOOK_MS, look);
  function look(): void {
    running = renew(twins, log, controller.signal)
      .catch((error: unknown) => {
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        log.warn({ code }, "twins of messages could not be made again; it is tried again in ten minutes");
      })
      .then(() => {
        if (!controller.signal.aborted) cancel = twins.timer(LOOK_MS, look);
      });
  }
  return async () => {
    cancel();
    controller.abort();
    await running;
  };
}
