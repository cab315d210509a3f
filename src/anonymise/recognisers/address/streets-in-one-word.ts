import { LANGUAGES } from "../../languages";
import { Lexicon } from "../../lexicon/lexicon";
import { languageBit, listed } from "../../reading/cues";
import type { Reading } from "../../reading/reading";
import { skip, type Form } from "./core";
import { houseNumberEnd } from "./numbers";

/** Streets of German and Dutch, whose kind is the end of a word: "Kastanienallee 88", "Kerkstraat 12", "Am Markt 7". */

const IN_ONE_WORD = languageBit("de") | languageBit("nl");
const ENDINGS = LANGUAGES.flatMap(({ streetEndings }) => listed(streetEndings));
const ENDINGS_BY_LENGTH = [...new Set(ENDINGS.map(({ length }) => length))];
const ENDING_SET = new Set(ENDINGS);
/** Ends that hardly any other word has, so that neither a capital nor the language need be asked. */
const STRONG_ENDINGS = new Set(
  (
    "strasse strase str straat gasse allee platz laan plein gracht singel kade steenweg chaussee ufer dijk damm weg dreef straatje " +
    "plantsoen burgwal gassli gasschen dwarsstraat"
  ).split(" "),
);
/** Words with such an end that are no streets: places in a row, ways of doing something. */
const NO_STREETS = new Set(
  (
    "tabellenplatz sitzplatz stehplatz parkplatz arbeitsplatz startplatz stellplatz listenplatz liegeplatz campingplatz studienplatz " +
    "kitaplatz betreuungsplatz ausbildungsplatz praktikumsplatz fensterplatz gangplatz bauplatz lagerplatz speicherplatz spielplatz " +
    "zeltplatz schlafplatz rastplatz fussballplatz golfplatz tennisplatz haltplatz podiumsplatz ehrenplatz impfplatz kindergartenplatz " +
    "krippenplatz hortplatz pflegeplatz therapieplatz bahnhof hauptbahnhof busbahnhof flughof umweg onderweg snelweg fietsweg " +
    "milchstrase sitzplaats parkeerplaats ligplaats standplaats lehrgang ausgang eingang zugang jahrgang rundgang durchgang " +
    "vorgang anhang zusammenhang umfeld vorhang bauhof bildschirm schwimmbad spielfeld textfeld eingabefeld arbeitszeit hochzeit"
  ).split(" "),
);

const LEAST_BEFORE_ENDING = 3;

/** The kind that a word ends with, if it does. */
function endingOf(word: string): string | undefined {
  for (const length of ENDINGS_BY_LENGTH) {
    if (word.length < length + LEAST_BEFORE_ENDING) continue;
    const end = word.slice(-length);
    if (ENDING_SET.has(end) && (STRONG_ENDINGS.has(end) || !hasStrongerEnding(word, length))) return end;
  }
  return undefined;
}

const hasStrongerEnding = (word: string, length: number): boolean =>
  ENDINGS_BY_LENGTH.some((other) => other > length && STRONG_ENDINGS.has(word.slice(-other)));

/** "Kastanienallee 88", "Hauptstr. 5a", "Alte Poststraße 3", "Berliner Straße 5". */
export const nameKindNumber: Form = (reading, index) => {
  const sureness = surenessOf(reading, index);
  if (sureness === undefined) return undefined;
  const last = houseNumberEnd(reading, skip(reading, index + 1, /^(?:[.,]|nr|nummer)$/, 2));
  if (last === undefined) return undefined;
  const before = sureness === "apart" && !isHyphenated(reading, index);
  const first = nameStart(reading, before ? index - 1 : index);
  return { first, last, score: sureness === "likely" ? 0.62 : 0.8 };
};

/** "Berliner Straße", "Korte Vest": the kind alone, after a name with a capital. */
function isKindApart(reading: Reading, index: number): boolean {
  const { word } = reading.token(index);
  const before = reading.token(index - 1);
  // "Karl-Marx-Allee", "Bgm.-Smidt-Str."
  if (isHyphenated(reading, index) && ENDING_SET.has(word)) return isCapitalWordOf(reading, index);
  if (word.length < LEAST_BEFORE_ENDING || !ENDING_SET.has(word) || before.kind !== "WORD") return false;
  if (NO_NAMES.test(before.word)) return false;
  if (STRONG_ENDINGS.has(word)) return before.letterCase !== "LOWER" || before.word.endsWith("er");
  return isCapitalAdjective(reading, index - 1) && reading.isCapital(index);
}

/** "Der Weg 3 ist gesperrt": what no street is called. */
const NO_NAMES =
  /^(?:der|die|das|dem|den|des|ein|eine|einer|einem|einen|kein|keine|unser|unsere|unserer|mein|meine|meiner|dein|ihr|ihre|ihrer|jeder|dieser|dieses|diese|de|het|een|deze|onze|im|am|vom|beim|auf|in|an|aan|op|van|naar|auf|und|en|nr)$/;

const isCapitalWordOf = (reading: Reading, index: number): boolean =>
  reading.isCapital(index) &&
  (STRONG_ENDINGS.has(reading.word(index)) || (reading.languages & IN_ONE_WORD) !== 0);

const isCapitalAdjective = (reading: Reading, index: number): boolean =>
  reading.isCapital(index) &&
  /(?:er|e|en)$/.test(reading.word(index)) &&
  (reading.languages & IN_ONE_WORD) !== 0;

const isCapitalInOneWordLanguage = (reading: Reading, index: number): boolean =>
  reading.isCapital(index) &&
  !reading.isOrdinary(index) &&
  !reading.isListed(index, Lexicon.GIVEN | Lexicon.PLACE) &&
  (reading.languages & IN_ONE_WORD) !== 0;

