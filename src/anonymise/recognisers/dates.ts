import { CUE_BIT } from "../reading/cues";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** Dates: a birth date where a word about birth stands near or the day is long past, otherwise harmless. */
export function recogniseDates(reading: Reading): Claim[] {
  if (!/\d/.test(reading.text)) return [];
  const claims: Claim[] = [];
  for (const { 0: found, index } of reading.text.matchAll(NUMERIC_DATE)) {
    const end = index + found.length - (found.endsWith(".") ? 1 : 0);
    claims.push(numericDate(reading, found, index, end));
  }
  reading.tokens.forEach(({ kind }, index) => {
    const claim = kind === "WORD" && reading.has(index, "month") ? writtenDate(reading, index) : undefined;
    if (claim) claims.push(claim);
  });
  return claims;
}

/** 14/05/1988, 14.5.88, 1988-05-14, 14-05-1988, 14 / 05 / 1988, 14 05 1988 (the last only with a birth word). */
const NUMERIC_DATE =
  /(?<![\d.,/-])(?:\d{1,2}(?: ?[./-] ?)\d{1,2}(?: ?[./-] ?)(?:\d{4}|\d{2})|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2} \d{1,2} (?:19|20)\d\d|\d{1,2}[./]\d{1,2}\.?)(?![\d/-]|[.,:]\d)/g;

/** Scores of claims: beside a birth word; of a day long past; of a whole date; of a day and month, which may be a price. */
const BORN = 1.15;
const LONG_PAST = 0.96;
const WHOLE = 0.95;
const DAY_AND_MONTH = 0.62;
const DOUBTFUL = 0.2;

function numericDate(reading: Reading, found: string, start: number, end: number): Claim {
  const parts = Array.from(found.matchAll(/\d+/g), ([digits]) => Number(digits));
  const whole = parts.length === 3;
  const harmless = (score: number): Claim => ({ start, end, type: "HARMLESS", score });
  if (!isPossible(parts)) return harmless(DOUBTFUL);
  if (isSaidToBeBirth(reading, parts, start, end)) return { start, end, type: "DOB", score: BORN };
  if (/^\d+ \d+ \d+$/.test(found)) return harmless(DOUBTFUL);
  if (!whole) return harmless(DAY_AND_MONTH);
  // A day so long past that a message names it is hardly another than a birthday.
  const past = isLongPast(parts) && /\d{4}|[./]/.test(found);
  if (!past || isOfSomethingElse(reading, start)) return harmless(WHOLE);
  return { start, end, type: "DOB", score: LONG_PAST };
}

/** A word about birth beside the date, or anywhere if the year is one that persons were born in. */
function isSaidToBeBirth(reading: Reading, parts: readonly number[], start: number, end: number): boolean {
  const whole = parts.length === 3;
  const somewhere = whole && isYearOfBirth(parts) && reading.says("birth");
  return somewhere || isBirthNear(reading, start, end, whole);
}

const BIRTH = CUE_BIT.birth;
const OTHER_DATE = CUE_BIT.account | CUE_BIT.tracking;

/** A birth word close before, or right after; one day and month alone need it beside them. */
function isBirthNear(reading: Reading, start: number, end: number, whole: boolean): boolean {
  const index = reading.tokenAt(start);
  const before = reading.cueBefore(index, BIRTH);
  if (reading.cueBefore(index, OTHER_DATE) > before) return false;
  return before > (whole ? 0.3 : 0.8) || (whole && reading.cueAfter(reading.tokenAt(end), BIRTH) > 0.7);
}

/** Whether figures are a day, a month and maybe a year, in the order of any country. */
function isPossible([first = 0, second = 0, third = 1]: readonly number[]): boolean {
  if (first > 31) return second <= 12 && third <= 31;
  const [lower, upper] = first < second ? [first, second] : [second, first];
  return lower >= 1 && lower <= 12 && upper <= 31;
}

const yearOf = ([first = 0, , third = 0]: readonly number[]): number => (first > 31 ? first : third);

/** The newest year that is taken for a birth's by itself. */
const NEWEST = 2012;
const OLDEST = 1915;

/** Whether the year is one that persons were born in: four figures, or two that stand for such a year. */
function isYearOfBirth(parts: readonly number[]): boolean {
  const year = yearOf(parts);
  return year < 100 ? year >= 30 || year <= NEWEST - 2000 : year >= OLDEST && year <= NEWEST;
}

/** As `isYearOfBirth`, but of two figures only those that cannot be of this century yet. */
function isLongPast(parts: readonly number[]): boolean {
  const year = yearOf(parts);
  return year < 100 ? year >= 40 : year >= OLDEST && year <= NEWEST;
}

const SINCE = /(?:since|seit|depuis|desde|dal|sinds|est\.?) $/;
const isSince = ({ folded }: Reading, start: number): boolean =>
  SINCE.test(folded.slice(Math.max(0, start - 8), start));

/** A version or an article, or the day that something has lasted since. */
const isOfSomethingElse = (reading: Reading, start: number): boolean =>
  isSince(reading, start) || reading.cueBefore(reading.tokenAt(start), CUE_BIT.product) >= 0.5;

/** 22 November 2011, Nov. 22nd, 2011, 3. Mai 1979, 14 de mayo de 1988, 1er mars 1990: from the month's name both ways. */
function writtenDate(reading: Reading, month: number): Claim | undefined {
  const before = step(reading, month - 1, -1, DAY);
  const day = before ?? step(reading, month + 1, 1, DAY);
  const named = Math.max(month, day ?? 0);
  const year = step(reading, named + 1, 1, YEAR);
  if (day === undefined && year === undefined) return undefined;
  const { start } = reading.token(before ?? month);
  const { end } = reading.token(year ?? named);
  const born = day !== undefined && isWrittenBirth(reading, year, start, end);
  return { start, end, type: born ? "DOB" : "HARMLESS", score: born ? BORN : LONG_PAST };
}

const isWrittenBirth = (reading: Reading, year: number | undefined, start: number, end: number): boolean =>
  isPastYear(reading, year, start) || isBirthNear(reading, start, end, year !== undefined);

function isPastYear(reading: Reading, index: number | undefined, start: number): boolean {
  const year = index === undefined ? 0 : Number(reading.word(index));
  return year >= OLDEST && year <= NEWEST && !isSince(reading, start);
}

const DAY = /^(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|o|e)?$/;
const YEAR = /^(?:19|20)\d\d$|^'?\d\d$/;
const BETWEEN = /^(?:st|nd|rd|th|er|o|a|e|de|of|do|del|den|ten|-|\.|,)$/;
const MOST_STEPS = 3;

/** The next token one way that has a form, over "de", "of", ordinals and marks. */
function step(reading: Reading, from: number, direction: 1 | -1, form: RegExp): number | undefined {
  for (let count = 0, index = from; count < MOST_STEPS; count++, index += direction) {
    if (form.test(reading.word(index))) return index;
    if (!BETWEEN.test(reading.word(index))) return undefined;
  }
  return undefined;
}
