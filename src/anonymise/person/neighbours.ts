import type { Cue } from "../languages/language";
import { Lexicon } from "../lexicon/lexicon";
import { CUE_BIT } from "../reading/cues";
import type { Reading } from "../reading/reading";

/** What the neighbours of a word say about persons, as short names for features. */

/** Cues before a name, strongest first. */
export const BEFORE: readonly Cue[] = [
  "title",
  "self",
  "kin",
  "greeting",
  "thanks",
  "saint",
  "organisation",
  "beforeName",
  "preposition",
  "phone",
  "streetBefore",
  "particle",
];
/** Cues after a name, strongest first. */
export const BEHIND: readonly Cue[] = [
  "organisation",
  "streetAfter",
  "afterName",
  "kin",
  "greeting",
  "thanks",
  "beforeName",
  "preposition",
  "phone",
  "account",
  "product",
];
/** What the word itself says, where that matters. */
export const OWN: readonly Cue[] = [
  "kin",
  "title",
  "greeting",
  "thanks",
  "organisation",
  "saint",
  "month",
  "self",
  "afterName",
  "beforeName",
  "preposition",
  "streetAfter",
  "phone",
  "card",
  "plate",
  "product",
  "amount",
  "account",
  "tracking",
  "particle",
];

export function strongestCue(cues: number, ranked: readonly Cue[]): Cue | undefined {
  return cues === 0 ? undefined : ranked.find((cue) => (cues & CUE_BIT[cue]) !== 0);
}

const SYMBOLS = new Set(["'", "-", ",", ":", "&", "/", "(", ")", '"', "@", "#", "+", "*"]);

/** What stands right beside: an edge, the end of a sentence, a symbol, a number, a name, a cue, or a word by its case. */
export function beside(reading: Reading, index: number, ranked: readonly Cue[]): string {
  const { kind, word } = reading.token(index);
  if (word === "") return "edge";
  if (kind === "SYMBOL") return symbol(word);
  if (kind !== "WORD") return "number";
  return strongestCue(reading.cues(index), ranked) ?? plainWord(reading, index);
}

const STOPS = new Set([".", "!", "?", ";", "|"]);

function symbol(word: string): string {
  if (STOPS.has(word)) return "stop";
  return SYMBOLS.has(word) ? word : "other";
}

const NAMES = Lexicon.GIVEN | Lexicon.SURNAME;

function plainWord(reading: Reading, index: number): string {
  const { letterCase, word } = reading.token(index);
  const lower = letterCase === "LOWER";
  if (word.length === 1) return lower ? "letter" : "initial";
  if (reading.isListed(index, NAMES)) return lower ? "lowerName" : "Name";
  return lower ? "word" : "Word";
}

const LONGEST_ABBREVIATION = 4;
const MOST_MARKS = 3;

const PASSED = new Set([",", ":", '"', "'", "(", "-"]);

/** The nearest word one way, over commas, colons, dashes, quotes and the dot of an abbreviation ("Mr.", "Hi,"). */
export function wordBeside(reading: Reading, from: number, step: 1 | -1, ranked: readonly Cue[]): string {
  let index = from;
  for (let count = 0; count < MOST_MARKS; count++) {
    const passed =
      PASSED.has(reading.word(index)) || isAbbreviationDot(reading, index) || isElided(reading, index);
    // "Mr van den Berg": what stands before the particles stands before the name.
    if (!passed && !(step < 0 && isParticle(reading, index))) break;
    index += step;
  }
  return beside(reading, index, ranked);
}

/** The "O" of "O'Brien", the "D" of "D'Angelo". */
const isElided = (reading: Reading, index: number): boolean =>
  reading.word(index + 1) === "'" && /^[odl]$/.test(reading.word(index)) && reading.isGlued(index + 2);

const isParticle = (reading: Reading, index: number): boolean =>
  reading.has(index, "particle") && reading.token(index).letterCase === "LOWER";

function isAbbreviationDot(reading: Reading, index: number): boolean {
  if (reading.word(index) !== "." || reading.endsSentence(index)) return false;
  return index > 0 && reading.word(index - 1).length <= LONGEST_ABBREVIATION;
}

/** The word beside, if it is a usual one in lower case: "the" and "at" say something else than "with". */
export function usualWord(reading: Reading, index: number): string | undefined {
  const { kind, letterCase, word } = reading.token(index);
  return kind === "WORD" && letterCase === "LOWER" && reading.isOrdinary(index) ? word : undefined;
}

/** What a hyphen ties the word to: "Marc-Antoine" and "Jean-Talon", but "Scholl-Gesamtschule" and "Bruno-Reihe" too. */
export function hyphenatedTo(reading: Reading, index: number): string | undefined {
  if (isHyphen(reading, index + 1)) return `>${beside(reading, index + 2, BEHIND)}`;
  return isHyphen(reading, index - 1) ? `<${beside(reading, index - 2, BEFORE)}` : undefined;
}

const isHyphen = (reading: Reading, index: number): boolean =>
  reading.word(index) === "-" && reading.joins(index);
