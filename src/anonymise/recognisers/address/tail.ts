import type { Reading } from "../../reading/reading";
import { skip } from "./core";
import { startsLine } from "./lines";
import { isNeverName } from "./names";
import { houseNumberEnd } from "./numbers";
import { digitPostcodeEnd, fullPostcodeEnd, isRegion, letteredPostcodeEnd } from "./postcodes";
import { endsPart, townAt } from "./towns";
import { unitEnd } from "./units";
import { isNamedBuilding } from "./vocabulary";

/** What stands after the street in an address: unit, town, postcode, region. */

const MOST_PARTS = 9;

interface Part {
  readonly last: number;
  /** A capital word alone may be a town: it belongs to the address if a surer part follows, or a comma stands before it. */
  readonly sure: boolean;
  readonly kind: "unit" | "town" | "postcode" | "end";
}

/** Where a part may start: after the marks that divide it from the one before. */
interface Place {
  readonly at: number;
  readonly previous: Part["kind"] | "street";
  /** Whether a comma or a bracket stands before it. */
  readonly separated: boolean;
}

/** The last token of the address whose street ends at one. */
export function tailOf(reading: Reading, last: number): number {
  let tail = last;
  let from = last + 1;
  let previous: Place["previous"] = "street";
  for (let count = 0; count < MOST_PARTS && previous !== "end"; count++) {
    const place = placeFrom(reading, from, previous);
    const part = place && partAt(reading, place);
    if (part === undefined) break;
    if (part.sure) tail = part.last;
    from = part.last + 1;
    previous = part.kind;
  }
  return closed(reading, tail, last);
}

/** With the bracket that closes one inside: "Montalcino (SI)". */
function closed(reading: Reading, tail: number, last: number): number {
  if (reading.word(tail + 1) !== ")") return tail;
  for (let at = tail; at > last && at > tail - MOST_PARTS; at--) {
    if (reading.word(at) === "(") return tail + 1;
  }
  return tail;
}

const MOST_MARKS = 3;

function placeFrom(reading: Reading, from: number, previous: Place["previous"]): Place | undefined {
  let at = from;
  let separated = startsLine(reading, from);
  for (; at < from + MOST_MARKS && /^[,./()|-]$/.test(reading.word(at)); at++) {
    const word = reading.word(at);
    if (word === "." && !isAbbreviated(reading, at)) return undefined;
    separated ||= word !== ".";
  }
  return { at, previous, separated };
}

const LONGEST_ABBREVIATION = 4;

/** Whether a dot is that of "Str." or "Ave.", or of "2." and "n.º", and ends no sentence. */
function isAbbreviated(reading: Reading, dot: number): boolean {
  const { kind, word } = reading.token(dot - 1);
  if (kind !== "WORD") return reading.isGlued(dot + 1);
  if (word.length > LONGEST_ABBREVIATION) return false;
  const goesOn =
    reading.token(dot + 1).kind !== "WORD" || !reading.isCapital(dot + 1) || reading.isGlued(dot + 1);
  return goesOn || (reading.has(dot - 1, "streetAfter") && !isStartOfSentence(reading, dot + 1));
}

/** After "Rd." a word with a capital may go on with the address, but not one that is usual there. */
const isStartOfSentence = (reading: Reading, index: number): boolean =>
  reading.token(index).kind === "WORD" && reading.isOrdinary(index) && isNeverName(reading, index);

function partAt(reading: Reading, place: Place): Part | undefined {
  return (
    province(reading, place) ??
    postcode(reading, place) ??
    unit(reading, place) ??
    building(reading, place) ??
    crossing(reading, place) ??
    town(reading, place) ??
    typedTown(reading, place)
  );
}

function postcode(reading: Reading, { at, previous }: Place): Part | undefined {
  const region = regionEnd(reading, at);
  if (region !== undefined) return { last: region, sure: true, kind: "postcode" };
  const lettered = letteredPostcodeEnd(reading, at);
  // A full postcode ends the address.
  const full = lettered !== undefined && fullPostcodeEnd(reading, at) === lettered;
  if (lettered !== undefined) return { last: lettered, sure: true, kind: full ? "end" : "postcode" };
  const digits = digitPostcodeEnd(reading, at);
  if (digits === undefined) return undefined;
  const long = reading.token(digits).end - reading.token(at).start > 4;
  const next = reading.token(digits + 1).kind === "WORD" && reading.isCapital(digits + 1);
  return { last: digits, sure: long || next || previous === "town", kind: "postcode" };
}

/** "(SI)", "(QC)": a province in brackets. */
function province(reading: Reading, { at }: Place): Part | undefined {
  const bracketed = reading.word(at - 1) === "(" && reading.word(at + 1) === ")";
  const { letterCase, word } = reading.token(at);
  const code = letterCase === "UPPER" && word.length <= LONGEST_ABBREVIATION - 1;
  return bracketed && code ? { last: at, sure: true, kind: "town" } : undefined;
}

