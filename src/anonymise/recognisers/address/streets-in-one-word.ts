import { LANGUAGES } from "../../languages";
import { Lexicon } from "../../lexicon/lexicon";
import { languageBit, listed } from "../../reading/cues";
import type { Reading } from "../../reading/reading";
import { isHouseNumber, skip, type Form } from "./core";

/** Streets of German and Dutch, whose kind is the end of a word: "Kastanienallee 88", "Kerkstraat 12", "Am Markt 7". */

const IN_ONE_WORD = languageBit("de") | languageBit("nl");
const ENDINGS = LANGUAGES.flatMap(({ streetEndings }) => listed(streetEndings));
/** Ends that hardly any other word has, so that neither a capital nor the language need be asked. */
const STRONG_ENDINGS = new Set(
  "strase str straat gasse allee platz laan plein gracht singel kade steenweg chaussee ufer dijk damm".split(
    " ",
  ),
);

/** "Kastanienallee 88", "Hauptstr. 5a", "Alte Poststraße 3", "Berliner Straße 5". */
export const nameKindNumber: Form = (reading, index) => {
  const word = reading.word(index);
  const ending = ENDINGS.find((end) => word.length >= end.length + 3 && word.endsWith(end));
  const apart = isKindApart(reading, index);
  if (ending === undefined && !apart) return undefined;
  const number = skip(reading, index + 1, /^[.,]$/, 1);
  if (!isHouseNumber(reading, number)) return undefined;
  const surely = ending !== undefined && STRONG_ENDINGS.has(ending);
  if (!surely && !isCapitalInOneWordLanguage(reading, index)) return undefined;
  return {
    first: nameStart(reading, apart ? index - 1 : index),
    last: number,
    score: surely || apart ? 0.8 : 0.62,
  };
};

/** "Berliner Straße": the kind alone, after a name with a capital. */
function isKindApart(reading: Reading, index: number): boolean {
  const word = reading.word(index);
  return (
    word.length >= 3 &&
    ENDINGS.includes(word) &&
    reading.token(index - 1).kind === "WORD" &&
    reading.isCapital(index - 1)
  );
}

const isCapitalInOneWordLanguage = (reading: Reading, index: number): boolean =>
  reading.isCapital(index) && !reading.isOrdinary(index) && (reading.languages & IN_ONE_WORD) !== 0;

/** Adjectives and names before the street's last word: "Alte Poststraße", "Albert-Schweitzer-Straße". */
function nameStart(reading: Reading, from: number): number {
  let first = from;
  while (isHyphenated(reading, first)) first -= 2;
  return first === from && isAdjective(reading, first - 1) ? first - 1 : first;
}

const isHyphenated = (reading: Reading, index: number): boolean =>
  reading.word(index - 1) === "-" && reading.isGlued(index - 1) && reading.token(index - 2).kind === "WORD";

function isAdjective(reading: Reading, index: number): boolean {
  const { kind, letterCase, word } = reading.token(index);
  return kind === "WORD" && letterCase === "TITLE" && /(?:er|en|e)$/.test(word) && !reading.isOrdinary(index);
}

const ARTICLE = /^(?:der|den|dem|die|het|de|alten|neuen)$/;
const LONGEST_PREPOSITION = 6;
const MOST_WORDS = 4;

/** "Am Alten Markt 7", "An der Alster 12": a preposition makes the street. */
export const prepositionName: Form = (reading, index) => {
  const preposition = reading.has(index, "streetPreposition") && reading.isCapital(index);
  if (!preposition || reading.word(index).length > LONGEST_PREPOSITION) return undefined;
  const number = nameEnd(reading, index + 1);
  // "Am Montag 7", "Am 3. Mai 2025" are no streets.
  const day = reading.has(number - 1, "month") || reading.isListed(number - 1, Lexicon.CALENDAR);
  const street = reading.isCapital(number - 1) && number > index + 1 && !day;
  return street && isHouseNumber(reading, number) ? { first: index, last: number, score: 0.65 } : undefined;
};

/** Index after the words of a name that starts at a token: capitals, with articles between them. */
function nameEnd(reading: Reading, from: number): number {
  let at = from;
  while (at < from + MOST_WORDS && isNamePart(reading, at)) at++;
  return at;
}

const isNamePart = (reading: Reading, at: number): boolean =>
  reading.token(at).kind === "WORD" && (reading.isCapital(at) || ARTICLE.test(reading.word(at)));
