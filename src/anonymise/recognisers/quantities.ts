import { matchesOf } from "../matches";
import type { Claim } from "../span";
import type { Reading } from "../reading/reading";

/** Prices, times, percentages, measures, versions, scores, codes to dial and short codes: they claim their digits first. */
export function recogniseQuantities(reading: Reading): Claim[] {
  if (!/\d/.test(reading.text)) return [];
  return QUANTITIES.flatMap(({ pattern, score }) =>
    matchesOf(pattern, reading.folded).map((found) => ({
      start: found.index,
      end: found.index + found[0].length,
      type: "HARMLESS" as const,
      score,
    })),
  );
}

const CURRENCY =
  "(?:[£$€₹¥₦]|\\b(?:rs|inr|usd|gbp|eur|euros?|chf|brl|mxn|aud|cad|ngn|zar|cop|ars|naira|kr|fr|sfr)\\b\\.?|\\br\\$)";
const UNIT =
  "(?:%|°|[£€$]|(?:euros?|eur|chf|reais|pesos|pounds|quid|dollars?|bucks|rupees|rupaye|rs|gbp|usd|k?m|km/h|kmh|kph|mph|kg|kgs|mg|mcg|g|gr|gm|lbs?|oz|ml|cl|l|ltr|litres?|liter|litros|cm|mm|ft|inch|kwh|kw|wh|mah|w|v|mb|gb|tb|kb|mbps|ghz|mhz|fps|hrs?|hours?|h|uhr|std|stunden|mins?|minutes?|minuten|minutos|minuti|secs?|seconds?|days?|tage|dias|jours|giorni|dagen|weeks?|wochen|semaines|semanas|weken|months?|years?|yrs?|ans|anos|jahre|jaar|pm|am|pts?|points?|punkte|punten|pontos|puntos|punti|kcal|cal|bpm|psi|bar|lakh|crore|mil|mila|mio|mrd|bn|m2|qm|st|nd|rd|th|ème|eme|er|steps|views|likes|votes|tests|files|people|customers|items|units|millions?|billion)\\b)";

/** Each with the text it claims; all on the folded text, none with a repetition inside a repetition. */
const QUANTITIES: readonly { readonly pattern: RegExp; readonly score: number }[] = [
  {
    pattern: new RegExp(`${CURRENCY} ?-?\\d[\\d.,']{0,14}(?: ?(?:k|m|bn|mio|lakh|crore|million)\\b)?`, "g"),
    score: 1,
  },
  {
    pattern: new RegExp(
      `(?<![\\w.,])\\d[\\d.,']{0,14}(?: \\d{3}(?!\\d)){0,2}(?:[.,]\\d\\d)? ?-?${UNIT}`,
      "g",
    ),
    score: 0.9,
  },
  // 8.30-12.30, 9:00 – 17:30
  { pattern: /(?<![\d.:])\d{1,2}[.:][0-5]\d ?(?:-|to|bis|a|tot) ?\d{1,2}[.:][0-5]\d(?![\d.:])/g, score: 1 },
  // 14:32, 14.32 uhr, 7h30, 9-17 Uhr
  {
    pattern: /(?<![\d:])(?:[01]?\d|2[0-4])(?:[:h][0-5]\d(?::[0-5]\d)?)(?![\d:])(?: ?(?:am|pm|uhr|h|u))?\b/g,
    score: 1,
  },
  // 1,204,889 · 1.204.889,50 · 55'120 · 12.5
  { pattern: /(?<![\w.,'+-])\d{1,3}(?:[,.']\d{3}){1,4}(?:[.,]\d{1,2})?(?![\d.,]?\d)/g, score: 0.9 },
  { pattern: /(?<![\w.,+-])\d{1,6}[.,]\d{1,2}(?![\d.,/-]?\d)/g, score: 0.85 },
  // v4.19.0.255, 10.0.19045.3930, 3.0.0.4.388_24199
  {
    pattern: /\bv ?\d{1,5}(?:[._]\d{1,6}){0,6}\b|(?<![\d.])\d{1,4}(?:\.\d{1,6}){2,5}_?\d{0,6}(?![\d.])/g,
    score: 0.7,
  },
  // *123#, *135*111#
  { pattern: /\*\d{2,4}(?:\*\d{1,6}){0,3}#?/g, score: 1 },
  // "card ending in 4402", "numbers ending 4882": the last figures of a number, which are not it; more figures behind are a number
  {
    pattern:
      /\b(?:ending|(?:ending|ends|endend|endet|terminad[oa]|finissant|che termina|eindigend) (?:in|with|auf|en|em|par|per|con|op)) \d{3,4}\b(?! ?[-/.]? ?\d)/g,
    score: 1.05,
  },
  // 2x, 10x
  { pattern: /(?<![\w.,])\d{1,3}x\b/g, score: 0.9 },
  // 3-1, 27 - 24, 284/6, 24/7, 16/9
  { pattern: /(?<![\d./-])\d{1,3} ?[-/:] ?\d{1,3}(?![\d./-]|[ -]\d)/g, score: 0.62 },
];
