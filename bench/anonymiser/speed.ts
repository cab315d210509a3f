export interface Speed {
  /** Messages that were read in turn. */
  readonly messages: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
}

export interface SpeedPlan {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Milliseconds that run, in fractions. */
  readonly now: () => number;
}

const SPEED_PLAN: SpeedPlan = { warmUpMs: 1_000, measureMs: 3_000, now: () => performance.now() };

/** Whole passes over the texts until the time is over; a detector may be asynchronous, as those of others are. */
async function passes<T>(
  texts: readonly T[],
  detect: (text: T) => unknown,
  { forMs, now }: { readonly forMs: number; readonly now: () => number },
): Promise<{ count: number; elapsedMs: number }> {
  const startedAt = now();
  let count = 0;
  do {
    for (const text of texts) {
      const found = detect(text);
      if (found instanceof Promise) await found;
    }
    count += texts.length;
  } while (now() - startedAt < forMs);
  return { count, elapsedMs: now() - startedAt };
}

/** Messages a second on this thread, after warming up. */
export async function measureThroughput<T>(
  texts: readonly T[],
  detect: (text: T) => unknown,
  { warmUpMs, measureMs, now }: SpeedPlan,
): Promise<number> {
  if (texts.length === 0) throw new RangeError("there are no messages to read");
  await passes(texts, detect, { forMs: warmUpMs, now });
  const { count, elapsedMs } = await passes(texts, detect, { forMs: measureMs, now });
  return count / (elapsedMs / 1_000);
}

/** @param sorted Ascending */
function percentile(sorted: Float64Array, quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? NaN;
}

/** Throughput, then, in passes of its own since looking at the clock costs too, how long each message took. */
export async function measureSpeed(
  texts: readonly string[],
  detect: (text: string) => unknown,
  plan: SpeedPlan = SPEED_PLAN,
): Promise<Speed> {
  const perSecond = await measureThroughput(texts, detect, plan);
  const timesUs: number[] = [];
  const timed = (text: string): void => {
    const startedAt = plan.now();
    detect(text);
    timesUs.push((plan.now() - startedAt) * 1_000);
  };
  await passes(texts, timed, { forMs: plan.measureMs, now: plan.now });
  const sorted = Float64Array.from(timesUs).sort();
  return {
    messages: texts.length,
    perSecond,
    p50Us: percentile(sorted, 0.5),
    p99Us: percentile(sorted, 0.99),
    p999Us: percentile(sorted, 0.999),
  };
}

export function formatSpeed({ messages, perSecond, p50Us, p99Us, p999Us }: Speed): string {
  const us = (time: number): string => `${time.toFixed(1)} µs`;
  return (
    `${Math.round(perSecond).toLocaleString("en")} messages/s on one core (${messages} messages in turn); ` +
    `p50 ${us(p50Us)}, p99 ${us(p99Us)}, p99.9 ${us(p999Us)}`
  );
}
