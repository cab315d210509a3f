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

/** "Flat 302, Sai Krupa, Plot 18", "Unit 3B, Telford Way": a unit, then named places. */
export const unitPlaces: Form = (reading, index) => {
  const named = reading.isCapital(index) || STRONG_UNITS.has(reading.word(index));
  if (!reading.has(index, "unit") || !named) return undefined;
  const number = skip(reading, index + 1, /^(?:no|[.#:-])$/);
  if (!isHouseNumber(reading, number)) return undefined;
  return tailOf(reading, number) > number + 2 ? { first: index, last: number, score: 0.7 } : undefined;
};