/** The last token of "ON M4P 1Y3", "nsw 2650". */
const regionEnd = (reading: Reading, at: number): number | undefined =>
  isRegion(reading, at)
    ? (letteredPostcodeEnd(reading, at + 1) ?? digitPostcodeEnd(reading, at + 1))
    : undefined;

function unit(reading: Reading, place: Place): Part | undefined {
  const { at } = place;
  const last =
    unitEnd(reading, at) ?? letterEnd(reading, at) ?? districtEnd(reading, place) ?? roadEnd(reading, at);
  return last === undefined ? undefined : { last, sure: true, kind: "unit" };
}

/** "Hauptstr. 5 a", "12 bis": a letter that goes on from the house number. */
function letterEnd(reading: Reading, at: number): number | undefined {
  if (!/^(?:[a-d]|bis|ter)$/.test(reading.word(at)) || /^[,(]$/.test(reading.word(at - 1))) return undefined;
  return reading.token(at + 1).kind === "WORD" || !/\d/.test(reading.word(at - 1)) ? undefined : at;
}

/** "Dublin 9", "Lekki Phase 1", "Praha 4": a district's number after its town. */
function districtEnd(reading: Reading, { at, previous }: Place): number | undefined {
  if (!/^\d{1,2}[a-z]?$/.test(reading.word(at))) return undefined;
  const inside = previous === "town" && reading.word(at + 1) === "," && reading.isCapital(at - 1);
  return inside || DISTRICTED.test(reading.word(at - 1)) ? at : undefined;
}

const DISTRICTED =
  /^(?:dublin|praha|prague|lyon|paris|marseille|antwerpen|wien|cork|budapest|phase|zone|sector)$/;

/** "Street 9", "Road No. 36", "Gali 4", "F-8/3", "2nd Main": numbered streets and sectors of a planned town. */
function roadEnd(reading: Reading, at: number): number | undefined {
  if (!reading.isCapital(at) || !/^[,-]$/.test(reading.word(at - 1))) return undefined;
  const sector = reading.word(at).length === 1 && reading.word(at + 1) === "-" && reading.isGlued(at + 1);
  if (!sector && !reading.has(at, "streetAfter")) return undefined;
  const number = sector ? at + 2 : skip(reading, at + 1, /^(?:no|[.#])$/);
  return houseNumberEnd(reading, number);
}

/** "rés. Bellevue", "Ed. Solar": a building, an estate or a quarter by its name. */
function building(reading: Reading, { at, separated }: Place): Part | undefined {
  if (!separated || !isNamedBuilding(reading.word(at))) return undefined;
  const from = skip(reading, at + 1, /^[.]$/, 1);
  let last = from - 1;
  while (last < from + MOST_TYPED_WORDS - 1 && isBuildingName(reading, last + 1)) last++;
  return last < from ? undefined : { last, sure: true, kind: "unit" };
}

const isBuildingName = (reading: Reading, index: number): boolean =>
  reading.token(index).kind === "WORD" && (reading.isCapital(index) || !reading.isOrdinary(index));

const MOST_TYPED_WORDS = 3;

/** "po box 118 wagga wagga nsw 2650": a town in lower case, known by the state and the postcode behind it. */
function typedTown(reading: Reading, { at }: Place): Part | undefined {
  const region = skip(reading, at, /^[a-z]{4,}$/, MOST_TYPED_WORDS);
  const code = region === at ? undefined : regionEnd(reading, region);
  return code === undefined ? undefined : { last: code, sure: true, kind: "end" };
}

/** "off Freedom St", "corner of 5th Ave": the street beside, in Nigeria, India and elsewhere. */
function crossing(reading: Reading, { at, separated }: Place): Part | undefined {
  // "Molenweg 3 te Vorden"
  const word = reading.word(at);
  if (word !== "te" && (!separated || !/^(?:off|behind|cnr|corner)$/.test(word))) return undefined;
  const street = townAt(reading, at + 1);
  return street && !street.ordinary ? { last: street.last, sure: true, kind: "town" } : undefined;
}

/** A town: sure if known as a place or after a postcode, or if a part of the message ends after it. */
function town(reading: Reading, { at, previous, separated }: Place): Part | undefined {
  const found = townAt(reading, at);
  if (found === undefined) return undefined;
  const { last, known, person, ordinary } = found;
  const unknown =
    separated && !person && !ordinary && (endsPart(reading, last) || goesOnPlain(reading, last));
  const behindPostcode = previous === "postcode" && !separated && !reading.has(at, "thanks");
  return { last, sure: known || unknown || behindPostcode, kind: "town" };
}

/** "Maipú el jueves": a usual word in lower case after a capital one goes on with the message. */
const goesOnPlain = (reading: Reading, last: number): boolean =>
  reading.token(last + 1).letterCase === "LOWER" && reading.isOrdinary(last + 1);
