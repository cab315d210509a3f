import { Lexicon } from "../../lexicon/lexicon";
import type { Reading } from "../../reading/reading";
import { skip, type Form } from "./core";
import { isAbbreviation, isNeverName } from "./names";
import { houseNumberEnd } from "./numbers";
import { digitPostcodeEnd, letteredPostcodeEnd } from "./postcodes";
import { endsPart } from "./towns";
import { unitEnd } from "./units";

/** Streets of any name, known by what follows their number: "Veldzicht 6, 7261 PB Ruurlo", "Gorriti 3247 piso 8 dto C". */

const MOST_NAME_WORDS = 4;

export const nameNumberPostcode: Form = (reading, index) => {
  if (!isNameWord(reading, index) || isCapitalWord(reading, index - 1)) return undefined;
  if (reading.word(index - 1) === "-" && reading.isGlued(index)) return undefined;
  let at = index + 1;
  while (at < index + MOST_NAME_WORDS && isNamePart(reading, at)) at++;
  const number = houseNumberEnd(reading, skip(reading, at, /^,$/, 1));
  if (number === undefined) return undefined;
  return hasFlat(reading, number) || hasPostcode(reading, number)
    ? { first: index, last: number, score: 0.62 }
    : undefined;
};

/** Whether ", 7261 PB Ruurlo", or a unit and then that, follows a number. */
function hasPostcode(reading: Reading, number: number): boolean {
  const comma = unitAfter(reading, number) + 1;
  if (comma === number + 1 && reading.word(comma) !== ",") return false;
  const code = skip(reading, comma, /^,$/, 1);
  const last = letteredPostcodeEnd(reading, code) ?? digitPostcodeEnd(reading, code);
  return last !== undefined && isCapitalWord(reading, last + 1);
}

/** With its flat a number is a house's. */
const UNIT_BEHIND = /^(?:piso|depto|dpto|dto|apto|bte|whg|scala|interno)$/;

const hasFlat = (reading: Reading, number: number): boolean =>
  UNIT_BEHIND.test(reading.word(number + 1)) && unitAfter(reading, number) > number;

function unitAfter(reading: Reading, number: number): number {
  const unit = unitEnd(reading, skip(reading, number + 1, /^,$/, 1));
  return unit !== undefined && endsPart(reading, unit) ? unit : number;
}

const isCapitalWord = (reading: Reading, index: number): boolean =>
  reading.token(index).kind === "WORD" && reading.isCapital(index);

const isNameWord = (reading: Reading, index: number): boolean =>
  isCapitalWord(reading, index) &&
  !reading.isListed(index, Lexicon.CALENDAR) &&
  !reading.has(index, "month") &&
  !isNeverName(reading, index);

const isNamePart = (reading: Reading, at: number): boolean =>
  isNameWord(reading, at) ||
  reading.has(at, "particle") ||
  /^['-]$/.test(reading.word(at)) ||
  (reading.word(at) === "." && isAbbreviation(reading, at - 1));
