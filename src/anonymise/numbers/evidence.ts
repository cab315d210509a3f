import type { Say } from "../evidence";
import type { Cue, Hint } from "../languages/language";
import { CUE_BIT } from "../reading/cues";
import type { Reading } from "../reading/reading";
import type { Candidate } from "./candidates/candidate";
import { hintsIn, hintsNear, type HintNearness } from "./hints";
import { NAMING, type NumberType } from "./number-types";
import { writtenForm } from "./shapes/shape";

/** What is known of a candidate whatever type it may be: told once, asked for each type. */
export interface Surroundings {
  readonly reading: Reading;
  readonly candidate: Candidate;
  /** The cues that name numbers anywhere in the message. */
  readonly said: readonly Cue[];
  /** How near the words for each cue are before and after it, 1 far to 5 beside. */
  readonly before: ReadonlyMap<Cue, number>;
  readonly after: ReadonlyMap<Cue, number>;
  readonly hints: ReadonlyMap<Hint, HintNearness>;
  /** Worth by form alone, of the types that it can be. */
  readonly worths: ReadonlyMap<Cue, number>;
  /** "AA-99-9999" */
  readonly form: string;
  readonly groups: number;
  /** "6/8": digits, of letters and digits. */
  readonly size: string;
  /** @see lookOf */
  readonly look: string;
}

/** The cues of a message that name numbers, and how near each place they stand: many candidates share their first token. */
export class NamingCues {
  readonly said: readonly Cue[];
  readonly hints: ReturnType<typeof hintsIn>;
  readonly #before = new Map<number, ReadonlyMap<Cue, number>>();
  readonly #after = new Map<number, ReadonlyMap<Cue, number>>();

  constructor(readonly reading: Reading) {
    this.said = NAMING.filter((cue) => reading.says(cue));
    this.hints = hintsIn(reading);
  }

  before(index: number): ReadonlyMap<Cue, number> {
    return kept(this.#before, index, () =>
      nearness(this.said, (bits) => this.reading.cueBefore(index, bits)),
    );
  }

