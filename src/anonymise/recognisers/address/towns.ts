import { Lexicon } from "../../lexicon/lexicon";
import type { Reading } from "../../reading/reading";
import { isMeasure } from "./numbers";

/** Towns, quarters and regions in an address: which words they are made of, and how far they may be trusted. */

/** Where the words of a town may stand. */
export interface Town {
  readonly last: number;
  /** Whether some word is known as a place. */
  readonly known: boolean;
  /** Whether it may as well be a person: "5 Mill Lane, Sarah has the key". */
  readonly person: boolean;
  /** Whether all of its words are usual ones of the message's language. */
  readonly ordinary: boolean;
}

const MOST_WORDS = 5;

/** The town whose words start at a token: capital words, or places in lower case. */
export function townAt(reading: Reading, from: number): Town | undefined {
  let last = from - 1;
  let known = false;
  let person = false;
  let ordinary = true;
  for (let index = from; index < from + MOST_WORDS; index++) {
    if (isBetween(reading, index, from)) continue;
    if (!isTownWord(reading, index) || (known && isNoTownAfterOne(reading, index))) break;
    person ||= isPersonsName(reading, index);
    known ||= isKnownPlace(reading, index);
    ordinary &&= reading.isOrdinary(index);
    last = index;
  }
  return last < from ? undefined : { last, known, person, ordinary };
}

/** "CABA" is a city. */
const isPersonsName = (reading: Reading, index: number): boolean =>
  reading.isGivenNameOnly(index) && reading.token(index).letterCase !== "UPPER";

/** "Paris Merci": a usual word after a town that is known starts something else. */
const isNoTownAfterOne = (reading: Reading, index: number): boolean =>
  reading.isOrdinary(index) && !isKnownPlace(reading, index) && !DIRECTIONS.test(reading.word(index));

const DIRECTIONS =
  /^(?:north|south|east|west|nord|sud|ost|est|ouest|centro|centre|city|beach|heights|park|bay)$/;

function isTownWord(reading: Reading, index: number): boolean {
  const { kind, word, letterCase } = reading.token(index);
  // "7th Cross"
  if (/^\d{1,3}(?:st|nd|rd|th)$/.test(word)) return true;
  if (kind !== "WORD") return false;
  if (letterCase === "LOWER") return reading.isListed(index, Lexicon.PLACE) && !reading.isOrdinary(index);
  return isKnownPlace(reading, index) || !isOtherThing(reading, index);
}

const isOtherThing = (reading: Reading, index: number): boolean =>
  reading.has(index, "greeting") ||
  reading.has(index, "title") ||
  reading.isListed(index, Lexicon.CALENDAR) ||
  (isMeasure(reading, index) && reading.token(index).letterCase !== "UPPER");

/** "St. Albans", "Brgy. Kapitolyo" */
const isAbbreviated = (reading: Reading, index: number): boolean =>
  reading.isCapital(index + 2) &&
  /^(?:st|ste|sta|sto|mt|ft|co|col|brgy|urb|fracc|gral|bad|gr|kl|alt|no|s|n|sec|ext|extn|bo|pto|sra)$/.test(
    reading.word(index),
  );

const INSIDE =
  /^(?:am|an|der|ob|im|bei|sur|sous|les|lez|en|de|la|le|du|des|di|del|della|dei|upon|on|under|by|of|the|in|aan|den|da|do|das|dos|y|op|t|el|l|d|e|i|ul)$/;
const MOST_INSIDE = 2;

/** "Stoke-on-Trent", "Rio de Janeiro", "King's Lynn", "Frankfurt am Main": hyphens, particles and possessives. */
function isBetween(reading: Reading, index: number, from: number): boolean {
  const { kind, word } = reading.token(index);
  if (kind === "SYMBOL") return isMarkBetween(reading, index, from);
  if (word === "s" && reading.word(index - 1) === "'") return true;
  // "Gulshan-e-Iqbal"
  if (reading.word(index - 1) === "-" && reading.word(index + 1) === "-") return index > from + 1;
  return index > from && isInside(reading, index);
}

function isMarkBetween(reading: Reading, index: number, from: number): boolean {
  const word = reading.word(index);
  if (word === ".") return index > from && isAbbreviated(reading, index - 1);
  return /^['-]$/.test(word) && reading.joins(index);
}

/** A particle with a word of the town behind it; two at most: "Aix en Provence", "Rothenburg ob der Tauber". */
function isInside(reading: Reading, index: number): boolean {
  if (reading.isCapital(index) || !INSIDE.test(reading.word(index))) return false;
  for (let at = index + 1; at <= index + MOST_INSIDE; at++) {
    if (reading.isCapital(at)) return reading.token(at).kind === "WORD";
    if (!INSIDE.test(reading.word(at)) && reading.word(at) !== "'") return false;
  }
  return false;
}

const LONGEST_INITIALS = 3;

function isKnownPlace(reading: Reading, index: number): boolean {
  const { letterCase, word } = reading.token(index);
  if (reading.isListed(index, Lexicon.PLACE)) return true;
  const titled = reading.token(index - 1).letterCase !== "UPPER";
  return letterCase === "UPPER" && word.length <= LONGEST_INITIALS && titled;
}

/** Whether a part of an address ends with a word: before a comma, a full stop, a bracket, or the end. */
export function endsPart(reading: Reading, last: number): boolean {
  const next = reading.token(last + 1);
  return last + 1 >= reading.tokens.length || (next.kind === "SYMBOL" && !/^['&@-]$/.test(next.word));
}
