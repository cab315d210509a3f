import { matchesOf } from "../matches";
import { CUE_BIT } from "../reading/cues";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** Dates: a birth date where a word about birth stands near or the day is long past, otherwise harmless. */
export function recogniseDates(reading: Reading): Claim[] {
  if (!/\d/.test(reading.text)) return [];
  const claims: Claim[] = [];
  for (const { 0: found, index } of matchesOf(NUMERIC_DATE, reading.text)) {
    const end = index + found.length - (found.endsWith(".") ? 1 : 0);
    claims.push(numericDate(reading, found, index, end));
  }
  if (reading.says("birth")) claims.push(...compactDates(reading));
  reading.tokens.forEach(({ kind }, index) => {
    const claim = kind === "WORD" && reading.has(index, "month") ? writtenDate(reading, index) : undefined;
    if (claim) claims.push(claim);
  });
  return claims;
}

/** 14/05/1988, 14.5.88, 1988-05-14, 14-05-1988, 14 / 05 / 1988, 14 05 1988 (the last only with a birth word). */
const NUMERIC_DATE =
  /(?<![\d.,/-])(?:\d{1,2}(?: ?[./-] ?)\d{1,2}(?: ?[./-] ?)(?:\d{4}|'?\d{2})|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2} \d{1,2} (?:19|20)\d\d|\d{1,2}[./]\d{1,2}\.?)(?![\d/-]|[.,:]\d)/g;

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
  const past = isLongPast(yearOf(parts)) && /\d{4}|[./]/.test(found);
  if (!past || isOfSomethingElse(reading, start)) return harmless(WHOLE);
  return { start, end, type: "DOB", score: LONG_PAST };
}

/** A word about birth beside the date, or anywhere if the year is one that persons were born in. */
function isSaidToBeBirth(reading: Reading, parts: readonly number[], start: number, end: number): boolean {
  const whole = parts.length === 3;
  const somewhere = whole && isYearOfBirth(yearOf(parts)) && reading.says("birth");
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

/** The years that are taken for a birth's by themselves, and the newest that is where the message speaks of a birth. */
const OLDEST = 1915;
const NEWEST = 2019;
const NEWEST_SAID = 2024;

/** Whether somebody whose birth the message speaks of may be born in a year: of four figures, or of two. */
function isYearOfBirth(year: number): boolean {
  return year < 100 ? year >= 30 || year <= NEWEST_SAID - 2000 : year >= OLDEST && year <= NEWEST_SAID;
}

/** Whether a year is so long past that its days are hardly others than birthdays; of two figures, not of this century. */
function isLongPast(year: number): boolean {
  return year < 100 ? year >= 40 : year >= OLDEST && year <= NEWEST;
}

/** "since 14/05/1988", "gegründet am 1. April 1926": the day on which something began that is no life. */
const SINCE =
  /(?:since|seit|depuis|desde|dal|sinds|est\.?|(?:founded|built|dated|signed|started|issued|registered|opened|joined|bought|purchased|installed|completed|results? of|gegrundet|gebaut|saniert|renoviert|fondee?|construite?|fundad[oa]|construid[oa]|fondat[oa]|costruit[oa]|opgericht|gebouwd)(?: (?:am|on|in|le|el|em|il|op))?|rechnung vom|vertrag vom|facture du|contrat du|factura del?|fattura del|contratto del|factuur van) $/;
const isSince = ({ folded }: Reading, start: number): boolean =>
  SINCE.test(folded.slice(Math.max(0, start - 20), start));

/** A version or an article, or the day that something has lasted since. */
const isOfSomethingElse = (reading: Reading, start: number): boolean =>
  isSince(reading, start) || reading.cueBefore(reading.tokenAt(start), CUE_BIT.product) >= 0.5;

/** 14MAR79, as airlines write a passenger's birth date. */
const COMPACT_DATE =
  /(?<![a-z\d])(?:0[1-9]|[12]\d|3[01])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)((?:19|20)?\d\d)(?![a-z\d])/g;

function compactDates(reading: Reading): Claim[] {
  return matchesOf(COMPACT_DATE, reading.folded).map(({ 0: found, 1: year, index }) => {
    const born = isYearOfBirth(Number(year));
    return { start: index, end: index + found.length, type: born ? "DOB" : "HARMLESS", score: BORN };
  });
}

/** 22 November 2011, Nov. 22nd, 2011, 3. Mai 1979, 14 de mayo de 1988, 1er mars 1990: from the month's name both ways. */
function writtenDate(reading: Reading, month: number): Claim | undefined {
  const before = step(reading, month - 1, -1, DAY);
  const day = before ?? step(reading, month + 1, 1, DAY);
  const named = Math.max(month, day ?? 0);
  const year = yearAfter(reading, named);
  if (day === undefined && year === undefined) return undefined;
  const { start } = reading.token(before ?? month);
  const { end } = reading.token(year ?? named);
  const born = day !== undefined && isWrittenBirth(reading, year, start, end);
  return { start, end, type: born ? "DOB" : "HARMLESS", score: born ? BORN : LONG_PAST };
}

function isWrittenBirth(reading: Reading, named: number | undefined, start: number, end: number): boolean {
  if (named === undefined) return isBirthNear(reading, start, end, false);
  const year = Number(reading.word(named).replace("'", ""));
  const past = year > 100 && isLongPast(year) && !isSince(reading, start);
  return past || (isYearOfBirth(year) && reading.says("birth")) || isBirthNear(reading, start, end, true);
}

/** The year behind a day and a month; not the hour of "19 June 11:40" nor the sum of "mei 17,50". */
function yearAfter(reading: Reading, named: number): number | undefined {
  const year = step(reading, named + 1, 1, YEAR);
  const more = year !== undefined && /^[:.,]\d/.test(reading.text.slice(reading.token(year).end));
  return more ? undefined : year;
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
