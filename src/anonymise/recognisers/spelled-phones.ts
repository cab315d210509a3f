import { LANGUAGES } from "../languages";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** How many digits each word for a number stands for. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...LANGUAGES.flatMap(({ tens }) => tens.map((word) => [word, 2] as const)),
  ...LANGUAGES.flatMap(({ figures }) => figures.map((word) => [word, 1] as const)),
]);

/** Telephone numbers have nine digits at least, with the area code. Longer ones are claimed too: a card told in words is personal as well. */
const FEWEST = 9;
const SCORE = 1.1;
/** One word for a number beside one in digits is a chance: "due 15/04", "three left". */
const FEWEST_WORDS = 2;

/** Telephone numbers told in words, wholly or in part, to get past a filter: "zero7700 nine hundred 361". */
export function recogniseSpelledPhones(reading: Reading): Claim[] {
  const claims: Claim[] = [];
  for (let index = 0; index < reading.tokens.length; index++) {
    if (digitsOf(reading, index) === 0) continue;
    const { last, digits, words, counts } = stretchFrom(reading, index);
    if (words >= FEWEST_WORDS && digits >= FEWEST && !counts) {
      const { start } = reading.token(index);
      claims.push({ start, end: reading.token(last).end, type: "PHONE", score: SCORE });
    }
    index = last;
  }
  return claims;
}

interface Stretch {
  readonly last: number;
  readonly digits: number;
  /** How many of its tokens are words for digits; "zero7700" counts as two, since hardly anything else is written so. */
  readonly words: number;
  /** "one two three four": each of its words is another than the one before, and none is a nought. */
  readonly counts: boolean;
}

/** Commas inside one number: more make a list. */
const MOST_COMMAS = 2;

/** Numbers and words for them, one after the other; single marks may stand between, but no end of a sentence. */
function stretchFrom(reading: Reading, first: number): Stretch {
  const stretch = { last: first, digits: 0, words: 0 };
  const told = new Set<string>();
  let commas = 0;
  for (let index = first; index <= stretch.last + 2; index++) {
    const more = digitsOf(reading, index);
    if (more === 0) {
      commas += reading.word(index) === "," ? 1 : 0;
      if (!isBetween(reading, index) || commas > MOST_COMMAS) break;
      continue;
    }
    take(reading, index, first, stretch);
    told.add(reading.word(index));
  }
  const spelled = reading.tokens
    .slice(first, stretch.last + 1)
    .every(({ kind }) => kind !== "NUMBER" && kind !== "MIXED");
  const counts = spelled && told.size === stretch.words && !NOUGHTS.some((nought) => told.has(nought));
  return { ...stretch, counts };
}

const NOUGHTS = ["zero", "oh", "null", "nul", "cero", "shunya"];

/** A mark inside a number; a dot at the end of a word, with a blank behind it, ends a sentence. */
const isBetween = (reading: Reading, index: number): boolean =>
  /^[-,./]$/.test(reading.word(index)) &&
  !(reading.word(index) === "." && reading.isGlued(index) && !reading.isGlued(index + 1));

/** Adds a token to a stretch. */
function take(
  reading: Reading,
  index: number,
  first: number,
  stretch: { last: number; digits: number; words: number },
): void {
  const { kind } = reading.token(index);
  const more = digitsOf(reading, index);
  // "vingt-deux" and "sixty one" are two digits.
  const joined =
    kind === "WORD" && more === 1 && index > first && DIGITS.get(reading.word(stretch.last)) === 2;
  stretch.digits += joined ? 0 : more;
  if (kind !== "NUMBER") stretch.words += kind === "MIXED" ? FEWEST_WORDS : 1;
  stretch.last = index;
}

/** How many digits a token stands for: a number, a word for one, or both in one ("seven1eight"); 0 if it is no number. */
function digitsOf(reading: Reading, index: number): number {
  const { kind, word } = reading.token(index);
  if (kind === "NUMBER") return word.length;
  if (kind === "WORD") return DIGITS.get(word) ?? 0;
  if (kind === "SYMBOL") return 0;
  let digits = 0;
  for (const part of word.match(/\d+|\D+/g) ?? []) {
    const more = /\d/.test(part) ? part.length : DIGITS.get(part);
    if (more === undefined) return 0;
    digits += more;
  }
  return digits;
}
