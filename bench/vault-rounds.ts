/** Two ways to do the same work, which are compared. The values are cut into slices. */
export interface Pair {
  readonly name: string;
  readonly slices: number;
  readonly valuesInSlice: number;
  /** What is compared with. */
  readonly reference: (slice: number) => void;
  readonly subject: (slice: number) => void;
}

export interface PairResult {
  readonly name: string;
  readonly referencePerSecond: number;
  readonly subjectPerSecond: number;
  /** The subject's time to the reference's: the median of the slices' ratios. */
  readonly ratio: number;
}

interface Times {
  readonly reference: number;
  readonly subject: number;
}

const WARM_UP_ROUNDS = 15;

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error("no numbers, no median");
  return middle;
}

/**
 * Does the work twice and times the second: after another case the processor's caches are full of that one's code and data.
 *
 * @returns Milliseconds.
 */
function timed(work: (slice: number) => void, slice: number): number {
  work(slice);
  const startedAt = performance.now();
  work(slice);
  return performance.now() - startedAt;
}

/** One side right after the other, each first in turn. */
function timeBoth({ reference, subject }: Pair, slice: number, isReferenceFirst: boolean): Times {
  if (isReferenceFirst) {
    const first = timed(reference, slice);
    return { reference: first, subject: timed(subject, slice) };
  }
  const first = timed(subject, slice);
  return { reference: timed(reference, slice), subject: first };
}

/**
 * Each round measures every pair, so that all meet the same moods of the machine; and slice by slice, so that what else runs
 * on it falls on few measurements and not a little on each.
 */
export function measurePairs(pairs: readonly Pair[], rounds: number): PairResult[] {
  const measured = pairs.map((pair) => ({ pair, times: [] as Times[] }));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const { pair, times } of measured) {
      for (let slice = 0; slice < pair.slices; slice += 1) {
        const both = timeBoth(pair, slice, (round + slice) % 2 === 0);
        if (round >= 0) times.push(both);
      }
    }
  }
  return measured.map(({ pair, times }) => toResult(pair, times));
}

function toResult({ name, valuesInSlice }: Pair, times: readonly Times[]): PairResult {
  const perSecond = (side: keyof Times): number =>
    (valuesInSlice / median(times.map((both) => both[side]))) * 1_000;
  return {
    name,
    referencePerSecond: perSecond("reference"),
    subjectPerSecond: perSecond("subject"),
    ratio: median(times.map(({ reference, subject }) => subject / reference)),
  };
}
