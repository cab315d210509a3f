import { LANGUAGES } from "../languages";
import type { Reading } from "../reading/reading";
import type { Token, TokenKind } from "../reading/tokens";
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
    const parts = partsFrom(reading, index);
    const last = parts.at(-1);
    if (last === undefined) continue;
    if (isTold(parts)) {
      const { start } = reading.token(index);
      claims.push({ start, end: reading.token(last.index).end, type: "PHONE", score: SCORE });
    }
    index = last.index;
  }
  return claims;
}

/** A number or a word for one. */
interface Part {
  readonly index: number;
  readonly token: Token;
  readonly digits: number;
}

/** Commas inside one number: more make a list. */
const MOST_COMMAS = 2;

/** Numbers and words for them from one on, one after the other; single marks may stand between, but no end of a sentence. */
function partsFrom(reading: Reading, first: number): Part[] {
  const parts: Part[] = [];
  let commas = 0;
  for (let index = first; index <= (parts.at(-1)?.index ?? first) + 2; index++) {
    const token = reading.token(index);
    const digits = digitsOf(token);
    if (digits > 0) {
      parts.push({ index, token, digits });
      continue;
    }
    commas += token.word === "," ? 1 : 0;
    if (parts.length === 0 || !isBetween(reading, index) || commas > MOST_COMMAS) break;
  }
  return parts;
}

/** A mark inside a number; a dot at the end of a word, with a blank behind it, ends a sentence. */
const isBetween = (reading: Reading, index: number): boolean =>
  /^[-,./]$/.test(reading.word(index)) &&
  !(reading.word(index) === "." && reading.isGlued(index) && !reading.isGlued(index + 1));

/** Whether parts are a number told in words: long enough, with words enough, and no counting aloud. */
function isTold(parts: readonly Part[]): boolean {
  const words = parts.reduce((sum, { token: { kind } }) => sum + (WORDS_IN[kind] ?? 0), 0);
  return words >= FEWEST_WORDS && digitsIn(parts) >= FEWEST && !counts(parts);
}

/** "zero7700" counts as two, since hardly anything else is written so. */
const WORDS_IN: Readonly<Partial<Record<TokenKind, number>>> = { WORD: 1, MIXED: FEWEST_WORDS };

/** "vingt-deux" and "sixty one" are two digits. */
function digitsIn(parts: readonly Part[]): number {
  return parts.reduce((sum, { token: { kind }, digits }, place) => {
    const before = parts[place - 1]?.token.word ?? "";
    const joined = kind === "WORD" && digits === 1 && DIGITS.get(before) === 2;
    return sum + (joined ? 0 : digits);
  }, 0);
}

const NOUGHTS: ReadonlySet<string> = new Set(["zero", "oh", "null", "nul", "cero", "shunya"]);

/** "one two three four": words alone, no two of them alike, and none a nought. */
const counts = (parts: readonly Part[]): boolean =>
  parts.every(({ token: { kind, word } }) => kind === "WORD" && !NOUGHTS.has(word)) &&
  new Set(parts.map(({ token: { word } }) => word)).size === parts.length;

/** How many digits a token stands for: a number, a word for one, or both in one ("seven1eight"); 0 if it is no number. */
function digitsOf({ kind, word }: Token): number {
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
