import type { Reading } from "../../reading/reading";
import { isHouseNumber } from "./numbers";
import { isHouseKind, isNamedBuilding, isUnit, isVenue } from "./vocabulary";

/** What stands before the street in an address: a unit, a named house, a postcode with its town. */

const MOST_PARTS = 4;

/** The first token of the address whose street starts at one. */
export function headOf(reading: Reading, first: number): number {
  let head = isTownBefore(reading, first) ? first - 3 : signBefore(reading, first);
  for (let count = 0; count < MOST_PARTS; count++) {
    const before = partBefore(reading, head);
    if (before === undefined) break;
    head = before;
  }
  return head;
}

const partBefore = (reading: Reading, head: number): number | undefined =>
  unitBefore(reading, head) ??
  floorBefore(reading, head) ??
  codeBefore(reading, head) ??
  houseBefore(reading, head);

/** Where "3e étage," or "2nd Floor," before a token starts. */
function floorBefore(reading: Reading, index: number): number | undefined {
  const floor = lastBefore(reading, index);
  const named = /^(?:floor|flr|etage|piano|piso|planta|andar|verdieping|og|stock)$/.test(reading.word(floor));
  return named && /^(?:\d{1,2}[a-z]{0,3}|ground|first|second|third|top)$/.test(reading.word(floor - 1))
    ? floor - 1
    : undefined;
}

/** Where "No. 23", "Shop No 4" or "Plot 22B" starts, whose number the street begins with. */
function signBefore(reading: Reading, number: number): number {
  if (!isHouseNumber(reading, number)) return number;
  const unit = unitOf(reading, number);
  // "at no 12 High Street" begins with its number.
  return unit !== undefined && reading.isCapital(unit) ? unit : number;
}

/** "1070 Wien, Neubaugasse 44". */
const isTownBefore = (reading: Reading, index: number): boolean =>
  reading.word(index - 1) === "," &&
  reading.isCapital(index - 2) &&
  /^\d{4,5}$/.test(reading.word(index - 3));

const UNIT_NUMBER = /^(?:\d{1,4}[a-z]{0,2}|[a-z]\d{0,4})$/;

/** "chambre à Rue …": a letter alone needs a capital. */
const isUnitNumber = (reading: Reading, index: number): boolean =>
  UNIT_NUMBER.test(reading.word(index)) &&
  (reading.word(index).length > 1 || reading.token(index).letterCase !== "LOWER");

/** The last token of what may stand before one: the mark between is left out. */
const lastBefore = (reading: Reading, index: number): number =>
  /^[,/-]$/.test(reading.word(index - 1)) ? index - 2 : index - 1;

/** The first token of "2/1", "08-214", "B-204", "42", whose last token is given. */
function numberStart(reading: Reading, last: number): number | undefined {
  let first = last;
  if (!isUnitNumber(reading, first)) return undefined;
  for (let count = 0; count < MOST_PARTS && isGluedMark(reading, first); count++) first -= 2;
  return first;
}

const isGluedMark = (reading: Reading, index: number): boolean =>
  /^[-/]$/.test(reading.word(index - 1)) &&
  reading.joins(index - 1) &&
  UNIT_NUMBER.test(reading.word(index - 2));

/** Where "Flat 2/1," or "Unit 7", "#08-214," or "H.No. 5," before a token starts. */
function unitBefore(reading: Reading, index: number): number | undefined {
  const number = numberStart(reading, lastBefore(reading, index));
  return number === undefined ? undefined : unitOf(reading, number);
}

/** The first token of the words for a unit whose number starts at a token. */
function unitOf(reading: Reading, number: number): number | undefined {
  let unit = number;
  while (unit > number - MOST_PARTS && isUnitMark(reading, unit - 1, number)) unit--;
  while (unit < number && reading.word(unit) === ".") unit++;
  const named = unit < number && isSignOrUnit(reading, unit);
  // "shop Suite 210": a word in lower case before one with a capital is none of the address.
  if (named && !reading.isCapital(unit) && reading.isCapital(unit + 1)) return unit + 1;
  return named ? unit : undefined;
}

const isSignOrUnit = (reading: Reading, index: number): boolean =>
  isUnit(reading, index) || reading.word(index) === "#";

const isUnitMark = (reading: Reading, index: number, number: number): boolean =>
  /^[.#-]$/.test(reading.word(index))
    ? reading.isGlued(index) || index === number - 1
    : isUnit(reading, index) && (reading.word(index).length > 1 || reading.word(index + 1) === ".");

/** Where "B-204," or "U3/" before a token starts: a code of a letter and a number. */
function codeBefore(reading: Reading, index: number): number | undefined {
  const slash = reading.word(index - 1) === "/" && reading.isGlued(index);
  if (!slash && reading.word(index - 1) !== ",") return undefined;
  const first = numberStart(reading, index - 2);
  if (first === undefined) return undefined;
  const letter = /^[a-z]$/.test(reading.word(first)) && first < index - 2;
  const code = letter || /^[a-z]\d{1,4}$/.test(reading.word(first));
  return code || (slash && isHouseNumber(reading, first)) ? first : undefined;
}

const MOST_NAME_WORDS = 5;

/** Where "Rose Cottage," or "Corn Exchange," before a token starts: a house with a name, or a name between unit and street. */
function houseBefore(reading: Reading, index: number): number | undefined {
  const last = index - 2;
  if (reading.word(index - 1) !== "," || !reading.isCapital(last)) return undefined;
  if (isVenue(reading, last)) return undefined;
  const first = nameStart(reading, last);
  const building = first - (reading.word(first - 1) === "." ? 2 : 1);
  if (isNamedBuilding(reading.word(building)) && reading.isCapital(building)) return building;
  if (isHouseName(reading, first, last)) return first;
  return reading.word(first - 1) === "," || first < last ? unitBefore(reading, first) : undefined;
}

/** The first of the capital words that end at a token. */
function nameStart(reading: Reading, last: number): number {
  let first = last;
  for (; first > last - MOST_NAME_WORDS && reading.word(first) !== "the"; first--) {
    if (!isNamePart(reading, first - 1)) break;
  }
  return reading.isCapital(first) ? first : first + 1;
}

/** "Rose Cottage", "The Old Forge", "Ty Gwyn". */
function isHouseName(reading: Reading, first: number, last: number): boolean {
  if (first >= last) return false;
  const word = reading.word(first);
  return isHouseKind(reading.word(last)) || isNamedBuilding(word) || /^(?:the|ty|tigh|teach)$/.test(word);
}

function isNamePart(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  if (/^['-]$/.test(word)) return reading.joins(index);
  if (kind !== "WORD" || isUnit(reading, index))
    return kind === "WORD" && isHouseKind(word) && reading.isCapital(index);
  return reading.isCapital(index) || /^(?:s|of|na|an|y|the|de)$/.test(word);
}
