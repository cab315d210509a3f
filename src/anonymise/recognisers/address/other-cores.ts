import type { Reading } from "../../reading/reading";
import { isHouseNumber, skip, type Form } from "./core";
import { tailOf } from "./tail";

/** Addresses without a street: a post box, or a unit with named places after it. */

/** "PO Box 412", "Postfach 10 20 30". */
export const postBox: Form = (reading, index) => {
  if (!reading.has(index, "postBox") || reading.has(index - 1, "postBox")) return undefined;
  let at = index;
  while (reading.has(at, "postBox")) at++;
  at = skip(reading, at, /^(?:[.:°]|no?|nr)$/);
  const short = reading.word(index).length <= 2;
  if (reading.token(at).kind !== "NUMBER" || (short && !reading.isCapital(index))) return undefined;
  while (/^\d{1,3}$/.test(reading.word(at + 1))) at++;
  return { first: index, last: at, score: short ? 0.62 : 0.9 };
};

const STRONG_UNITS = new Set("flat apt apartment unit suite plot apto appt".split(" "));

/** Whether some word with a capital that is no unit stands there: "Room 204, block C" is no address. */
function namesPlace(reading: Reading, from: number, last: number): boolean {
  for (let index = from; index <= last; index++) {
    const { kind, word } = reading.token(index);
    if (kind === "WORD" && word.length > 2 && reading.isCapital(index) && !reading.has(index, "unit"))
      return true;
  }
  return false;
}

/** "Flat 302, Sai Krupa, Plot 18", "Unit 3B, Telford Way": a unit, then named places. */
export const unitPlaces: Form = (reading, index) => {
  const sure = reading.isCapital(index) || STRONG_UNITS.has(reading.word(index));
  if (!reading.has(index, "unit") || !sure) return undefined;
  const number = skip(reading, index + 1, /^(?:no|[.#:-])$/);
  if (!isHouseNumber(reading, number)) return undefined;
  const named = namesPlace(reading, number + 1, tailOf(reading, number));
  return named ? { first: index, last: number, score: 0.7 } : undefined;
};
