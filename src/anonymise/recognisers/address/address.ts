import type { Reading } from "../../reading/reading";
import type { Claim } from "../../span";
import { blockStreet } from "./blocks";
import type { Form } from "./core";
import { headOf } from "./head";
import { kindNameNumber, numberKindName } from "./named-streets";
import { numberNameKind } from "./numbered-streets";
import { nameNumberPostcode } from "./names-with-postcode";
import { codeLocality, sectorUnit, unitPlaces } from "./places-by-unit";
import { gluedBoxes, postBox } from "./post-boxes";
import { postcodedAddress } from "./postcoded";
import { nameKindNumber, oneWordStreet, prepositionName } from "./streets-in-one-word";
import { tailOf } from "./tail";

/** A way that addresses are written, and how many tokens on its first digit stands at most. */
interface FormWithin {
  readonly form: Form;
  readonly reach: number;
}

/** The ways that a street and its number are written that start with a word, surest first. */
const FROM_WORD: readonly FormWithin[] = [
  { form: postBox, reach: 9 },
  { form: blockStreet, reach: 2 },
  { form: kindNameNumber, reach: Infinity },
  { form: nameKindNumber, reach: 4 },
  { form: prepositionName, reach: 7 },
  { form: oneWordStreet, reach: 1 },
  { form: nameNumberPostcode, reach: 6 },
  { form: sectorUnit, reach: 1 },
  { form: codeLocality, reach: 2 },
  { form: unitPlaces, reach: 6 },
];

/** Those that start with the number. */
const FROM_NUMBER: readonly FormWithin[] = [
  { form: numberKindName, reach: 0 },
  { form: numberNameKind, reach: 0 },
];

/** What unit, town or postcode beside the street add. */
const MORE_THAN_A_STREET = 0.2;

/** Postal addresses: a street with its house number in each country's order, post boxes, British postcodes alone. */
export function recogniseAddresses(reading: Reading): Claim[] {
  if (!/\d/.test(reading.text)) return [];
  const claims: Claim[] = [];
  const postcoded: Claim[] = [];
  const distances = distancesToDigit(reading);
  reading.tokens.forEach(({ kind }, index) => {
    if (kind === "SYMBOL") return;
    const claim = addressAt(reading, index, distances[index] ?? 0);
    if (claim) claims.push(claim);
    const code = kind === "WORD" ? undefined : postcodedAddress(reading, index);
    if (code) postcoded.push(code);
  });
  return [...joined(postcoded, claims), ...gluedBoxes(reading)];
}

/** How many tokens from each the next one with a digit stands: most words have none near, and begin no address. */
function distancesToDigit({ tokens }: Reading): Uint32Array {
  const distances = new Uint32Array(tokens.length);
  let distance = tokens.length;
  for (let index = tokens.length - 1; index >= 0; index--) {
    const kind = tokens[index]?.kind;
    distance = kind === "NUMBER" || kind === "MIXED" ? 0 : distance + 1;
    distances[index] = distance;
  }
  return distances;
}

function addressAt(reading: Reading, index: number, distance: number): Claim | undefined {
  const forms = distance === 0 ? FROM_NUMBER : FROM_WORD;
  for (const { form, reach } of forms) {
    const core = distance > reach ? undefined : form(reading, index);
    if (!core) continue;
    const first = headOf(reading, core.first);
    const last = tailOf(reading, core.last);
    const more = last > core.last || first < core.first ? MORE_THAN_A_STREET : 0;
    const { start } = reading.token(first);
    return { start, end: reading.token(last).end, type: "ADDRESS", score: core.score + more };
  }
  return undefined;
}

/** Streets and the addresses by postcode that they are part of, as one: the one may start, the other end further out. */
function joined(postcoded: readonly Claim[], streets: readonly Claim[]): Claim[] {
  let next = 0;
  const joint = postcoded.map((whole) => {
    while (next < streets.length && (streets[next]?.end ?? 0) <= whole.start) next++;
    return joinedFrom(streets, next, whole);
  });
  return [...streets, ...joint];
}

const SURER_TOGETHER = 0.1;

function joinedFrom(streets: readonly Claim[], next: number, whole: Claim): Claim {
  let { start, end, score } = whole;
  for (const street of streets.slice(next, next + MOST_STREETS)) {
    if (street.start >= end || street.end <= start) continue;
    start = Math.min(start, street.start);
    end = Math.max(end, street.end);
    score = Math.max(score, street.score);
  }
  return { start, end, type: "ADDRESS", score: score + SURER_TOGETHER };
}

/** More than stand before one postcode. */
const MOST_STREETS = 12;
