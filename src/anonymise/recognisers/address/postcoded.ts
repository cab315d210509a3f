import { Lexicon } from "../../lexicon/lexicon";
import type { Reading } from "../../reading/reading";
import type { Claim } from "../../span";
import { startsLine } from "./lines";
import { fullPostcodeEnd, isRegion } from "./postcodes";
import { isHouseKind, isUnit, isVenue } from "./vocabulary";

/**
 * Addresses known by the postcode at their end: what stands before it, between commas, belongs to it as long as it looks like
 * parts of an address ("Tigh na Mara, Ballyvaughan, Co. Clare, H91 X4KF").
 */

/** A stretch between commas. */
interface Chunk {
  readonly first: number;
  readonly last: number;
}

/** Whether digits that stand at a token are a postcode, by what stands before them: "Delhi - 110092", "Tempe, AZ 85282". */
function isAreaPostcode(reading: Reading, index: number): boolean {
  const dash = reading.word(index - 1) === "-";
  // "24-DCV-304471" is a code of something else.
  if (dash && reading.joins(index - 1)) return false;
  const before = dash ? index - 2 : index - 1;
  if (reading.token(before).kind !== "WORD" || !reading.isCapital(before)) return false;
  return isPostcodeBehind(reading, reading.word(index), before);
}

const AUSTRALIAN = /^(?:nsw|vic|qld|sa|wa|tas|act|nt)$/;

/** Six digits behind a town, five behind the two letters of a state, four behind a state of Australia. */
function isPostcodeBehind(reading: Reading, code: string, before: number): boolean {
  if (/^\d{6}$/.test(code)) return reading.isListed(before, Lexicon.PLACE) || !reading.isOrdinary(before);
  if (reading.token(before).letterCase !== "UPPER") return false;
  if (/^\d{5}$/.test(code)) return isRegion(reading, before);
  return /^\d{4}$/.test(code) && AUSTRALIAN.test(reading.word(before));
}

/** "ng2 7pf", but not "b4 2nd" and "l8 4u": in lower case with two letters before, and no ordinal behind. */
const isTypedPostcode = (reading: Reading, index: number): boolean =>
  /^[a-z]{2}\d{1,2}$/.test(reading.word(index)) &&
  /^\d(?!th|st|nd|rd)[a-z]{2}$/.test(reading.word(index + 1));

/** A postcode by which an address is known: its last token, and whether it names a few houses alone. */
interface Anchor {
  readonly last: number;
  readonly full: boolean;
}

function anchorAt(reading: Reading, index: number): Anchor | undefined {
  const { kind, word } = reading.token(index);
  if (kind !== "MIXED" && kind !== "NUMBER") return undefined;
  const full = kind === "MIXED" ? casedPostcodeEnd(reading, index) : undefined;
  if (full !== undefined) return { last: full, full: true };
  return isAreaPostcode(reading, index) || /^s\d{6}$/.test(word) ? { last: index, full: false } : undefined;
}

/** The address whose postcode starts at a token. */
export function postcodedAddress(reading: Reading, index: number): Claim | undefined {
  const anchor = anchorAt(reading, index);
  if (anchor === undefined) return undefined;
  const { full, last } = anchor;
  // Six digits are a postcode less surely than a state with its own.
  const rooted = !/^\d{6}$/.test(reading.word(index));
  const first = firstOf(reading, chunksBefore(reading, index), { full, rooted });
  // Alone and written in one word it may be a code of something else.
  if (first === undefined && !(full && last > index)) return undefined;
  const { start } = reading.token(first ?? index);
  return { start, end: reading.token(last).end, type: "ADDRESS", score: first === undefined ? 0.8 : 1.05 };
}

const casedPostcodeEnd = (reading: Reading, index: number): number | undefined =>
  reading.token(index).letterCase === "UPPER" || isTypedPostcode(reading, index)
    ? fullPostcodeEnd(reading, index)
    : undefined;

const MOST_TOKENS = 40;

/** The chunks before a postcode, nearest first. */
function chunksBefore(reading: Reading, postcode: number): Chunk[] {
  const chunks: Chunk[] = [];
  let last = postcode - 1;
  let at = last;
  for (; at > postcode - MOST_TOKENS && isAddressToken(reading, at); at--) {
    const comma = reading.word(at) === ",";
    if (!comma && !startsLine(reading, at + 1)) continue;
    if (last > at) chunks.push({ first: at + 1, last });
    last = comma ? at - 1 : at;
  }
  const first = firstCapital(reading, at + 1, last);
  if (first <= last) chunks.push({ first, last });
  return chunks;
}

/** The last chunk may have been cut inside a sentence: it starts at a capital, a number, or a word for a unit. */
function firstCapital(reading: Reading, from: number, last: number): number {
  let first = from;
  while (first <= last && !startsChunk(reading, first)) first++;
  return first;
}

function startsChunk(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  if (kind === "NUMBER" || kind === "MIXED" || word === "#") return true;
  return kind === "WORD" && (reading.isCapital(index) || (isUnit(reading, index) && word.length > 2));
}

const INSIDE = /^(?:na|y|of|on|upon|under|the|an|le|de|and|next|by|in|o|or|off|st|no|nr)$/;

/** "11am", "18h30" */
const TIME = /^\d{1,2}(?:[ap]m|h\d{0,2})$/;