/** How a word says that it is a street: by an end that only streets have, as the kind after a name, by one that others have too. */
function surenessOf(reading: Reading, index: number): "sure" | "apart" | "likely" | undefined {
  const { kind, word } = reading.token(index);
  if (kind !== "WORD" || NO_STREETS.has(word)) return undefined;
  const ending = endingOf(word);
  if (ending !== undefined && STRONG_ENDINGS.has(ending)) return "sure";
  if (isKindApart(reading, index)) return "apart";
  const likely = isCapitalInOneWordLanguage(reading, index) || isBehindArticle(reading, index);
  return ending !== undefined && likely ? "likely" : undefined;
}

/** "in der hasenheide 13" */
const isBehindArticle = (reading: Reading, index: number): boolean =>
  /^(?:der|dem)$/.test(reading.word(index - 1)) &&
  /^(?:in|an|auf)$/.test(reading.word(index - 2)) &&
  !reading.isOrdinary(index);

/** Adjectives and names before the street's last word: "Alte Poststraße", "Albert-Schweitzer-Straße", "Korte Houtstraat". */
function nameStart(reading: Reading, from: number): number {
  let first = from;
  while (isHyphenated(reading, first)) first -= reading.word(first - 2) === "." ? 3 : 2;
  first = bearerStart(reading, first);
  return isAdjective(reading, first - 1) ? first - 1 : first;
}

function isHyphenated(reading: Reading, index: number): boolean {
  if (reading.word(index - 1) !== "-" || !reading.isGlued(index - 1)) return false;
  const before = reading.word(index - 2) === "." ? index - 3 : index - 2;
  return reading.token(before).kind === "WORD";
}

const MOST_NAMES = 3;

/** "Prins Hendrikkade", "Burg. de Monchylaan", "Jan van Galenstraat": whom a Dutch street is named after. */
function bearerStart(reading: Reading, from: number): number {
  let first = from;
  for (let at = from - 1; at >= from - MOST_NAMES; at--) {
    if (
      BEARER.test(reading.word(at)) ||
      (reading.isGivenNameOnly(at) && (reading.isCapital(at) || !reading.isCapital(from)))
    )
      first = at;
    else if (!/^(?:van|de|der|den|ter|ten|[.])$/.test(reading.word(at))) break;
  }
  return first;
}

const BEARER =
  /^(?:prins|prinses|koning|koningin|keizer|graaf|burg|burgemeester|pastoor|pater|dokter|dr|mr|ds|jhr|generaal|admiraal|sint|st|meester|kardinaal|bisschop|monseigneur|mgr|president|minister)$/;

/** Adjectives and saints that street names begin with, though they are usual words. */
const ADJECTIVES =
  /^(?:alte|alter|altes|neue|neuer|neues|obere|oberer|untere|unterer|grosse|grose|groser|kleine|kleiner|lange|kurze|breite|hohe|hoher|innere|ausere|vordere|hintere|korte|oude|nieuwe|grote|hoge|lage|brede|smalle|eerste|tweede|derde|sint|sankt|st|van|noorder|zuider|ooster|wester|verlengde)$/;

function isAdjective(reading: Reading, index: number): boolean {
  const { kind, letterCase, word } = reading.token(index);
  if (kind !== "WORD") return false;
  if (ADJECTIVES.test(word)) return letterCase !== "LOWER" || reading.token(index + 1).letterCase === "LOWER";
  return letterCase === "TITLE" && /(?:er|en|e)$/.test(word) && !reading.isOrdinary(index);
}

/** Streets that are called by their kind alone, or by one word: "Singel 214", "Markt 7", "Damrak 70". */
const ONE_WORD_STREETS = new Set(
  (
    "singel markt plein brink damrak rokin spui vest kade graben neumarkt altmarkt dorpsplein kerkplein marktplatz rathausplatz " +
    "herengracht coolsingel westersingel vrijthof meir graslei korenlei zeedijk nieuwmarkt haarlemmerdijk blaak meent weena anger"
  ).split(" "),
);

export const oneWordStreet: Form = (reading, index) => {
  const known = ONE_WORD_STREETS.has(reading.word(index)) && reading.isCapital(index);
  if (!known || (reading.languages & IN_ONE_WORD) === 0) return undefined;
  const last = houseNumberEnd(reading, index + 1);
  const first = isAdjective(reading, index - 1) ? index - 1 : index;
  return last === undefined ? undefined : { first, last, score: 0.66 };
};

const ARTICLE = /^(?:der|den|dem|die|het|de|alten|neuen|oude|'|s|t)$/;
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
  const last = street ? houseNumberEnd(reading, number) : undefined;
  return last === undefined || isCounted(reading, last + 1) ? undefined : { first: index, last, score: 0.65 };
};

/** "Zum Beispiel 5 Leute", "Zur Zeit 12 Grad": what follows the number is counted by it, and no town. */
const isCounted = (reading: Reading, at: number): boolean =>
  reading.token(at).kind === "WORD" && reading.isCapital(at) && !reading.isListed(at, Lexicon.PLACE);

/** Index after the words of a name that starts at a token: capitals, with articles between them. */
function nameEnd(reading: Reading, from: number): number {
  let at = from;
  while (at < from + MOST_WORDS && isNamePart(reading, at)) at++;
  return at;
}

const isNamePart = (reading: Reading, at: number): boolean =>
  reading.token(at).kind === "WORD" && (reading.isCapital(at) || ARTICLE.test(reading.word(at)));