  after(index: number): ReadonlyMap<Cue, number> {
    return kept(this.#after, index, () => nearness(this.said, (bits) => this.reading.cueAfter(index, bits)));
  }
}

function kept<Value>(known: Map<number, Value>, index: number, find: () => Value): Value {
  const present = known.get(index);
  if (present !== undefined) return present;
  const found = find();
  known.set(index, found);
  return found;
}

export function surroundingsOf(
  cues: NamingCues,
  candidate: Candidate,
  worths: ReadonlyMap<Cue, number>,
): Surroundings {
  const { grouped, digits, compact } = candidate;
  return {
    reading: cues.reading,
    candidate,
    said: cues.said,
    before: cues.before(candidate.first),
    after: cues.after(candidate.last + 1),
    hints: hintsNear(cues.hints, candidate.first, candidate.last),
    worths,
    form: grouped.slice(0, LONGEST_FORM).replace(/[A-Z]/g, "A").replace(/\d/g, "9"),
    groups: grouped.split("-").length,
    size: `${String(digits)}/${String(compact.length)}`,
    look: lookOf(candidate, cues.reading),
  };
}

function nearness(said: readonly Cue[], near: (bits: number) => number): Map<Cue, number> {
  const found = new Map<Cue, number>();
  for (const cue of said) {
    const distance = near(CUE_BIT[cue]);
    if (distance > 0) found.set(cue, gradeOf(distance));
  }
  return found;
}

/** Beside, a word between, two, three or four, more. */
const GRADES = [0.99, 0.84, 0.7, 0.45];
const gradeOf = (near: number): number => 1 + GRADES.filter((least) => near >= least).length;

/** "<3": words made once, and not for each candidate. */
const BEFORE = [0, 1, 2, 3, 4, 5].map((near) => `<${String(near)}`);
const OWN = BEFORE.map((before) => [0, 1, 2, 3, 4, 5].map((behind) => `${before}>${String(behind)}`));

const LONGEST_FORM = 24;
const MOST_GROUPS = 6;
const MOST_NUMBERS = 6;

/**
 * Says what speaks for or against a candidate being of a type; the weights are in `weights.json`.
 *
 * `<` stands before, `>` behind; "otp+" is said of a code near which a word for codes stands, "otp-" of another.
 */
export function sayEvidence(surroundings: Surroundings, { cue, told }: NumberType, say: Say): void {
  const { reading, worths, said, hints, form } = surroundings;
  const named = sayNearness(surroundings, cue, say);
  say("worth", String(Math.round((worths.get(cue) ?? 0) * 10)), cue);
  say("rival", rivalOf(worths, cue), cue);
  for (const other of said) say("says", other, named);
  for (const [hint, near] of hints) sayHint(hint, near, named, say);
  say("form", form, cue);
  say("form", form, named);
  say("numbers", String(Math.min(MOST_NUMBERS, reading.numbers)), named);
  sayForm(surroundings, cue, named, say);
  sayPlace(surroundings, cue, named, say);
  if (told) sayAround(surroundings, cue, say);
}

/** "hint" far, "hint2" nearer, "hint3" beside: each nearness is said with those below it, so that they share what they teach. */
function sayHint(hint: Hint, near: HintNearness, named: string, say: Say): void {
  say("hint", hint, named);
  if (near >= 2) say("hint2", hint, named);
  if (near === 3) say("hint3", hint, named);
}

/** Says how near its own and other cues stand; returns the sort of what has its own near it, or has not. */
function sayNearness({ before, after }: Surroundings, cue: Cue, say: Say): string {
  const own = before.get(cue) ?? 0;
  const behind = after.get(cue) ?? 0;
  say("own", OWN[own]?.[behind] ?? "", cue);
  for (const [other, near] of before) if (other !== cue) sayOther(BEFORE[near] ?? "", other, cue, say);
  return own > 0 || behind > 0 ? `${cue}+` : `${cue}-`;
}

/** What speaks for another type speaks against this one, and somewhat against each: few messages teach it of the rare types. */
function sayOther(near: string, other: Cue, cue: Cue, say: Say): void {
  say(near, other, cue);
  say(near, other);
}

/** The type that the form speaks for most, besides this one. */
function rivalOf(worths: ReadonlyMap<Cue, number>, cue: Cue): string {
  let rival = "none";
  let most = 0;
  for (const [other, worth] of worths) {
    if (other === cue || worth <= most) continue;
    rival = other;
    most = worth;
  }
  return `${rival} ${String(Math.round(most * 5))}`;
}

function sayForm(surroundings: Surroundings, cue: Cue, named: string, say: Say): void {
  const { reading, candidate, groups, size, look } = surroundings;
  const { start, whole } = candidate;
  say("digits", size, cue);
  say("groups", String(Math.min(MOST_GROUPS, groups)), cue);
  say("cut", whole ? "no" : "yes", cue);
  say("cut", whole ? "no" : "yes");
  if (reading.text.charAt(start) === "#") say("sign", "#", cue);
  say("look", look, cue);
  say("look", look, named);
}

/** Years, round numbers and times of day are seldom codes; what starts with nought is seldom anything else. */
function lookOf(candidate: Candidate, reading: Reading): string {
  const { compact, digits, start, end } = candidate;
  if (digits < compact.length) return "letters";
  if (end - start !== digits) return joinerOf(writtenForm(candidate, reading));
  if (compact.startsWith("0")) return "nought";
  if (/^(?:19|20)\d\d$/.test(compact)) return "year";
  if (compact.endsWith("00")) return "hundreds";
  if (/^(?:1\d|2[0-3])[0-5][05]$/.test(compact)) return "time";
  return compact.endsWith("0") ? "tens" : "digits";
}

/** What stands between the groups, or before the only one ("#4471"), if it is the same everywhere: "6-4 3-6" are scores. */
function joinerOf(written: string): string {
  const joiners = new Set(written.match(/\D+/g));
  const [joiner = ""] = joiners;
  return joiners.size === 1 ? joiner : "mixed";
}

function sayPlace({ reading, candidate }: Surroundings, cue: Cue, named: string, say: Say): void {
  const { first, last } = candidate;
  const left = wordAt(reading, first - 1);
  say("<", left, cue);
  say("<", left, named);
  say("<<", wordAt(reading, first - 2), cue);
  say(">", wordAt(reading, last + 1), cue);
  say(">>", wordAt(reading, last + 2), cue);
  if (first === 0) say("place", "start", cue);
  if (last === reading.tokens.length - 1) say("place", "end", cue);
  if (reading.endsSentence(first - 1)) say("place", "start of a sentence", cue);
  if (reading.sells) say("message", "sells", cue);
  if (reading.saysWithout("promo", "otp")) say("message", "promotes", cue);
}

/** How many words either way speak of what is told in a sentence. */
const AROUND = 6;

function sayAround({ reading, candidate }: Surroundings, cue: Cue, say: Say): void {
  for (let away = 1; away <= AROUND; away++) {
    say("around", wordAt(reading, candidate.first - away), cue);
    say("around", wordAt(reading, candidate.last + away), cue);
  }
}

/** A word or a mark; of numbers and codes only that they are. */
function wordAt(reading: Reading, index: number): string {
  const { kind, word } = reading.token(index);
  return kind === "NUMBER" || kind === "MIXED" ? kind : word;
}
