import type { Reading } from "../../reading/reading";
import { isFreeStanding, type Form } from "./core";
import { isAbbreviation, isNeverName, LONGEST_NAME } from "./names";
import { houseNumberEnd, isEndOfNumber } from "./numbers";
import { isUnit } from "./vocabulary";

/** Streets of English: number, name, kind ("14 Tithe Barn Lane"). */

/** Kinds of streets that stand for nothing else, so that they need no capital. */
const STRONG_KINDS = new Set(
  (
    "street st road rd avenue ave lane ln close crescent cres drive dr blvd boulevard court terrace parade pde nagar colony marg " +
    "grove mews hwy highway gardens gdns walk way"
  ).split(" "),
);
/** Kinds that need none even after usual words: "14 elm grove", "9 station road". */
const TYPED_KINDS = new Set(
  "street st road rd avenue ave lane ln crescent cres blvd boulevard terrace grove mews marg nagar parade gdns gardens".split(
    " ",
  ),
);
const LONGEST_PLAIN_NAME = 2;

/** Kinds of roads that have a number for a name: "418 County Road 3310", "2204 Highway 12". */
const NUMBERED_KINDS = new Set("road rd highway hwy route rte".split(" "));

/** A word that can stand in a street's name: no usual word of the language, unless with a capital. */
function isNameWord(reading: Reading, index: number, first: number): boolean {
  const { kind, word } = reading.token(index);
  if (kind === "MIXED") return /^\d{1,3}(?:st|nd|rd|th)$/.test(word);
  if (kind === "WORD") return reading.isCapital(index) || isLowerNameWord(reading, index, first);
  return index > first && (/^['-]$/.test(word) || (word === "." && isAbbreviation(reading, index - 1)));
}

function isLowerNameWord(reading: Reading, index: number, first: number): boolean {
  if (index === first && /^[nsew]$/.test(reading.word(index))) return true;
  if (isNeverName(reading, index)) return false;
  return reading.has(index, "particle") ? index > first : !reading.isOrdinary(index);
}

const isPlainWord = (reading: Reading, index: number): boolean =>
  reading.token(index).kind === "WORD" && reading.word(index).length >= 3 && !isNeverName(reading, index);

/** "14 Tithe Barn Lane", "1600 Sycamore Ave": number, name, kind. */
export const numberNameKind: Form = (reading, index) => {
  if (isEndOfNumber(reading, index) || isNumberOfOther(reading, index)) return undefined;
  const first = nameStart(reading, index);
  const kind = first === undefined ? undefined : kindOf(reading, first);
  if (first === undefined || kind === undefined || isScore(reading, index, kind)) return undefined;
  const comma = reading.word(first - 1) === ",";
  if (comma && !isSureWithComma(reading, kind)) return undefined;
  return { first: index, last: kindEnd(reading, kind, first), score: scoreOf(reading, first, kind, comma) };
};

/** Where the name behind a house number starts: "12, Ogunlana Crescent" has capitals, and no month before it. */
function nameStart(reading: Reading, index: number): number | undefined {
  const number = houseNumberEnd(reading, index);
  if (number === undefined) return undefined;
  if (reading.word(number + 1) !== ",") return number + 1;
  return reading.isCapital(number + 2) && !reading.has(index - 1, "month") ? number + 2 : undefined;
}

const CALLED_THE =
  /^(?:avenue|crescent|green|grove|close|drive|terrace|mews|square|lane|paddock|orchard|spinney)$/;

/** The kind that ends the name of a street that starts at a token. */
function kindOf(reading: Reading, first: number): number | undefined {
  // "11 the avenue"
  if (reading.word(first) === "the" && CALLED_THE.test(reading.word(first + 1))) return first + 1;
  let plain = false;
  for (let at = first; at <= first + LONGEST_NAME; at++) {
    if (at > first && isKind(reading, at, first, plain)) return at;
    if (isNameWord(reading, at, first)) continue;
    plain = true;
    if (!isPlainWord(reading, at)) return undefined;
  }
  return undefined;
}

function scoreOf(reading: Reading, first: number, kind: number, comma: boolean): number {
  if (!reading.isCapital(kind)) return LOWER_SCORE;
  if (isSaint(reading, first)) return SURE_OF_SAINT;
  return comma ? COMMA_SCORE : CAPITAL_SCORE;
}

const LOWER_SCORE = 0.75;
const COMMA_SCORE = 0.72;
const CAPITAL_SCORE = 0.85;

/** "size 749, Kamla Nagar branch" goes on after the kind. */
const isSureWithComma = (reading: Reading, kind: number): boolean =>
  reading.isCapital(kind) && (isFreeStanding(reading, kind) || reading.isCapital(kind + 1));

/** "Royal Avenue 3 Castle Drive 1" is how a match ended. */
const isScore = (reading: Reading, index: number, kind: number): boolean =>
  reading.token(index - 1).kind === "WORD" &&
  // "12 High Street 7 tonight", "2 doors down"
  reading.token(kind + 2).letterCase !== "LOWER" &&
  !isUnit(reading, index - 1) &&
  !NUMBERED_KINDS.has(reading.word(kind)) &&
  /^\d{1,2}$/.test(reading.word(kind + 1)) &&
  // "8.20" is a time.
  !reading.joins(kind + 2);

/** "Model 500 Grand Drive", "Bus 42 Central Park": a number of something else. */
const isNumberOfOther = (reading: Reading, index: number): boolean =>
  OTHERS.test(reading.word(index - 1)) ||
  (reading.word(index - 1) === "the" && !reading.isCapital(index + 1)) ||
  (reading.isCapital(index - 1) && reading.has(index - 1, "product"));
const OTHERS =
  /^(?:bus|buses|tram|train|line|model|level|meeting|round|lap|ticket|flight|score|chapter|page|ligne|linie|linea|lijn|linha)$/;

/** "17 St. Aubyns Terr" is no ordinal "17 St". */
const SURE_OF_SAINT = 0.95;
const isSaint = (reading: Reading, index: number): boolean => /^s?st$/.test(reading.word(index));

/** Whether a word is the kind of the street that a house number began. */
function isKind(reading: Reading, at: number, first: number, plain: boolean): boolean {
  if (!reading.has(at, "streetAfter") || reading.word(at - 1) === ",") return false;
  if (plain) return isTypedKind(reading, at, first);
  if (reading.isCapital(at)) return true;
  return at <= first + 2 && (STRONG_KINDS.has(reading.word(at)) || !reading.isOrdinary(at - 1));
}

function isTypedKind(reading: Reading, at: number, first: number): boolean {
  // "3120 w cherry creek dr"
  const direction = reading.word(first).length === 1 ? 1 : 0;
  if (at > first + LONGEST_PLAIN_NAME + direction) return false;
  const word = reading.word(at);
  if (TYPED_KINDS.has(word)) return true;
  const ends = isFreeStanding(reading, at) || isUnit(reading, at + 1);
  return STRONG_KINDS.has(word) && word !== "court" && ends;
}

/** "1071 Copper Ridge Dr", "418 County Road 3310": a name may end with what is a kind, too, or with a number. */
function kindEnd(reading: Reading, at: number, first: number): number {
  const second =
    (STRONG_KINDS.has(reading.word(at + 1)) || (reading.isCapital(at + 1) && !isUnit(reading, at + 1))) &&
    isKind(reading, at + 1, first, false);
  if (second) return at + 1;
  const numbered = NUMBERED_KINDS.has(reading.word(at)) && /^[1-9]\d{0,3}$/.test(reading.word(at + 1));
  return numbered && houseNumberEnd(reading, at + 1) !== undefined ? at + 1 : at;
}
