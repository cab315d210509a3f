import type { Candidate } from "../candidates/candidate";
import { codeCandidates } from "../candidates/code-candidates";
import { digitCandidates } from "../candidates/digit-candidates";
import type { Cue } from "../languages/language";
import { CUE_BIT } from "../reading/cues";
import type { Reading } from "../reading/reading";
import type { Claim, PersonalType } from "../span";
import { accountShape } from "./account";
import { cardShape } from "./card";
import { nationalIdShape } from "./national-id";
import { otpShape } from "./otp";
import { phoneShape } from "./phone";
import { plateShape } from "./plate";
import type { Shape } from "./shape";

interface NumberType {
  readonly type: PersonalType;
  /** The cue that names it. */
  readonly cue: Cue;
  readonly shape: Shape;
  /** Whether codes of letters and digits are looked at too, besides groups of digits. */
  readonly codes: boolean;
  /** The worth of its cue right beside it. */
  readonly lift: number;
  /** What its cue after the number is worth, against the same before it ("123456 is your code"). */
  readonly after: number;
}

/** The rules for numbers, one row a type: its form and the nearest word that names it say together what a number is. */
const NUMBER_TYPES: readonly NumberType[] = [
  { type: "CARD", cue: "card", shape: cardShape, codes: false, lift: 0.3, after: 0.6 },
  { type: "PHONE", cue: "phone", shape: phoneShape, codes: false, lift: 0.45, after: 0.7 },
  { type: "NATIONAL_ID", cue: "nationalId", shape: nationalIdShape, codes: true, lift: 0.6, after: 0.7 },
  { type: "PLATE", cue: "plate", shape: plateShape, codes: true, lift: 0.4, after: 0.8 },
  { type: "OTP", cue: "otp", shape: otpShape, codes: true, lift: 0.6, after: 0.9 },
  { type: "ACCOUNT", cue: "account", shape: accountShape, codes: true, lift: 0.6, after: 0.6 },
];

/** A word that speaks against a type, how much, and what it is worth after the number. */
interface Rival {
  readonly cue: Cue;
  readonly weight: number;
  readonly after: number;
}

/** Words for the other types, and words that name a number as something that is not personal. */
const RIVALS: readonly Rival[] = [
  ...NUMBER_TYPES.map(({ cue, after }) => ({ cue, after, weight: cue === "plate" ? 0.6 : 1 })),
  { cue: "tracking", weight: 1, after: 0.35 },
  { cue: "product", weight: 0.9, after: 0.35 },
  { cue: "shortCode", weight: 0.9, after: 0.35 },
  { cue: "promo", weight: 0.6, after: 0.35 },
  { cue: "amount", weight: 0.5, after: 0.35 },
];
const TYPE_CUES: ReadonlySet<Cue> = new Set(NUMBER_TYPES.map(({ cue }) => cue));

/** The least score that is a claim. */
const LEAST = 0.6;
/** What a nearer word for something else takes away, and how little of it if the form is sure already. */
const RIVALRY = 0.6;
const SURENESS = 0.7;
/** Below this the form rules a type out: a word for it is about something else. */
const POSSIBLE = 0.2;
/** What a word is worth anywhere in the message: "OTP for the payment of … at … is 661203". */
const SOMEWHERE = { otp: 0.5, nationalId: 0.25 } as const;

/** Cards, telephone numbers, national identifiers, plates, one-time codes and accounts. */
export function recogniseNumbers(reading: Reading): Claim[] {
  if (!/\d/.test(reading.text)) return [];
  return [
    ...digitCandidates(reading).flatMap((candidate) => claimsOf(reading, candidate, NUMBER_TYPES)),
    ...codeCandidates(reading).flatMap((candidate) => claimsOf(reading, candidate, CODE_TYPES)),
  ];
}

const CODE_TYPES = NUMBER_TYPES.filter(({ codes }) => codes);

function claimsOf(reading: Reading, candidate: Candidate, types: readonly NumberType[]): Claim[] {
  const shapes = new Map<Cue, number>();
  for (const { cue, shape } of types) {
    const worth = shape(candidate, reading);
    if (worth !== undefined) shapes.set(cue, worth);
  }
  if (shapes.size === 0) return [];
  const near = nearnessOf(reading, candidate);
  const { start, end } = candidate;
  return types.flatMap((rule) => {
    const shape = shapes.get(rule.cue);
    if (shape === undefined) return [];
    const score = scoreOf(rule, shape, near, rivalOf(rule.cue, candidate, shapes, near));
    return score >= LEAST ? [{ start, end, type: rule.type, score }] : [];
  });
}

/** How near the words for each type are to a candidate, 0 to 1. */
type Nearness = ReadonlyMap<Cue, number>;

function nearnessOf(reading: Reading, { first, last }: Candidate): Nearness {
  const near = new Map<Cue, number>();
  for (const { cue, after } of RIVALS) {
    if (!reading.says(cue)) continue;
    const bits = CUE_BIT[cue];
    near.set(cue, Math.max(reading.cueBefore(first, bits), reading.cueAfter(last + 1, bits) * after));
  }
  for (const cue of ["otp", "nationalId"] as const) {
    const nearest = near.get(cue);
    if (nearest !== undefined) near.set(cue, Math.max(nearest, SOMEWHERE[cue]));
  }
  return near;
}

/** The strongest word near that speaks for something else. */
function rivalOf(own: Cue, { digits }: Candidate, shapes: ReadonlyMap<Cue, number>, near: Nearness): number {
  let strongest = 0;
  for (const { cue, weight } of RIVALS) {
    if (cue !== own && !isRuledOut(cue, shapes, digits))
      strongest = Math.max(strongest, weight * (near.get(cue) ?? 0));
  }
  return strongest;
}

/** A parcel's number has more digits than a code to collect it by. */
const FEWEST_TRACKING_DIGITS = 8;

/** Whether the form says that a word near is about something else. */
function isRuledOut(cue: Cue, shapes: ReadonlyMap<Cue, number>, digits: number): boolean {
  if (cue === "tracking") return digits < FEWEST_TRACKING_DIGITS;
  return TYPE_CUES.has(cue) && (shapes.get(cue) ?? 0) < POSSIBLE;
}

function scoreOf({ cue, lift }: NumberType, shape: number, near: Nearness, rival: number): number {
  const own = near.get(cue) ?? 0;
  return shape + lift * own - RIVALRY * Math.max(0, rival - own) * Math.max(0, 1 - SURENESS * shape);
}
