import { Lexicon } from "../../lexicon/lexicon";
import type { Reading } from "../../reading/reading";

/** What stands after the street in an address: unit, town, postcode, region. */

const MOST_PARTS = 9;

/** The last token of the address whose street ends at one. */
export function tailOf(reading: Reading, last: number): number {
  let tail = last;
  let from = last + 1;
  for (let count = 0; count < MOST_PARTS; count++) {
    const part = partFrom(reading, from);
    if (part === undefined) break;
    if (part.sure) tail = part.last;
    from = part.last + 1;
  }
  return tail;
}

interface Part {
  readonly last: number;
  /** A capital word alone may be a town: it belongs to the address if a surer part follows, or a comma stands before it. */
  readonly sure: boolean;
}

const MOST_MARKS = 2;

function partFrom(reading: Reading, from: number): Part | undefined {
  let at = from;
  for (; at < from + MOST_MARKS && /^[,./()-]$/.test(reading.word(at)); at++) {
    // A full stop ends the address, unless it is an abbreviation's.
    if (reading.word(at) === "." && reading.word(at - 1).length > 4) return undefined;
  }
  return (
    postcode(reading, at) ?? unit(reading, at) ?? ofNumber(reading, at, from) ?? town(reading, at, at > from)
  );
}

/** Postcodes of Great Britain, Canada, Ireland, the Netherlands, Argentina, Brazil, Portugal, and those of figures alone. */
const POSTCODES: readonly RegExp[] = [
  /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b/i,
  /^[A-Z]\d[A-Z] ?\d[A-Z]\d\b/i,
  /^[A-Z]\d\d ?[A-Z\d]{4}\b/,
  /^\d{4} ?[A-Z]{2}\b/,
  /^[A-HJ-NP-Z]\d{4}[A-Z]{3}\b/,
  /^\d{5}-\d{3}\b/,
  /^\d{4}-\d{3}\b/,
  /^(?:[DAFIB]|CH|NL|BE)-\d{4,5}\b/,
  /^\d{5}(?:-\d{4})?(?![\d.,:]\d|\d)/,
  /^\d{6}(?!\d)/,
  /^\d{3} \d{3}(?!\d)/,
  /^\d{4}(?![\d.,:]\d|\d)/,
];
const LONGEST_POSTCODE = 12;

function postcode(reading: Reading, from: number): Part | undefined {
  const { start } = reading.token(from);
  if (start < 0) return undefined;
  const here = reading.text.slice(start, start + LONGEST_POSTCODE);
  for (const form of POSTCODES) {
    const found = form.exec(here);
    if (found) return { last: reading.tokenAt(start + found[0].length - 1), sure: true };
  }
  return undefined;
}

const UNIT_NUMBER = /^(?:\d{1,4}[a-z]{0,2}|[a-z]\d{0,3}|ii?i?|iv)$/;
const LONE_UNIT = /^(?:bajo|atico|izq|dcha|dto|esq|rc|fundos|frente|hs|parterre|eg|floor)$/;

/** "Apt 4B", "ap 502", "Whg. 12", "Bajo". */
function unit(reading: Reading, at: number): Part | undefined {
  if (!reading.has(at, "unit") && reading.word(at) !== "#") return undefined;
  let next = at + 1;
  while (/^[.:#°-]$/.test(reading.word(next)) || reading.has(next, "unit")) next++;
  if (UNIT_NUMBER.test(reading.word(next))) return { last: next, sure: true };
  return LONE_UNIT.test(reading.word(at)) ? { last: at, sure: true } : undefined;
}

/** "Hauptstr. 5 a", "12 bis", "44/2/17", "210, 3º B": what goes on from the house number. */
function ofNumber(reading: Reading, at: number, from: number): Part | undefined {
  const word = reading.word(at);
  if (at === from && /^(?:[a-d]|bis)$/.test(word)) {
    return reading.token(at + 1).kind === "WORD" ? undefined : { last: at, sure: true };
  }
  if (reading.word(at - 1) === "/" && /^\d{1,3}$/.test(word)) return { last: at, sure: true };
  let side = at + 1;
  while (/^[.°oa]$/.test(reading.word(side)) && side < at + 3) side++;
  const floor = /^\d{1,2}[oa]?$/.test(word) && /^(?:[a-d]|izq|dcha|esq|dto|pta)$/.test(reading.word(side));
  return floor ? { last: side, sure: true } : undefined;
}

const MOST_TOWN_WORDS = 5;

/** A town, a quarter or a region: capital words; sure if known as a place, or if a part of the message ends after them. */
function town(reading: Reading, from: number, separated: boolean): Part | undefined {
  let last = from - 1;
  let known = false;
  let name = false;
  for (let index = from; index < from + MOST_TOWN_WORDS; index++) {
    if (isBetweenTownWords(reading, index, from)) continue;
    if (!isTownWord(reading, index)) break;
    name ||= reading.isGivenNameOnly(index);
    known ||= isKnownPlace(reading, index);
    last = index;
  }
  // "5 Mill Lane, Sarah has the key": a name of persons is no town unless a surer part follows.
  const unknown = separated && !name && isLonePart(reading, last);
  return last < from ? undefined : { last, sure: known || unknown };
}

const isTownWord = (reading: Reading, index: number): boolean =>
  // "7th Cross"
  /^\d{1,3}(?:st|nd|rd|th)$/.test(reading.word(index)) ||
  (reading.token(index).kind === "WORD" &&
    (reading.isCapital(index) || reading.isListed(index, Lexicon.PLACE)));

/** "Stoke-on-Trent", "Rio de Janeiro", "King's Lynn": hyphens, particles and possessives. */
function isBetweenTownWords(reading: Reading, index: number, from: number): boolean {
  const word = reading.word(index);
  if (word === "-") return reading.isGlued(index);
  if (index > from && reading.has(index, "particle")) return true;
  if (word === "'") return reading.word(index + 1) === "s" && reading.isGlued(index + 1);
  return word === "s" && reading.word(index - 1) === "'";
}

function isKnownPlace(reading: Reading, index: number): boolean {
  const { letterCase, word } = reading.token(index);
  return reading.isListed(index, Lexicon.PLACE) || (letterCase === "UPPER" && word.length <= 3);
}

/** Whether a part of an address ends with a word: before a comma, a full stop, a bracket, or the end. */
function isLonePart(reading: Reading, last: number): boolean {
  const ends = last + 1 >= reading.tokens.length || /^[,.;)(]$/.test(reading.word(last + 1));
  return ends && !reading.has(last, "greeting");
}
