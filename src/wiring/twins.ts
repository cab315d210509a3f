import type { Logger } from "pino";
import { Anonymiser } from "../anonymise/anonymiser";
import type { Detector } from "../anonymise/detector";
import { SmsDetector } from "../anonymise/sms-detector";
import { Lease } from "../database/lease";
import { sqlStaleTwins } from "../database/stale-twins";
import { newId, wait, type Databases } from "../installation";
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

/** What makes twins of messages, when they are stored and again later. */
export interface OpenedTwins {
  readonly twins: Twins;
  readonly renewal: TwinRenewal;
}

function timer(ms: number, then: () => void): () => void {
  const timeout = setTimeout(then, ms);
  return () => {
    clearTimeout(timeout);
  };
}

/** The anonymiser with what it makes, wired. */
export function openTwins({ databases, pseudonyms, clock, detector }: TwinsParts): OpenedTwins {
  const { data } = databases;
  const given = { detector: detector ?? new SmsDetector(), clock: () => performance.now(), timer };
  const twins = new Twins({ anonymiser: new Anonymiser(given), pseudonyms });
  const renewal = new TwinRenewal({
    stale: sqlStaleTwins(data),
    batch: new TwinBatch(data, twins),
    lease: new Lease(data.writer, "twins", newId(), clock, TWIN_LEASE_MS),
    inTurn: (work) => data.inTurn(work),
    clock,
    wait,
  });
  return { twins, renewal };
}

const FIRST_LOOK_MS = 2_000;
const LOOK_MS = 600_000;

type Renewal = Pick<TwinRenewal, "isDue" | "run">;

async function renew(renewal: Renewal, log: Logger, signal: AbortSignal): Promise<void> {
  if (!(await renewal.isDue())) return;
  const { outcome, made, withheld, failed } = await renewal.run({
    report: () => undefined,
    // Half of the time is left to requests.
    rest: wait,
    signal,
  });
  if (outcome !== "elsewhere")
    log.info({ outcome, made, withheld, failed }, "twins of messages were made again");
}

/** Makes twins again where that is due, soon after the start and now and then. Answers what ends it. */
export function keepTwinsUp({ renewal }: { readonly renewal: Renewal }, log: Logger): () => Promise<void> {
  const controller = new AbortController();
  let running = Promise.resolve();
  let timeout = setTimeout(look, FIRST_LOOK_MS);
  timeout.unref();
  function look(): void {
    running = renew(renewal, log, controller.signal)
      .catch((error: unknown) => {
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        log.warn({ code }, "twins of messages could not be made again; it is tried again in ten minutes");
      })
      .then(() => {
        if (controller.signal.aborted) return;
        timeout = setTimeout(look, LOOK_MS);
        timeout.unref();
      });
  }
  return async () => {
    clearTimeout(timeout);
    controller.abort();
    await running;
  };
}
