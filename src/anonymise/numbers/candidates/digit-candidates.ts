import type { Reading } from "../../reading/reading";
import type { Candidate } from "./candidate";

const MOST_GROUPS = 8;
/** "4 0 0 0 0 5 6 6 …": a card spelled digit by digit has 19 at most (ISO/IEC 7812-1). */
const MOST_DIGITS = 19;

/** What may stand between two groups of digits of one number. */
const JOINER = /^(?: |-|\.|\/|\)|\(| - | \. |\) |\)-| \(|\. |- |_|·)$/;
/** The tokens of the longest joiner. */
const MOST_MARKS = 2;

/** Every number made of groups of digits: the whole stretches, and their parts. */
export function digitCandidates(reading: Reading): Candidate[] {
  const candidates: Candidate[] = [];
  for (let index = 0; index < reading.tokens.length; index++) {
    if (reading.token(index).kind !== "NUMBER") continue;
    const run = runFrom(reading, index);
    addParts(reading, run, candidates);
    index = run.at(-1) ?? index;
  }
  return candidates;
}

/** Indices of the digit tokens that belong together from one on. */
function runFrom(reading: Reading, from: number): number[] {
  const run = [from];
  let previous = from;
  for (let index = from + 1; index <= previous + MOST_MARKS + 1; index++) {
    const { kind, start } = reading.token(index);
    if (kind !== "NUMBER") continue;
    if (!JOINER.test(reading.text.slice(reading.token(previous).end, start))) break;
    run.push(index);
    previous = index;
  }
  return run;
}

/** Longer stretches are lists or made to cost time: only parts of few groups of several digits are looked at there. */
const LONG_STRETCH = MOST_DIGITS;
const MOST_GROUPS_OF_LONG = 5;

function addParts(reading: Reading, run: readonly number[], candidates: Candidate[]): void {
  const long = run.length > LONG_STRETCH;
  const lengths = run.map((index) => reading.word(index).length);
  for (let first = 0; first < run.length; first++) {
    const most = long ? MOST_GROUPS_OF_LONG : lengths[first] === 1 ? MOST_DIGITS : MOST_GROUPS;
    let digits = 0;
    for (let last = first; last < Math.min(run.length, first + most); last++) {
      digits += lengths[last] ?? 0;
      if (digits > MOST_DIGITS || (long && lengths[last] === 1)) break;
      const part = run.slice(first, last + 1);
      candidates.push(digitCandidate(reading, part, part.length === run.length));
    }
  }
}

function digitCandidate(reading: Reading, part: readonly number[], whole: boolean): Candidate {
  const first = part[0] ?? 0;
  const last = part.at(-1) ?? first;
  const groups = part.map((index) => reading.word(index));
  const { end } = reading.token(last);
  const { start, plus } = opening(reading, reading.token(first).start, end);
  const compact = groups.join("");
  // Spelled digit by digit, it has no groups.
  const spelled = groups.length > 4 && compact.length === groups.length;
  const grouped = (plus ? "+" : "") + groups.join(spelled ? "" : "-");
  return { start, end, first, last, compact, grouped, digits: compact.length, whole };
}

/** Where a number starts with the bracket and the plus sign before its digits. */
function opening({ text }: Reading, digits: number, end: number): { start: number; plus: boolean } {
  const bracket = text.charAt(digits - 1) === "(" && text.slice(digits, end).includes(")");
  const start = bracket ? digits - 1 : digits;
  const plus = text.charAt(start - 1) === "+";
  return { start: plus ? start - 1 : start, plus };
}
