import type { Reading } from "../../reading/reading";
import { skip } from "./core";
import { isSide, isUnit } from "./vocabulary";

/** Parts of a building after its number: "Apt 4B", "2º Esq. Fte", "bte 4", "3. OG", "#08-214". */

const UNIT_NUMBER = /^(?:\d{1,5}[a-z]{0,2}|[a-z]{1,2}\d{0,4}|ii?i?|iv)$/;
const LONE_UNIT = new Set(
  (
    "bajo atico hinterhaus vorderhaus gartenhaus hh rdc fundos frente parterre eg dg souterrain basement penthouse entresuelo " +
    "sobreloja mezanino pral ppal entlo bajos sobreatico sotano principal terreo cave rc cv pianoterra mansarda interno hs bsmt gf achterhuis"
  ).split(" "),
);
const MARKS = /^[.:#°-]$/;
const MOST_MARKS = 4;

/** The last token of a unit that starts at one. */
export function unitEnd(reading: Reading, at: number): number | undefined {
  const end = namedUnitEnd(reading, at) ?? floorEnd(reading, at) ?? groundFloorEnd(reading, at);
  return end === undefined ? undefined : sidesEnd(reading, end);
}

/** "Apt 4B", "ap 502", "Whg. 12", "#08-214", "Flat 2/1", "Bajo". */
function namedUnitEnd(reading: Reading, at: number): number | undefined {
  if (reading.word(at) !== "#" && !isUnit(reading, at)) return undefined;
  let next = at + 1;
  while (next <= at + MOST_MARKS && isUnitMark(reading, next)) next++;
  // "Unit C", but "bis a las 9": a lone letter in lower case ends the message or a part of it.
  if (isNamedSide(reading, next)) return next;
  if (UNIT_NUMBER.test(reading.word(next)) && isUnitNumber(reading, next)) return compoundEnd(reading, next);
  return LONE_UNIT.has(reading.word(at)) ? at : undefined;
}

const isUnitMark = (reading: Reading, index: number): boolean =>
  MARKS.test(reading.word(index)) ||
  (isUnit(reading, index) && reading.word(index).length > 1 && !isSide(reading.word(index)));

function isUnitNumber(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  if (kind !== "WORD") return true;
  if (/^(?:i{1,3}|iv)$/.test(word) && reading.isCapital(index)) return true;
  return word.length === 1 && (reading.isCapital(index) || reading.token(index + 1).kind !== "WORD");
}

/** "08-214", "2/1", "42-B": parts glued to the number. */
function compoundEnd(reading: Reading, from: number): number {
  let last = from;
  while (isGluedPart(reading, last + 1) && last < from + MOST_MARKS) last += 2;
  return last;
}

const isGluedPart = (reading: Reading, mark: number): boolean =>
  /^[-/]$/.test(reading.word(mark)) && reading.joins(mark) && UNIT_NUMBER.test(reading.word(mark + 1));

const ORDINAL = /^\d{1,2}(?:[oa][a-h]?|er|eme|th|st|nd|rd|e|de|do|ro)$/;
const FLOOR_WORD =
  /^(?:floor|flr|etage|et|etg|stock|og|ug|dg|andar|piano|piso|planta|verdieping|verd|p|cross|main|block|phase|stage)$/;

/** "2º Esq.", "3.º dcha", "6.º A", "2ºB", "4° B", "3. OG", "2nd floor", "1er étage", "2 izq", "3b". */
function floorEnd(reading: Reading, at: number): number | undefined {
  const word = reading.word(at);
  if (ORDINAL.test(word)) return isFloorWord(reading, at + 1) ? at + 1 : ordinalEnd(reading, at);
  return /^\d{1,2}$/.test(word) ? figureFloorEnd(reading, at) : letteredFloorEnd(reading, at);
}

const letteredFloorEnd = (reading: Reading, at: number): number | undefined =>
  isCatalanFloor(reading, at) || (/^\d{1,2}[a-d]$/.test(reading.word(at)) && endsUnit(reading, at))
    ? at
    : undefined;

/** "3.º", "4°", "3. OG", "2 izq": figures and what follows them. */
function figureFloorEnd(reading: Reading, at: number): number | undefined {
  const mark = reading.isGlued(at + 1) && /^[.°]$/.test(reading.word(at + 1)) ? at + 1 : at;
  if (/^[oa°]$/.test(reading.word(mark + 1)) && reading.isGlued(mark + 1)) return mark + 1;
  if (FLOOR_WORD.test(reading.word(mark + 1))) return mark + 1;
  const side = isSideAt(reading, mark + 1) && (mark > at || reading.word(mark + 1).length > 1);
  return side || reading.word(mark) === "°" ? mark : undefined;
}

const isFloorWord = (reading: Reading, index: number): boolean => FLOOR_WORD.test(reading.word(index));

/** "2º" needs nothing beside it, but "2nd" and "2e" do. */
const ordinalEnd = (reading: Reading, at: number): number | undefined =>
  /^\d{1,2}[oa][a-h]?$/.test(reading.word(at)) ? at : undefined;

const isLastWord = (reading: Reading, at: number): boolean => reading.token(at + 1).kind !== "WORD";

/** "12 3b por favor" */
const endsUnit = (reading: Reading, at: number): boolean =>
  isLastWord(reading, at) || (reading.isOrdinary(at + 1) && !reading.isCapital(at + 1));

/** Catalan: "3r 1a", "1r 2a". */
const isCatalanFloor = (reading: Reading, at: number): boolean =>
  /^\d{1,2}[rnt]$/.test(reading.word(at)) && /^\d[oa]$/.test(reading.word(at + 1));

/** "r/c", "c/v", "ground floor", "planta baja". */
function groundFloorEnd(reading: Reading, at: number): number | undefined {
  const word = reading.word(at);
  if ((word === "r" || word === "c") && reading.word(at + 1) === "/" && /^[cv]$/.test(reading.word(at + 2)))
    return at + 2;
  if (
    /^(?:ground|first|second|third|fourth|top|upper|lower)$/.test(word) &&
    /^fl(?:oo)?r$/.test(reading.word(at + 1))
  )
    return at + 1;
  return undefined;
}

const MOST_SIDES = 3;

/** The last token of "Esq. Fte", "izda", "A", '"C"', "2ª" after a floor. */
function sidesEnd(reading: Reading, from: number): number {
  let last = from;
  for (let count = 0; count < MOST_SIDES; count++) {
    const at = skip(reading, last + 1, /^[.,"'-]$/, 2);
    if (!isSideAt(reading, at) || isDoubtfulComma(reading, last, at)) break;
    last = /^["']$/.test(reading.word(at + 1)) && reading.word(at - 1) === reading.word(at + 1) ? at + 1 : at;
  }
  return last;
}

/** After a comma only words for sides go on: ", A" may start anything. */
const isDoubtfulComma = (reading: Reading, last: number, at: number): boolean =>
  reading.word(last + 1) === "," && reading.word(at).length < 2;

function isSideAt(reading: Reading, at: number): boolean {
  const { kind, word } = reading.token(at);
  if (kind === "MIXED") return /^\d[oa]$/.test(word);
  if (kind !== "WORD") return false;
  const quoted = /^["']$/.test(reading.word(at - 1)) && reading.word(at - 1) === reading.word(at + 1);
  if (/^[a-h]$/.test(word))
    return quoted || reading.isCapital(at) || (word !== "a" && isLastWord(reading, at));
  return isNamedSide(reading, at);
}

const isNamedSide = (reading: Reading, at: number): boolean =>
  reading.word(at).length > 1 && isSide(reading.word(at));
