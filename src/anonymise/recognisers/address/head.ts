import type { Reading } from "../../reading/reading";
import { isHouseNumber } from "./core";

/** What stands before the street in an address: a unit, a named house, a postcode with its town. */

const MOST_UNITS = 3;

/** The first token of the address whose street starts at one. */
export function headOf(reading: Reading, first: number): number {
  let head = first;
  if (isSplitNumber(reading, head)) head -= 2;
  if (isTownBefore(reading, head)) head -= 3;
  for (let count = 0; count < MOST_UNITS; count++) {
    const before = unitBefore(reading, head) ?? namedHouseBefore(reading, head);
    if (before === undefined) break;
    head = before;
  }
  return head;
}

/** "2/17 Banksia Cres", "12-14 High Street". */
const isSplitNumber = (reading: Reading, index: number): boolean =>
  /^[/-]$/.test(reading.word(index - 1)) && isHouseNumber(reading, index - 2) && reading.isGlued(index);

/** "1070 Wien, Neubaugasse 44". */
const isTownBefore = (reading: Reading, index: number): boolean =>
  reading.word(index - 1) === "," &&
  reading.isCapital(index - 2) &&
  /^\d{4,5}$/.test(reading.word(index - 3));

/** Where "Flat 2," or "Unit 7" before a token starts. */
function unitBefore(reading: Reading, index: number): number | undefined {
  const number = /^[,/-]$/.test(reading.word(index - 1)) ? index - 2 : index - 1;
  if (!isHouseNumber(reading, number) && !/^[a-z]\d?$/.test(reading.word(number))) return undefined;
  let unit = /^[.#]$/.test(reading.word(number - 1)) ? number - 2 : number - 1;
  if (!reading.has(unit, "unit")) return undefined;
  while (reading.has(unit - 1, "unit")) unit--;
  return unit;
}

/** Where "Rose Cottage," before a token starts. */
function namedHouseBefore(reading: Reading, index: number): number | undefined {
  const kind = index - 2;
  const named = reading.has(kind, "unit") && reading.isCapital(kind) && reading.isCapital(kind - 1);
  return /^[,/-]$/.test(reading.word(index - 1)) && named ? kind - 1 : undefined;
}
