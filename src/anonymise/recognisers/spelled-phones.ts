import { LANGUAGES } from "../languages";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** How many digits each word for a number stands for. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...LANGUAGES.flatMap(({ tens }) => tens.map((word) => [word, 2] as const)),
  ...LANGUAGES.flatMap(({ figures }) => figures.map((word) => [word, 1] as const)),
]);

/** Telephone numbers have at least nine digits, with the area code (ITU-T E.164, section 6: fifteen at most). */
const FEWEST = 9;
const MOST = 15;
const SCORE = 1.1;
/** One word for a number beside one in digits is a chance: "due 15/04", "three left". */
const FEWEST_WORDS = 2;

/** Telephone numbers told in words, wholly or in part, to get past a filter: "zero7700 nine hundred 361". */
export function recogniseSpelledPhones(reading: Reading): Claim[] {
  const claims: Claim[] = [];
  for (let index = 0; index < reading.tokens.length; index++) {
    if (digitsOf(reading, index) === 0) continue;
    const { last, digits, words } = stretchFrom(reading, index);
    if (words >= FEWEST_WORDS && digits >= FEWEST && digits <= MOST) {
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
}

/** Numbers and words for them, one after the other; single marks may stand between. */
function stretchFrom(reading: Reading, first: number): Stretch {
  let last = first;
  let digits = 0;
  let words = 0;
  for (let index = first; index <= last + 2; index++) {
    const { kind, word } = reading.token(index);
    const more = digitsOf(reading, index);
    if (more === 0) {
      if (/^[-,./]$/.test(word)) continue;
      break;
    }
    // "vingt-deux" and "sixty one" are two digits.
    const joined = kind === "WORD" && more === 1 && DIGITS.get(reading.word(last)) === 2;
    digits += joined && index > first ? 0 : more;
    if (kind !== "NUMBER") words += kind === "MIXED" ? FEWEST_WORDS : 1;
    last = index;
  }
  return { last, digits, words };
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
