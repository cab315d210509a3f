import { Scales, type Say } from "../evidence";
import type { Cue } from "../languages/language";
import type { Reading } from "../reading/reading";
import { resolve } from "../resolve";
import type { Claim } from "../span";
import type { Candidate } from "./candidates/candidate";
import { codeCandidates } from "./candidates/code-candidates";
import { digitCandidates } from "./candidates/digit-candidates";
import { NamingCues, sayEvidence, surroundingsOf, type Surroundings } from "./evidence";
import { NUMBER_TYPES, type NumberType } from "./number-types";
import learned from "./weights.json";

const SCALES = new Scales(learned);

/** The score of a claim at its type's least odds, and what each further unit of the logarithm adds. */
const LEAST_SCORE = 0.6;
const STEP = 0.1;
/** Beyond this all are as sure: of a number and a part of it, the whole stays. */
const MOST_BEYOND = 5;
/** The score from which no part is looked at. */
const SETTLED = 0.7;

/** One number or code as one type that its form allows. */
export interface Possibility {
  readonly type: NumberType;
  readonly surroundings: Surroundings;
}

/** A claim of another kind so sure that no number inside it is asked what it is: an e-mail address, a link, a birth date. */
const SURE = 1.1;

/** Cards, telephone numbers, national identifiers, plates, one-time codes and accounts, in what others do not surely claim. */
export function recogniseNumbers(reading: Reading, claimed: readonly Claim[]): Claim[] {
  const candidates = candidatesIn(reading, claimed);
  if (candidates.length === 0) return [];
  const cues = new NamingCues(reading);
  const wholes = candidates.filter(({ candidate }) => candidate.whole).flatMap((one) => claimsOf(cues, one));
  const parts = candidates.filter(({ candidate }) => !candidate.whole);
  if (parts.length === 0) return wholes;
  // Of a number that is surely one, hardly any part is another; but one that gives way to a price beside it may leave some.
  const stays = new Set(resolve([...claimed, ...wholes]));
  const settled = reachOf(wholes.filter((claim) => claim.score >= SETTLED && stays.has(claim)));
  const open = parts.filter(({ candidate }) => isFree(settled, candidate));
  return [...wholes, ...open.flatMap((one) => claimsOf(cues, one))];
}

function claimsOf(cues: NamingCues, candidate: TypedCandidate): Claim[] {
  return possibilitiesOf(cues, candidate).flatMap((possibility) => {
    const { type, least } = possibility.type;
    const beyond = oddsOf(possibility) - least;
    const { start, end } = candidate.candidate;
    return beyond >= 0
      ? [{ start, end, type, score: LEAST_SCORE + STEP * Math.min(MOST_BEYOND, beyond) }]
      : [];
  });
}

const oddsOf = (possibility: Possibility): number =>
  SCALES.weigh((say) => {
    sayOf(possibility, say);
  });

/** Says what speaks for or against it. */
export function sayOf({ surroundings, type }: Possibility, say: Say): void {
  sayEvidence(surroundings, type, say);
}

/** Every number and code of a message that is not surely claimed, as each type that its form allows. */
export function possibilities(reading: Reading, claimed: readonly Claim[]): Possibility[] {
  const cues = new NamingCues(reading);
  return candidatesIn(reading, claimed).flatMap((candidate) => possibilitiesOf(cues, candidate));
}

/** A number or code, and what it may be by the way it was found. */
interface TypedCandidate {
  readonly candidate: Candidate;
  readonly types: readonly NumberType[];
}

function candidatesIn(reading: Reading, claimed: readonly Claim[]): TypedCandidate[] {
  if (!/\d/.test(reading.text)) return [];
  const reached = reachOf(claimed.filter(({ score }) => score >= SURE));
  return [
    ...digitCandidates(reading).map((candidate) => ({ candidate, types: NUMBER_TYPES })),
    ...codeCandidates(reading).map((candidate) => ({ candidate, types: CODE_TYPES })),
  ].filter(({ candidate }) => isFree(reached, candidate));
}

/** For each place, how far the claims reach that start there or before it; the last entry holds for all that follow. */
function reachOf(claims: readonly Claim[]): Uint32Array {
  const last = claims.reduce((most, { start }) => Math.max(most, start), 0);
  const reached = new Uint32Array(last + 1);
  for (const { start, end } of claims) reached[start] = Math.max(reached[start] ?? 0, end);
  for (let place = 1; place <= last; place++) {
    reached[place] = Math.max(reached[place] ?? 0, reached[place - 1] ?? 0);
  }
  return reached;
}

/** Whether no claim that starts before it, or where it does, reaches to its end. */
function isFree(reached: Uint32Array, { start, end }: Candidate): boolean {
  return (reached[Math.min(start, reached.length - 1)] ?? 0) < end;
}

const CODE_TYPES = NUMBER_TYPES.filter(({ codes }) => codes);

function possibilitiesOf(cues: NamingCues, { candidate, types }: TypedCandidate): Possibility[] {
  const worths = new Map<Cue, number>();
  for (const { cue, shape } of types) {
    const worth = shape(candidate, cues.reading);
    if (worth !== undefined) worths.set(cue, worth);
  }
  if (worths.size === 0) return [];
  const surroundings = surroundingsOf(cues, candidate, worths);
  return types.filter(({ cue }) => worths.has(cue)).map((type) => ({ type, surroundings }));
}
