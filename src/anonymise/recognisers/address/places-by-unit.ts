import type { Reading } from "../../reading/reading";
import { skip, type Form } from "./core";
import { houseNumberEnd, isHouseNumber } from "./numbers";
import { tailOf } from "./tail";
import { unitEnd } from "./units";

/** Addresses that name a unit and places, but no kind of street: planned towns of India, Pakistan, Brazil. */

/** Units that are an address only in a row of parts: "House 42-B, Street 9, Phase 5, DHA Karachi". */
const WEAK_UNITS = new Set("house shop office plot block blk tower building villa door lot".split(" "));
const LEAST_COMMAS = 2;

const STRONG_UNITS = new Set(
  "flat apt apartment unit suite plot apto appt apartamento appartement door makan hno".split(" "),
);

/** How sure a unit is: "Shop No 4" is, "Shop 4" needs a row of places behind it. */
function strengthOf(reading: Reading, index: number): "strong" | "numbered" | "weak" | undefined {
  const word = reading.word(index);
  if (reading.word(index + 1) === "no" && reading.has(index, "streetBefore")) return "numbered";
  if (STRONG_UNITS.has(word)) return "strong";
  return WEAK_UNITS.has(word) && reading.isCapital(index) ? "weak" : undefined;
}

/** "Flat 302, Sai Krupa, Plot 18", "Unit 3B, Telford Way": a unit, then named places. */
export const unitPlaces: Form = (reading, index) => {
  const strength = strengthOf(reading, index);
  if (strength === undefined) return undefined;
  const number = skip(reading, index + 1, /^(?:no|[.#:-])$/);
  const last = isHouseNumber(reading, number) ? houseNumberEnd(reading, number) : undefined;
  if (last === undefined) return undefined;
  const tail = tailOf(reading, last);
  const placed = namesPlace(reading, last + 1, tail) || (strength === "numbered" && tail > last + 1);
  const enough = strength !== "weak" || commasIn(reading, last, tail) >= LEAST_COMMAS;
  return placed && enough ? { first: index, last, score: 0.75 } : undefined;
};

/** Whether some word with a capital that is no unit stands there: "Room 204, block C" is no address. */
function namesPlace(reading: Reading, from: number, last: number): boolean {
  for (let index = from; index <= last; index++) {
    const { kind, word } = reading.token(index);
    if (kind === "WORD" && word.length > 2 && reading.isCapital(index) && !reading.has(index, "unit"))
      return true;
  }
  return false;
}

function commasIn(reading: Reading, from: number, last: number): number {
  let commas = 0;
  for (let index = from; index <= last; index++) if (reading.word(index) === ",") commas++;
  return commas;
}

/** Brasília's sectors: "QNM 18 conjunto F casa 22", "SQS 308 Bloco B". */
const SECTOR = /^(?:s[qhcgm][nsi][wn]?|sqsw|sqnw|q[ndiesrl][a-z]?|cl[ns]|cls[wn]?|crs|crn|scl[nrs]n?)$/;

export const sectorUnit: Form = (reading, index) => {
  const named = SECTOR.test(reading.word(index)) && reading.token(index + 1).kind === "NUMBER";
  return named && unitEnd(reading, skip(reading, index + 2, /^,$/, 1)) !== undefined
    ? { first: index, last: index + 1, score: 0.75 }
    : undefined;
};

const LOCALITY = /(?:puri|nagar|pura|puram|ganj|gunj|garh|peth|kunj|vihar|bagh|halli|kere|pally|palli|wadi)$/;

/** "B-2/118 Janakpuri", "c-14 sector 22 noida": an Indian house's code, then its quarter. */
export const codeLocality: Form = (reading, index) => {
  const last = codeEnd(reading, index);
  if (last === undefined) return undefined;
  const place = skip(reading, last + 1, /^,$/, 1);
  const sector = reading.word(place) === "sector" && /^\d{1,3}$/.test(reading.word(place + 1));
  if (sector) return { first: index, last, score: 0.8 };
  const quarter = [place, place + 1].find((at) => LOCALITY.test(reading.word(at)));
  return quarter === undefined ? undefined : { first: index, last: quarter, score: 0.8 };
};

/** The last token of "B-2/118", which starts with a letter. */
function codeEnd(reading: Reading, index: number): number | undefined {
  if (!/^[a-z]$/.test(reading.word(index)) || reading.word(index + 1) !== "-") return undefined;
  return reading.joins(index + 1) ? houseNumberEnd(reading, index + 2) : undefined;
}
