import { availableParallelism } from "node:os";
import { isKept, formatBars, formatColumns, type Bar } from "../vault-bars";
import { quantile, type Stretch } from "./meter";
import type { Engine } from "./options";
import { KEY_TTL_SECONDS } from "./place";
import { ALONE, type RotationResult } from "./rotate-all";
import type { ShredResult } from "./shred-some";

export interface EngineResult {
  readonly engine: Engine;
  /** Of the last minute, at the beginning and at the end: what else the machine had to do shows in it. */
  readonly loadAverage: readonly [number, number];
  readonly customers: number;
  readonly messages: number;
  readonly rotation: RotationResult;
  readonly shredding: ShredResult;
}

/** A line of the table: latencies in milliseconds. */
export interface Line {
  readonly during: string;
  readonly phase: string;
  readonly works: boolean;
  readonly seconds: number;
  readonly reads: number;
  readonly notSent: number;
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Its p99 to that of reading alone. */
  readonly ratio: number;
}

const MOST_RATIO = 2;
const MOST_NOT_SENT = 0.1;
const COMMANDS = ["rotate", "rewrap", "reseal", "reindex"];
const KILLS: readonly (readonly [string, number])[] = [
  ["rewrap", 1],
  ["reseal", 3],
  ["reindex", 1],
];

const latenciesOf = (stretches: readonly Stretch[]): readonly number[] =>
  stretches.flatMap(({ latenciesMs }) => latenciesMs);

function lineOf(
  stretches: readonly Stretch[],
  alone: number,
  { during, phase, works }: Pick<Line, "during" | "phase" | "works">,
): Line {
  const latenciesMs = latenciesOf(stretches);
  const sum = (of: (stretch: Stretch) => number): number =>
    stretches.reduce((total, one) => total + of(one), 0);
  const p99 = quantile(latenciesMs, 0.99);
  return {
    during,
    phase,
    works,
    seconds: sum(({ seconds }) => seconds),
    reads: latenciesMs.length,
    notSent: sum(({ notSent }) => notSent),
    failures: sum(({ failures }) => failures),
    p50: quantile(latenciesMs, 0.5),
    p99,
    most: quantile(latenciesMs, 1),
    ratio: p99 / alone,
  };
}

/** A line for each phase, and one for each command with all phases in which it works. */
function linesOf({ stretches }: RotationResult): Line[] {
  const alone = quantile(latenciesOf(stretches.filter(({ during }) => during === ALONE)), 0.99);
  return [ALONE, ...COMMANDS].flatMap((during) => {
    const own = stretches.filter((stretch) => stretch.during === during);
    const byPhase = new Map(own.map((stretch) => [stretch.phase, stretch]));
    const phases = [...byPhase.values()].map((named) =>
      lineOf(
        own.filter(({ phase }) => phase === named.phase),
        alone,
        named,
      ),
    );
    if (phases.length < 2) return phases;
    const works = own.filter((stretch) => stretch.works);
    return [lineOf(works, alone, { during, phase: "at work", works: true }), ...phases];
  });
}

const exactly = (name: string, measured: number, bound: number): Bar => ({
  name,
  measured,
  bound,
  side: "exactly",
  unit: "",
});

function rotationBars(result: RotationResult): Bar[] {
  const { stretches, kills, before, after, walked } = result;
  const lines = linesOf(result);
  const alone = lines.find(({ during }) => during === ALONE);
  const ratios = lines.filter(({ during, phase }) => phase === "at work" || during === "rotate");
  return [
    exactly(
      "reads that failed or changed",
      stretches.reduce((sum, { failures }) => sum + failures, 0),
      0,
    ),
    // Otherwise reading alone was too much for the machine, and it would hide what a command adds.
    {
      name: "reading alone: requests that the server was too slow for",
      measured: (100 * (alone?.notSent ?? 0)) / (alone?.reads ?? NaN),
      bound: MOST_NOT_SENT,
      side: "at most",
      unit: "%",
    },
    ...ratios.map(({ during, ratio }): Bar => ({
      name: `${during} at work: p99 to that of reading alone`,
      measured: ratio,
      bound: MOST_RATIO,
      side: "at most",
      unit: "",
    })),
    ...KILLS.map(([kind, count]) =>
      exactly(`${kind}: killed and run again`, kills[kind]?.length ?? 0, count),
    ),
    exactly("data keys from before", after.oldDataKeys, 0),
    exactly("keys under an old key-encryption key", after.underOldKeks, 0),
    exactly("keys of the blind indexes", after.indexKeys, 1),
    exactly("values under an old data key", after.oldEnvelopes, 0),
    exactly("old blind indexes", after.oldIndexes, 0),
    exactly("values lost or gained", after.envelopes - before.envelopes, 0),
    exactly("pages of the whole that are not as stored", walked.failures, 0),
  ];
}

