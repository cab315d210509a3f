import { matchesOf } from "../matches";
import type { Claim } from "../span";
import type { Reading } from "../reading/reading";

const NUMBER = "-?\\d{1,3}[.,]\\d{3,10}";
const DEGREES =
  "\\d{1,3} ?° ?\\d{1,2}(?:[.,]\\d{1,6})? ?['′]? ?(?:\\d{1,2}(?:[.,]\\d{1,6})? ?(?:\"|''|″)? ?)?";

/** Pairs of coordinates, `geo:` URIs (RFC 5870) and plus codes (Open Location Code specification). */
const FORMS: readonly RegExp[] = [
  new RegExp(`\\bgeo:${NUMBER},${NUMBER}(?:;[a-z]\\w{0,10}=[\\w.]{1,20})?`, "gi"),
  new RegExp(
    `(?<![\\d.,])(?:${NUMBER.replace("[.,]", "\\.")})°?(?: ?[NS])?(?:, ?| ; ?|; ?| / ?|/| (?=-?\\d{1,3}\\.\\d{4}))(?:${NUMBER.replace("[.,]", "\\.")})(?!\\d|\\.\\d)°?(?: ?[EWO]\\b)?`,
    "g",
  ),
  new RegExp(
    `(?<![\\d.,])${NUMBER.replace("[.,]", ",")}(?: ?[;/] ?| )${NUMBER.replace("[.,]", ",")}(?!\\d)`,
    "g",
  ),
  new RegExp(`(?<![\\d.,])${DEGREES}[NS][, /]{0,3}${DEGREES}[EWO]\\b`, "gi"),
  // N 52° 05.412 E 005° 07.268, as geocachers write it
  new RegExp(`\\b[NS] ?${DEGREES}[, /]{0,3}[EWO] ?${DEGREES}`, "gi"),
  /\blat(?:itude?)?\.?[ :=]{0,3}-?\d{1,2}[.,]\d{2,10}°?[ ,;/]{0,3}(?:lo?ng?(?:itude?)?|long)\.?[ :=]{0,3}-?\d{1,3}[.,]\d{2,10}/gi,
  /(?<![A-Z0-9+])(?:[23456789C][23456789CFGHJMPQRV][23456789CFGHJMPQRVWX]{6}|[23456789CFGHJMPQRVWX]{4})\+[23456789CFGHJMPQRVWX]{2,3}(?![A-Z0-9+])/g,
];

export function recogniseGeo({ text }: Reading): Claim[] {
  if (!/\d[.,]\d|[+°]/.test(text)) return [];
  return FORMS.flatMap((form) => matchesOf(form, text))
    .filter(({ 0: found, index }) => inRange(found) && !isRate(text, index) && !areThousands(found))
    .map(({ 0: found, index }) => ({
      start: index,
      end: index + found.trimEnd().length,
      type: "GEO",
      score: 1.25,
    }));
}

/** "EUR/USD 1.0845 1.2710": prices have as many decimals. */
const isRate = (text: string, start: number): boolean =>
  /[A-Z]{3}\/[A-Z]{3}:? ?$/.test(text.slice(Math.max(0, start - 9), start));

/** "10.500, 12.750" are two prices; coordinates have more decimals. */
const areThousands = (found: string): boolean =>
  /^\d{1,3}[.,]\d{3}[^\d.,°NS]{0,3}[,;/ ]{1,3}\d{1,3}[.,]\d{3}$/.test(found);

/** Latitude to 90 and longitude to 180 degrees. */
function inRange(form: string): boolean {
  if (/[+]/.test(form)) return /[A-Z]/.test(form.slice(0, form.indexOf("+"))) || form.indexOf("+") === 8;
  const [latitude = 0, longitude = 0] = Array.from(
    form.matchAll(/(?<![\d.,])\d{1,3}(?=[.,°]| ?°)/g),
    ([degrees]) => Number(degrees),
  );
  return latitude <= 90 && longitude <= 180;
}
