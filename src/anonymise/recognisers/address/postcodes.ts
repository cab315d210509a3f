import type { Reading } from "../../reading/reading";

/** Postcodes of the countries that messages come from, and the regions that stand before them. */

/** The areas of British postcodes (Royal Mail, PAF): without one, "AB12 3CD" is a code of something else. */
const BRITISH_AREAS = new Set(
  (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD " +
    "HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH " +
    "RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
  ).split(" "),
);

/** In full they name a few houses: British (BS 7666), Irish (Eircode), Canadian. */
const BRITISH = /^[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9-])/i;
const IRISH = /^[AC-FHKNPRTV-Y]\d[\dW] ?(?=[A-Z]{0,3}\d)[AC-FHKNPRTV-Y\d]{4}(?![A-Za-z0-9-])/i;
const CANADIAN = /^[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d(?![A-Za-z0-9-])/i;
const LONGEST = 12;

/** The Netherlands, Argentina, Brazil, Portugal, Singapore, and those with a country's letter. */
const WITH_LETTERS: readonly RegExp[] = [
  /^\d{4} ?[A-Z]{2}\b/,
  /^[A-HJ-NP-Z]\d{4}(?:[A-Z]{3})?\b/,
  /^\d{5}-\d{3}\b/,
  /^\d{4}-\d{3}\b/,
  /^(?:[DAFIB]|CH|NL|BE|SE)-\d{4,5}\b/,
  /^S ?\(?\d{6}\b\)?/,
];
const DIGITS: readonly RegExp[] = [
  /^\d{5}(?:-\d{4})?(?![\d.,:]\d|\d)/,
  /^\d{6}(?!\d)/,
  /^\d{3} \d{2,3}(?!\d)/,
  /^\d{4}(?![\d.,:]\d|\d)/,
];

const here = (reading: Reading, index: number): string => {
  const { start } = reading.token(index);
  return start < 0 ? "" : reading.text.slice(start, start + LONGEST);
};

function lastOf(reading: Reading, index: number, found: string): number {
  return reading.tokenAt(reading.token(index).start + found.length - 1);
}

const isBritish = (code: string): boolean =>
  BRITISH_AREAS.has((/^[A-Z]{1,2}/i.exec(code)?.[0] ?? "").toUpperCase());

/** The last token of a postcode that names a few houses and starts at a token. */
export function fullPostcodeEnd(reading: Reading, index: number): number | undefined {
  if (!/^[a-z]{1,2}\d/.test(reading.word(index))) return undefined;
  const text = here(reading, index);
  const british = BRITISH.exec(text);
  if (british && isBritish(british[0])) return lastOf(reading, index, british[0]);
  const other = IRISH.exec(text) ?? CANADIAN.exec(text);
  return other ? lastOf(reading, index, other[0]) : undefined;
}

/** The last token of a postcode of letters and digits that starts at a token. */
export function letteredPostcodeEnd(reading: Reading, index: number): number | undefined {
  if (!/\d/.test(reading.word(index)) && !/\d/.test(reading.word(index + 2))) {
    if (reading.word(index) !== "s") return undefined;
  }
  const full = fullPostcodeEnd(reading, index);
  return full ?? firstEnd(reading, index, WITH_LETTERS);
}

/** The last token of a postcode of four to six digits that starts at a token. */
export function digitPostcodeEnd(reading: Reading, index: number): number | undefined {
  return reading.token(index).kind === "NUMBER" ? firstEnd(reading, index, DIGITS) : undefined;
}

function firstEnd(reading: Reading, index: number, forms: readonly RegExp[]): number | undefined {
  const text = here(reading, index);
  for (const form of forms) {
    const found = form.exec(text);
    if (found) return lastOf(reading, index, found[0]);
  }
  return undefined;
}

const STATES = new Set(
  (
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn " +
    "tx ut vt va wa wv wi wy pr on qc bc ab mb sk ns nb nl pe yt nt nu nsw vic qld sa act tas wp kzn gp ec fct"
  ).split(" "),
);

/** A state or province in letters, with its postcode behind: "OH 43615", "ON M4P 1Y3", "vic 3058". */
export const isRegion = (reading: Reading, index: number): boolean =>
  STATES.has(reading.word(index)) && /\d/.test(reading.word(index + 1));
