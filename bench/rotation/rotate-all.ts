import { setTimeout as later } from "node:timers/promises";
import { report } from "../progress";
import { runKeys } from "./command";
import { KilledRun, randomKillPoints, type Kill, type KillPoint } from "./killed-run";
import { Meter, type Stretch } from "./meter";
import type { RotationOptions } from "./options";
import type { KeyCount, PastTheGateway } from "./past-the-gateway";
import type { Place } from "./place";
import type { ReaderClient } from "./reader-client";

/** What came of rotating every key while others read. */
export interface RotationResult {
  /** Answered in a second, at most. */
  readonly capacity: number;
  readonly perSecond: number;
  readonly stretches: readonly Stretch[];
  readonly kills: Readonly<Record<string, readonly Kill[]>>;
  readonly before: KeyCount;
  readonly after: KeyCount;
  readonly walked: { readonly customers: number; readonly failures: number };
}

export interface Bench {
  readonly options: RotationOptions;
  readonly place: Place;
  readonly past: PastTheGateway;
  readonly readers: ReaderClient;
}

/** A label for the time in which nothing but reading goes on. */
export const ALONE = "reading alone";

const CAPACITY_SECONDS = 5;
/** Fewer steps than that are over before anybody can look. */
const LEAST_KEYS_TO_DROP = 5_000;

async function measureCapacity({ readers }: Bench): Promise<number> {
  const measure = async (): Promise<number> => {
    await readers.read(null);
    await later(CAPACITY_SECONDS * 1_000);
    const { latenciesMs, seconds } = await readers.stop();
    return latenciesMs.length / seconds;
  };
  await measure();
  // The least: what else the machine has to do comes and goes.
  return Math.min(await measure(), await measure());
}

/** Where each command is killed: a resealing three times. */
function killPoints({ options }: Bench): Readonly<Record<string, readonly KillPoint[]>> {
  const whole = (phaseNumber: number, weight: number) => ({ phaseNumber, weight, upTo: 0.95 });
  const drops = options.rows / 5 >= LEAST_KEYS_TO_DROP;
  return {
    rewrap: randomKillPoints(1, [{ phaseNumber: 2, weight: 1, upTo: 0.5 }]),
    reseal: randomKillPoints(3, [
      whole(1, 2),
      whole(2, 1),
      whole(3, 5),
      whole(4, 1),
      whole(5, 2),
      ...(drops ? [{ phaseNumber: 6, weight: 1, upTo: 0.3 }] : []),
    ]),
    reindex: randomKillPoints(1, [whole(3, 4), whole(5, 1), whole(7, 1)]),
  };
}

/** Rotates every key there is, under a steady load of reads, and counts what is left of the old ones. */
export async function rotateAll(bench: Bench): Promise<RotationResult> {
  const { options, place, past, readers } = bench;
  const beganAtMs = Date.now();
  const before = await past.count(beganAtMs);
  const capacity = await measureCapacity(bench);
  const perSecond = Math.max(1, Math.round(capacity * options.load));
  report(`${place.engine}: ${capacity.toFixed(0)} reads/s at most; ${String(perSecond)} reads/s are sent`);
  const meter = new Meter(readers);
  await readers.read(perSecond);
  const alone = async (): Promise<void> => {
    meter.begin(ALONE, { phase: "", works: false });
    await later(options.baselineSeconds * 1_000);
  };
  await alone();
  meter.begin("rotate", { phase: "start", works: true });
  await runKeys(place, ["rotate"]);
  const kills: Record<string, readonly Kill[]> = {};
  for (const [kind, points] of Object.entries(killPoints(bench))) {
    const activity = (now: { phase: string; works: boolean }): void => {
      meter.begin(kind, now);
    };
    const run = new KilledRun(kind, points, { place, past, share: options.share, activity });
    kills[kind] = await run.finish();
    report(`${place.engine}: ${kind} finished`);
    await alone();
  }
  await meter.end();
  const walked = await readers.walk();
  const after = await past.count(beganAtMs);
  return { capacity, perSecond, stretches: meter.stretches, kills, before, after, walked };
}