function shredBars(result: ShredResult): Bar[] {
  const { readsBefore, clearBefore, readsAfter, shownAfter, otherFailures, walked } = result;
  return [
    exactly("shred: reads before it without clear data", readsBefore - clearBefore, 0),
    {
      name: "shred: reads that start after the bound",
      measured: readsAfter,
      bound: 100,
      side: "at least",
      unit: "",
    },
    exactly("shred: of these, with clear data", shownAfter, 0),
    exactly("shred: reads of others that failed or changed", otherFailures, 0),
    exactly("shred: pages of the whole that are not as they should be", walked.failures, 0),
  ];
}

/** What must hold of one engine's run. */
function barsOf({ rotation, shredding }: EngineResult): Bar[] {
  return [...rotationBars(rotation), ...shredBars(shredding)];
}

/** Whether all of it holds. */
export function isPassed(result: EngineResult): boolean {
  return barsOf(result).every(isKept);
}

const ms = (value: number): string => value.toFixed(1);
const count = (value: number): string => value.toLocaleString("en");

function tableOf(result: RotationResult): string {
  const rows = linesOf(result).map((line) => [
    `${line.during}${line.phase === "" ? "" : `, ${line.phase}`}${line.works || line.during === ALONE ? "" : " (waits)"}`,
    line.seconds.toFixed(1),
    count(line.reads),
    count(line.notSent),
    count(line.failures),
    ms(line.p50),
    ms(line.p99),
    ms(line.most),
    line.ratio.toFixed(2),
  ]);
  return formatColumns([
    ["while", "s", "reads", "not sent", "failed", "p50 ms", "p99 ms", "most", "p99 ratio"],
    ...rows,
  ]);
}

/** The result as text for people. */
export function formatEngine(result: EngineResult): string {
  const { engine, loadAverage, customers, messages, rotation, shredding } = result;
  const { capacity, perSecond, kills, stretches } = rotation;
  const killed = Object.entries(kills).flatMap(([kind, places]) =>
    places.map(
      ({ phase, done, total, unit }) => `${kind}: "${phase}", ${count(done)} of ${count(total)} ${unit}`,
    ),
  );
  const failed = [...stretches.flatMap((stretch) => stretch.failed), ...shredding.failed];
  return [
    `${engine}: ${count(customers)} customers, ${count(messages)} messages; ${count(rotation.before.envelopes)} sealed values`,
    `${String(perSecond)} reads/s are sent, of ${capacity.toFixed(0)} that can be answered. Keys live for ${String(KEY_TTL_SECONDS)} s: each wait is ${String(KEY_TTL_SECONDS + 30)} s, by default it is 90.`,
    `Load average of the machine, ${String(availableParallelism())} cores: ${loadAverage[0].toFixed(1)} before, ${loadAverage[1].toFixed(1)} after.`,
    "",
    tableOf(rotation),
    "",
    `Killed by kill -9: ${killed.join("; ")}`,
    `Shredded ${String(shredding.shredded)} of ${String(shredding.customers)} customers, in ${count(shredding.reads)} reads: ${count(shredding.readsBefore)} of the shredded before, ${count(shredding.readsDuring)} until the bound, ${count(shredding.readsAfter)} after it. The last that showed clear data was sent ${ms(shredding.lastClearBeforeBoundMs)} ms before the bound.`,
    ...failed.map(({ operation, why }) => `failed: ${operation}: ${why}`),
    "",
    formatBars(barsOf(result)),
  ].join("\n");
}

/** The result without single latencies. */
export function jsonOf(result: EngineResult): object {
  const { rotation, ...rest } = result;
  const { stretches, ...counts } = rotation;
  return {
    ...rest,
    rotation: { ...counts, lines: linesOf(rotation), failed: stretches.flatMap(({ failed }) => failed) },
    bars: barsOf(result).map((bar) => ({ ...bar, kept: isKept(bar) })),
  };
}
