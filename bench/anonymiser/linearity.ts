import { formatColumns, type Bar } from "../vault-bars";
import type { HostileText } from "./hostile-texts";

const LENGTHS = [200, 400, 800, 1_600, 3_200] as const;

/** Time in proportion to the length is 1; to its square, 4. Between lies what the machine does beside. */
const MOST_GROWTH = 2;
const SHORT = 400;
const LONG = 1_600;

const BATCHES = 7;
const BATCH_MS = 0.5;
const MEASURED_AGAIN = 3;

const ROWS = 40;

export interface Growth {
  readonly name: string;
  /** Nanoseconds a character, by length. */
  readonly nsPerCharacter: Readonly<Record<number, number>>;
  /** How much longer a character takes in a text four times as long. */
  readonly ratio: number;
}

/** Milliseconds of one call: of the quickest batch, since whatever else the machine does only adds. */
function timeOf(call: () => unknown, now: () => number): number {
  const startedAt = now();
  let calls = 0;
  do {
    call();
    calls += 1;
  } while (now() - startedAt < BATCH_MS);
  let least = Infinity;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const batchStartedAt = now();
    for (let i = 0; i < calls; i += 1) call();
    least = Math.min(least, (now() - batchStartedAt) / calls);
  }
  return least;
}

function measureOnce(
  { name, build }: HostileText,
  detect: (text: string) => unknown,
  now: () => number,
): Growth {
  const nsPerCharacter = Object.fromEntries(
    LENGTHS.map((length) => {
      const text = build(length);
      return [length, (timeOf(() => detect(text), now) * 1e6) / length];
    }),
  );
  return { name, nsPerCharacter, ratio: (nsPerCharacter[LONG] ?? NaN) / (nsPerCharacter[SHORT] ?? NaN) };
}

/** What grows more than it may is measured again: a busy machine slows one length and not the other, but not each time. */
export function measureGrowth(
  text: HostileText,
  detect: (text: string) => unknown,
  now: () => number,
): Growth {
  let least = measureOnce(text, detect, now);
  for (let again = 0; again < MEASURED_AGAIN && least.ratio > MOST_GROWTH; again += 1) {
    const growth = measureOnce(text, detect, now);
    if (growth.ratio < least.ratio) least = growth;
  }
  return least;
}

function worstOf(growths: readonly Growth[]): Growth | undefined {
  return [...growths].sort((a, b) => b.ratio - a.ratio)[0];
}

export function growthBar(growths: readonly Growth[]): Bar {
  const worst = worstOf(growths);
  return {
    name: `worst growth of the time per character from ${SHORT} to ${LONG} characters (${worst?.name ?? "nothing measured"})`,
    measured: worst?.ratio ?? NaN,
    bound: MOST_GROWTH,
    side: "at most",
    unit: "",
  };
}

const longTime = ({ nsPerCharacter }: Growth): number => nsPerCharacter[LONG] ?? 0;

/** Those whose time grows most, then those that are slowest, which a hostile sender would choose. */
export function formatGrowths(growths: readonly Growth[]): string {
  const byGrowth = [...growths].sort((a, b) => b.ratio - a.ratio).slice(0, ROWS);
  const byTime = [...growths].sort((a, b) => longTime(b) - longTime(a)).slice(0, ROWS / 2);
  return [
    `${growths.length} shapes of text, nanoseconds per character by length`,
    formatTable(`the ${byGrowth.length} that grow most`, byGrowth),
    formatTable(`the ${byTime.length} that are slowest`, byTime),
  ].join("\n\n");
}

function formatTable(heading: string, growths: readonly Growth[]): string {
  const rows = growths.map(({ name, nsPerCharacter, ratio }) => [
    name,
    ...LENGTHS.map((length) => (nsPerCharacter[length] ?? NaN).toFixed(0)),
    ratio.toFixed(2),
  ]);
  return formatColumns([
    [heading, ...LENGTHS.map((length) => length.toLocaleString("en")), "growth"],
    ...rows,
  ]);
}
