import { Random } from "../random";
import type { MessageScore, Slice } from "./message-score";
import { part, ratesOf, tally, type Rates, type Tally } from "./tally";

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type RateEstimates = Readonly<Record<keyof Rates, Estimate>>;

export interface SliceEstimates extends RateEstimates {
  readonly labels: number;
  readonly found: number;
}

/** All figures of a detector over a corpus. */
export interface Report {
  readonly messages: number;
  readonly types: Readonly<Record<string, SliceEstimates>>;
  readonly languages: Readonly<Record<string, SliceEstimates>>;
  readonly overall: SliceEstimates;
  readonly untyped: SliceEstimates;
  /** Messages with personal data of which more than half of some label is uncovered. */
  readonly leakingMessages: Estimate;
  /** Messages without personal data in which something was found, and findings to each of those messages. */
  readonly cleanHit: Estimate;
  readonly findingsPerClean: Estimate;
  /** The part of the characters that are neither labelled nor ignored that is covered. */
  readonly overRedaction: Estimate;
}

export const RESAMPLES = 1_000;
export const SEED = 7;

/** The corpus drawn anew, message by message with replacement: labels within one message hang together. */
function resampled(scores: readonly MessageScore[], random: Random): Tally[] {
  if (scores.length === 0) return [];
  return Array.from({ length: RESAMPLES }, () => tally(scores.map(() => random.pick(scores))));
}

class Estimator {
  constructor(
    private readonly whole: Tally,
    private readonly resamples: readonly Tally[],
  ) {}

  /** @param measure undefined where there is nothing to measure, as a rare type may be missing from a resample */
  estimate(measure: (tally: Tally) => number | undefined): Estimate {
    const value = measure(this.whole) ?? 0;
    const values = this.resamples
      .map(measure)
      .filter((one) => one !== undefined)
      .sort((a, b) => a - b);
    const at = (quantile: number): number => values[Math.floor(quantile * (values.length - 1))] ?? value;
    return { value, low: at(0.025), high: at(0.975) };
  }

  slice(choose: (tally: Tally) => Slice | undefined): SliceEstimates {
    const estimateRate = (rate: keyof Rates): Estimate =>
      this.estimate((one) => {
        const slice = choose(one);
        return slice === undefined ? undefined : ratesOf(slice)[rate];
      });
    const whole = choose(this.whole);
    return {
      labels: whole?.labels ?? 0,
      found: whole?.found ?? 0,
      precision: estimateRate("precision"),
      recall: estimateRate("recall"),
      f1: estimateRate("f1"),
      leak: estimateRate("leak"),
    };
  }

  slices(choose: (tally: Tally) => ReadonlyMap<string, Slice>): Record<string, SliceEstimates> {
    const names = [...choose(this.whole).keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.slice((one) => choose(one).get(name))]));
  }
}

export function reportOn(scores: readonly MessageScore[]): Report {
  const estimator = new Estimator(tally(scores), resampled(scores, new Random(SEED)));
  return {
    messages: scores.length,
    types: estimator.slices(({ types }) => types),
    languages: estimator.slices(({ languages }) => languages),
    overall: estimator.slice(({ overall }) => overall),
    untyped: estimator.slice(({ untyped }) => untyped),
    leakingMessages: estimator.estimate(({ messages }) => part(messages.leaking, messages.personal)),
    cleanHit: estimator.estimate(({ messages }) => part(messages.cleanHit, messages.clean)),
    findingsPerClean: estimator.estimate(({ messages }) => part(messages.cleanFindings, messages.clean)),
    overRedaction: estimator.estimate(({ messages }) => part(messages.overRedacted, messages.plain)),
  };
}
