import { languageBit } from "../../reading/cues";
import type { Reading } from "../../reading/reading";

/** House numbers: "14", "3B", "12-14", "44/2/17", "9/B", "88-II"; and what only looks like one. */

const GERMAN = languageBit("de");
const HOUSE = /^[1-9]\d{0,4}(?:[a-f]|bis|ter|quater)?$/;
const NEXT_PART = /^(?:[1-9]\d{0,3}[a-z]?|[a-z]\d?|i{1,3}|iv|vi{0,3}|hs|huis|bis|ter)$/;
const MOST_PARTS = 3;

/** "14", "3B", "208A": up to five digits, none of them a nought at the start, and a letter. */
export function isHouseNumber(reading: Reading, index: number): boolean {
  return HOUSE.test(reading.word(index));
}

/** The last token of the house number that starts at one, with its parts; undefined where it is a time, a price, a measure. */
export function houseNumberEnd(reading: Reading, index: number): number | undefined {
  return isHouseNumber(reading, index) ? numberEnd(reading, index) : undefined;
}

/** As `houseNumberEnd`, for a number that is known to be one: in Chile it may start with a nought. */
export function numberEnd(reading: Reading, index: number): number | undefined {
  let last = index;
  for (let count = 0; count < MOST_PARTS && isPart(reading, last + 1); count++) last += 2;
  // "1220 t/m 1248"
  const until =
    reading.word(last + 1) === "t" && reading.word(last + 2) === "/" && isHouseNumber(reading, last + 4);
  if (until) return last + 4;
  return isQuantity(reading, last) ? undefined : last;
}

/** Whether "-14", "+16", "/2" or "/B" goes on from a number. */
const isPart = (reading: Reading, mark: number): boolean =>
  /^[-/+]$/.test(reading.word(mark)) && reading.joins(mark) && NEXT_PART.test(reading.word(mark + 1));

/** "06/06. View", "1.5 Park", "88-2041 clos": digits that are the end of something else. */
export const isEndOfNumber = (reading: Reading, index: number): boolean =>
  /^[.:,/-]$/.test(reading.word(index - 1)) && reading.joins(index - 1);

/** Words after a number that make it a time, a price, a number of things. */
const MEASURES = new Set(
  (
    "h hr hrs hour hours uhr ore ora horas hora heures heure uur uren min mins minute minutes minuti minutos minuten minuut " +
    "s sec km m mi miles mile metres meters metros metri metres meter minuto euro euros eur usd gbp pm am kg g ml cm mm " +
    "people persons pax personen persone personas pessoas personnes pers times day days night nights week weeks month months " +
    "year years giorni giorno dias dia jours jour tage tag dagen weken wochen woche semanas semana settimane semaines mesi meses " +
    "mois monate anni anos ans jahre jaar old x mal volte veces vezes fois keer rs inr lakh lakhs crore k percent prozent reais " +
    "pts points punkte punti puntos pontos tickets seats hp mb gb tb"
  ).split(" "),
);

export const isMeasure = (reading: Reading, index: number): boolean =>
  MEASURES.has(reading.word(index)) && !isDirection(reading, index);

/** "1823 s 5th st": south of a numbered street. */
const isDirection = (reading: Reading, index: number): boolean =>
  /^[nsew]$/.test(reading.word(index)) && /^\d{1,3}(?:st|nd|rd|th)$/.test(reading.word(index + 1));

function isQuantity(reading: Reading, last: number): boolean {
  const next = reading.word(last + 1);
  if (/^[.:,]$/.test(next) && reading.joins(last + 1) && reading.token(last + 2).kind !== "WORD") return true;
  if (/^[%€$£₹"]$/.test(next)) return true;
  return isCountedWord(reading, next === "." ? last + 2 : last + 1);
}

/** Whether a word behind a number is a measure or a month, and not the name of a street. */
function isCountedWord(reading: Reading, word: number): boolean {
  const mayBeName = reading.word(word).length === 1 || reading.has(word, "month");
  if (mayBeName && isNameOfStreet(reading, word)) return false;
  // "201 Old Mill Rd", "7 Times Square": in German alone nouns have a capital.
  const name = reading.token(word).letterCase === "TITLE" && (reading.languages & GERMAN) === 0;
  return (isMeasure(reading, word) && !name) || reading.has(word, "month");
}

/** "500 S Elm Street", "12 May Street": a letter or a month with a capital, and soon the kind of a street. */
function isNameOfStreet(reading: Reading, word: number): boolean {
  for (let at = word; at <= word + LONGEST_STREET; at++) {
    if (reading.token(at).kind !== "WORD" || !reading.isCapital(at)) return false;
    if (at > word && reading.has(at, "streetAfter")) return true;
  }
  return false;
}

const LONGEST_STREET = 3;