function isAddressToken(reading: Reading, index: number): boolean {
  const { kind, word } = reading.token(index);
  if (index < 0) return false;
  if (kind === "WORD") return isAddressWord(reading, index);
  if (kind === "NUMBER") return word.length <= 5;
  if (kind === "MIXED") return word.length <= 6 && !TIME.test(word);
  if (word === ".") return isInnerDot(reading, index);
  return /^[,'/#&()-]$/.test(word);
}

function isAddressWord(reading: Reading, index: number): boolean {
  if (reading.has(index, "greeting") || reading.has(index, "title")) return false;
  if (reading.isCapital(index)) return !isOtherThing(reading, index);
  if (reading.word(index) === "s") return reading.word(index - 1) === "'";
  // "Ottilie Greaves of The Old Forge"
  if (reading.word(index + 1) === "the") return false;
  if (INSIDE.test(reading.word(index))) return reading.isCapital(index + 1) && reading.isCapital(index - 1);
  return isUnit(reading, index) && (/\d/.test(reading.word(index + 1)) || /\d/.test(reading.word(index - 1)));
}

const isOtherThing = (reading: Reading, index: number): boolean =>
  reading.has(index, "phone") ||
  reading.has(index, "account") ||
  (reading.isListed(index, Lexicon.CALENDAR) && !reading.isListed(index, Lexicon.PLACE));

/** "Co. Cork", "H.No. 47": a dot after an abbreviation, not one that ends a sentence. */
const isInnerDot = (reading: Reading, index: number): boolean =>
  reading.token(index - 1).kind === "WORD" &&
  reading.word(index - 1).length <= 4 &&
  reading.isCapital(index - 1);

/** What a chunk says of itself. */
interface Kind {
  readonly numbered: boolean;
  readonly street: boolean;
  readonly house: boolean;
  /** A venue, a brand, a person: whose address it is, and no part of it. */
  readonly foreign: boolean;
  readonly venue: boolean;
}

function kindOf(reading: Reading, { first, last }: Chunk): Kind {
  let numbered = false;
  let street = false;
  let foreign = false;
  let venue = false;
  for (let at = first; at <= last; at++) {
    numbered ||= /\d/.test(reading.word(at));
    street ||= at > first && reading.has(at, "streetAfter");
    venue ||= isVenue(reading, at);
    foreign ||= isForeign(reading, at) || (at === first && isPerson(reading, at));
  }
  return { numbered, street, house: first < last && isHouseKind(reading.word(last)), foreign, venue };
}

/** "Sarah", "K. Osei" */
const isPerson = (reading: Reading, at: number): boolean =>
  reading.isGivenNameOnly(at) || (/^[a-z]$/.test(reading.word(at)) && reading.word(at + 1) === ".");

const isForeign = (reading: Reading, at: number): boolean =>
  isVenue(reading, at) || reading.has(at, "organisation") || reading.isListed(at, Lexicon.BRAND);

/** What is known of an address while its chunks are gone through, from the postcode back. */
interface Progress {
  readonly full: boolean;
  first: number | undefined;
  numbered: boolean;
  /** Whether some chunk says more than that it has a number. */
  rooted: boolean;
}

/** The first token of an address, whose chunks are given from its end; undefined if nothing before the postcode is part of it. */
function firstOf(
  reading: Reading,
  chunks: readonly Chunk[],
  { full, rooted }: Pick<Progress, "full" | "rooted">,
): number | undefined {
  const progress: Progress = { full, first: undefined, numbered: false, rooted };
  for (const [place, chunk] of chunks.entries()) {
    if (!goesOn(reading, chunk, place, progress)) break;
  }
  return progress.rooted && (progress.numbered || full) ? progress.first : undefined;
}

/** Takes a chunk into an address, if it is part of it. */
function goesOn(reading: Reading, chunk: Chunk, place: number, progress: Progress): boolean {
  const kind = kindOf(reading, chunk);
  const part = isPart(kind);
  if (!part && !isPlainPart(reading, chunk, kind, place, progress)) return false;
  if (isBeforeAddress(kind, progress)) return false;
  if (part || place > 0) progress.first = chunk.first;
  progress.numbered ||= kind.numbered;
  progress.rooted ||= isRoot(reading, chunk, kind);
  return true;
}

/** Whether a chunk is a street, a house, a known town, a unit: more than some word with a number. */
const isRoot = (reading: Reading, { first, last }: Chunk, { street, house }: Kind): boolean =>
  street || house || reading.isListed(last, Lexicon.PLACE) || isUnit(reading, first);

const isPart = ({ numbered, street, house }: Kind): boolean => numbered || street || house;

/** Whether a chunk is somebody or some venue, whose address it is; without a full postcode an address begins with its number. */
const isBeforeAddress = (kind: Kind, { numbered, full, first }: Progress): boolean =>
  !kind.numbered && ((numbered && !full) || (kind.venue && first !== undefined));

/** A chunk of capital words alone: a town or a quarter before the number is met, and after it the name of the house. */
function isPlainPart(
  reading: Reading,
  chunk: Chunk,
  kind: Kind,
  place: number,
  { numbered, full }: Progress,
): boolean {
  if (place === 0) return true;
  if (kind.foreign) return false;
  return !numbered || (full && chunk.last > chunk.first && !isPersonLike(reading, chunk));
}

function isPersonLike(reading: Reading, { first, last }: Chunk): boolean {
  for (let at = first; at <= last; at++) {
    if (reading.isListed(at, Lexicon.GIVEN) || reading.isListed(at, Lexicon.SURNAME)) return true;
  }
  return false;
}
