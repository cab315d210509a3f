import { Lexicon } from "../lexicon/lexicon";
import type { Reading } from "../reading/reading";
import { wordClass } from "./word-class";

/** A neighbour of a name needs this chance, and not more, to belong to it. */
const BESIDE = 0.25;
/** As `SURE` of a word by itself: what a family name may follow. */
const SURE = 0.5;

/**
 * The first and the last token of the name around one that is sure: names, initials, particles, honorifics.
 *
 * @param earliest The first token that no other name has taken: what is before it is not looked at again
 */
export function nameSpan(
  reading: Reading,
  chances: Float64Array,
  sure: number,
  earliest: number,
): { readonly first: number; readonly last: number } {
  let first = sure;
  for (let before: number | undefined = sure; before !== undefined && before >= earliest;) {
    first = before;
    before = partBefore(reading, chances, first);
  }
  return { first, last: nameEnd(reading, chances, sure) };
}

const belongs = (chances: Float64Array, index: number): boolean => (chances[index] ?? 0) >= BESIDE;

/** The part of a name right before a token, if one is: another name, an initial, particles. */
function partBefore(reading: Reading, chances: Float64Array, index: number): number | undefined {
  const joiner = /^['./-]$/.test(reading.word(index - 1)) ? reading.word(index - 1) : "";
  const at = index - 1 - joiner.length;
  if (reading.token(at).kind !== "WORD") return undefined;
  if (joiner === ".") return isInitial(reading, at) ? at : undefined;
  if (belongs(chances, at) && (joiner === "" || isTied(reading, index))) return at;
  if (/[-/]/.test(joiner)) return undefined;
  return isInitial(reading, at) ? at : particlesBefore(reading, chances, at);
}

/** A capital letter; "I" and "U" are words unless a dot stands after them. */
function isInitial(reading: Reading, index: number): boolean {
  const { letterCase, word } = reading.token(index);
  const pronoun = (word === "i" || word === "u") && reading.word(index + 1) !== ".";
  return word.length === 1 && letterCase !== "LOWER" && !pronoun;
}

/** Whether a token and the mark before it follow without blanks. */
const isTied = (reading: Reading, index: number): boolean => reading.joins(index - 1);

/** Particles that start a family name even after nothing: "van den Broek", "von Stetten". */
const FAMILY_PARTICLE = /^(?:van|von|vande|vander|vanden|zu|zum|zur|ter|ten)$/;

/** "van de der", "de la": no name has more in a row. */
const MOST_PARTICLES = 3;

/** Where the particles that end at a token start, if they belong to the name after them. */
function particlesBefore(reading: Reading, chances: Float64Array, at: number): number | undefined {
  if (!reading.has(at, "particle")) return undefined;
  let first = at;
  while (first > at - MOST_PARTICLES && reading.has(first - 1, "particle")) first--;
  const named = belongs(chances, first - 1) || isTitleOrInitial(reading, first - 1);
  return named || FAMILY_PARTICLE.test(reading.word(first)) ? first : undefined;
}

/** "Mr", "Fr.", "J.": what a family name with particles may follow. */
function isTitleOrInitial(reading: Reading, index: number): boolean {
  if (reading.word(index) !== ".") return reading.has(index, "title");
  return reading.word(index - 1).length === 1 || reading.has(index - 1, "title");
}

/** How many tokens lie between a part of a name and the next. */
const MOST_BETWEEN = 4;

function nameEnd(reading: Reading, chances: Float64Array, from: number): number {
  let last = from;
  for (let at = from + 1; at <= last + MOST_BETWEEN; at++) {
    const { kind } = reading.token(at);
    if (kind === "SYMBOL") {
      if (!joins(reading, at)) break;
    } else if (kind !== "WORD") break;
    else if (belongs(chances, at) || endsName(reading, chances, at, last)) last = at;
    else if (!reading.has(at, "particle")) break;
  }
  return last;
}

/** Whether a mark inside a name may go on it: a hyphen, an apostrophe (not that of "Eleanor's"), a slash, an initial's dot. */
function joins(reading: Reading, at: number): boolean {
  const word = reading.word(at);
  if (word === ".") return reading.word(at - 1).length === 1;
  if (word === "'") return reading.word(at + 1) !== "s" && reading.isGlued(at + 1);
  return /^[-/]$/.test(word) && reading.joins(at);
}

const HONORIFIC = /^(?:mr|mrs|ms|mstr|miss)$/;

/** What may stand right after a name though it is none by itself: "Yusuf A", "ROOS MRS", "Arvind ji", "Aitana Reverte". */
function endsName(reading: Reading, chances: Float64Array, at: number, last: number): boolean {
  if (at === last + 2) return isAfterSlash(reading, at);
  if (at !== last + 1) return false;
  if (isHonorific(reading, at) || isLastInitial(reading, at)) return true;
  return reading.word(at).length > 1 && (chances[last] ?? 0) >= SURE && isFamilyNameAfter(reading, at, last);
}

function isHonorific(reading: Reading, at: number): boolean {
  const { letterCase, word } = reading.token(at);
  return word === "ji" || (HONORIFIC.test(word) && letterCase === "UPPER");
}

/** "Yusuf A", but not the "I" of "Tom I can't". */
function isLastInitial(reading: Reading, at: number): boolean {
  const { letterCase, word } = reading.token(at);
  return word.length === 1 && letterCase === "TITLE" && word !== "i" && reading.word(at + 1) !== "'";
}

/** "HUANG/LIWEI MR": a passenger's family and given name. */
const isAfterSlash = (reading: Reading, at: number): boolean =>
  reading.token(at).letterCase === "UPPER" && reading.word(at - 1) === "/" && reading.isGlued(at);

/** A capital word that no list knows as a usual word, or as a family name only, right after a given name. */
function isFamilyNameAfter(reading: Reading, at: number, last: number): boolean {
  const { letterCase } = reading.token(at);
  if (letterCase === "LOWER" || letterCase !== reading.token(last).letterCase) return false;
  // "with Dr Hale Saturday"
  if (reading.isListed(at, Lexicon.CALENDAR)) return false;
  const kind = wordClass(reading, at);
  const family = kind.startsWith("surname") || kind === "unknown" || kind === "rare";
  return family && wordClass(reading, last).startsWith("given");
}
