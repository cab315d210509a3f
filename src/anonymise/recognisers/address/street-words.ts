import type { Reading } from "../../reading/reading";
import { isHouseNumber, skip, type Form } from "./core";

/** Streets whose kind is a word of its own: "14 Tithe Barn Lane", "12 bis rue des Tilleuls", "Via Garibaldi 45". */

/** The most words of a street's name. */
const LONGEST_NAME = 5;

/** Kinds of streets that stand for nothing else, so that they need no capital. */
const STRONG_KINDS = new Set(
  "street st road rd avenue ave lane ln close crescent cres drive blvd boulevard court terrace parade pde nagar colony marg grove mews hwy highway".split(
    " ",
  ),
);

/** A word that can stand in a street's name: no usual word of the language, unless with a capital. */
function isNameWord(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  if (kind === "MIXED") return /^\d{1,3}(?:st|nd|rd|th)$/.test(word);
  if (kind === "WORD") {
    return reading.isCapital(index) || !reading.isOrdinary(index) || reading.has(index, "particle");
  }
  return /^['-]$/.test(word) || (word === "." && isAbbreviation(reading, index - 1));
}

function isAbbreviation(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  return kind === "WORD" && word.length <= 3;
}

/** "06/06. View", "1.5 Park": digits that are the end of something else. */
const isEndOfNumber = (reading: Reading, index: number): boolean =>
  /^[.:,]$/.test(reading.word(index - 1)) && reading.isGlued(index);

/** "14 Tithe Barn Lane", "1600 Sycamore Ave": number, name, kind. */
export const numberNameKind: Form = (reading, index) => {
  if (!isHouseNumber(reading, index) || isEndOfNumber(reading, index)) return undefined;
  for (let at = index + 1; at <= index + 1 + LONGEST_NAME; at++) {
    if (at > index + 1 && isKind(reading, at, index)) {
      // "1071 Copper Ridge Dr": a name may end with what is a kind, too.
      const last = reading.isCapital(at + 1) && isKind(reading, at + 1, index) ? at + 1 : at;
      return { first: index, last, score: reading.isCapital(at) ? 0.85 : 0.7 };
    }
    if (!isNameWord(reading, at)) return undefined;
  }
  return undefined;
};

/** Whether a word is the kind of the street that a house number began. */
function isKind(reading: Reading, at: number, number: number): boolean {
  if (!reading.has(at, "streetAfter") || reading.word(at - 1) === ",") return false;
  if (reading.isCapital(at)) return true;
  return at <= number + 3 && (STRONG_KINDS.has(reading.word(at)) || !reading.isOrdinary(at - 1));
}

/** "12 bis rue des Tilleuls": number, kind, name. */
export const numberKindName: Form = (reading, index) => {
  if (!isHouseNumber(reading, index)) return undefined;
  const kind = skip(reading, index + 1, /^(?:bis|ter|quater|,|[a-d])$/, 2);
  if (!reading.has(kind, "streetBefore") || isHouseNumber(reading, kind)) return undefined;
  const last = nameEnd(reading, kind + 1);
  return last > kind ? { first: index, last, score: 0.85 } : undefined;
};

/** "Via Garibaldi 45", "Rua das Laranjeiras, 210", "Calle Mayor nº 3": kind, name, number. */
export const kindNameNumber: Form = (reading, index) => {
  if (!reading.has(index, "streetBefore")) return undefined;
  const from = skip(reading, index + 1, /^[./]$/);
  const grid = gridNumber(reading, from);
  if (grid !== undefined) return { first: index, last: grid, score: 0.9 };
  const last = nameEnd(reading, from);
  // "Corso Vittorio Emanuele II": the first word of the name has some letters.
  if (last < from || reading.word(from).length < 3 || isLowerAbbreviation(reading, index, last))
    return undefined;
  const number = skip(reading, last + 1, /^(?:[,.°-]|no|n|o|num|numero|nr|nro|km|s)$/);
  return isHouseNumber(reading, number) ? { first: index, last: number, score: 0.8 } : undefined;
};

/** "r", "c", "v" for a street need a capital somewhere. */
const isLowerAbbreviation = (reading: Reading, kind: number, name: number): boolean =>
  reading.word(kind).length <= 3 && !reading.isCapital(name) && !reading.isCapital(kind);

const GRID = /^\d{1,3}[a-z]?(?: ?(?:bis|sur|norte|[a-z]))? ?(?:#|n[o°]?\.?) ?\d{1,3}[a-z]? ?-? ?\d{0,3}/i;

/** Colombia: "Calle 45 # 23-10", "Cra 7 No. 71-21"; the last token of the numbers. */
function gridNumber(reading: Reading, from: number): number | undefined {
  const { start } = reading.token(from);
  const found = start < 0 ? null : GRID.exec(reading.text.slice(start, start + 30));
  return found ? reading.tokenAt(start + found[0].trimEnd().length - 1) : undefined;
}

/** The last token of a street's name from one on: capitals, with particles between them; in lower case a few words at most. */
function nameEnd(reading: Reading, from: number): number {
  let last = from - 1;
  for (let at = from; at < from + LONGEST_NAME + 2; at++) {
    const { kind } = reading.token(at);
    if (kind === "WORD" && (reading.isCapital(at) || (!reading.isOrdinary(at) && at - from < 4))) last = at;
    else if (!isInsideName(reading, at)) break;
  }
  return last;
}

/** Marks and short words that may stand between two words of a name: "Rue de l'Église", "Calle de la Paz". */
function isInsideName(reading: Reading, at: number): boolean {
  const { kind, word } = reading.token(at);
  if (kind === "SYMBOL") return /^[.'-]$/.test(word);
  return kind === "WORD" && (reading.has(at, "particle") || word.length <= 3);
}
