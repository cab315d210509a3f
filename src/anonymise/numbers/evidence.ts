import type { Say } from "../evidence";
import type { Cue } from "../languages/language";
import { CUE_BIT } from "../reading/cues";
import type { Reading } from "../reading/reading";
import type { Candidate } from "./candidates/candidate";
import { NAMING } from "./number-types";

/** What is known of a candidate whatever type it may be: told once, asked for each type. */
export interface Surroundings {
  readonly reading: Reading;
  readonly candidate: Candidate;
  /** The cues that name numbers anywhere in the message. */
  readonly said: readonly Cue[];
  /** How near the words for each cue are before and after it, 1 far to 5 beside. */
  readonly before: ReadonlyMap<Cue, number>;
  readonly after: ReadonlyMap<Cue, number>;
  /** Worth by form alone, of the types that it can be. */
  readonly worths: ReadonlyMap<Cue, number>;
  /** "AA-99-9999" */
  readonly form: string;
  readonly groups: number;
}

export function surroundingsOf(
  reading: Reading,
  candidate: Candidate,
  worths: ReadonlyMap<Cue, number>,
): Surroundings {
  const said = NAMING.filter((cue) => reading.says(cue));
  const { grouped } = candidate;
  return {
    reading,
    candidate,
    said,
    before: nearness(said, (bits) => reading.cueBefore(candidate.first, bits)),
    after: nearness(said, (bits) => reading.cueAfter(candidate.last + 1, bits)),
    worths,
    form: grouped.slice(0, LONGEST_FORM).replace(/[A-Z]/g, "A").replace(/\d/g, "9"),
    groups: grouped.split("-").length,
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

const LONGEST_FORM = 24;
const MOST_GROUPS = 6;
const MOST_NUMBERS = 6;

/**
 * Says what speaks for or against a candidate being of a type, by its cue; the weights are in `weights.json`.
 *
 * `<` stands before, `>` behind; "otp+" is said of a code near which a word for codes stands, "otp-" of another.
 */
export function sayEvidence(surroundings: Surroundings, cue: Cue, say: Say): void {
  const { reading, before, after, worths, said, form } = surroundings;
  const own = before.get(cue) ?? 0;
  const behind = after.get(cue) ?? 0;
  const named = `${cue}${own > 0 || behind > 0 ? "+" : "-"}`;
  say("worth", String(Math.round((worths.get(cue) ?? 0) * 10)), cue);
  say("own", `<${String(own)}>${String(behind)}`, cue);
  say("rival", rivalOf(worths, cue), cue);
  for (const [other, near] of before) {
    if (other === cue) continue;
    say(`<${String(near)}`, other, cue);
    say(`<${String(near)}`, other);
  }
  for (const other of said) say("says", other, named);
  say("form", form, cue);
  say("form", form, named);
  say("numbers", String(Math.min(MOST_NUMBERS, reading.numbers)), named);
  sayForm(surroundings, cue, say);
  sayPlace(surroundings, cue, named, say);
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

function sayForm({ reading, candidate, groups }: Surroundings, cue: Cue, say: Say): void {
  const { compact, digits, start, whole } = candidate;
  say("digits", `${String(digits)}/${String(compact.length)}`, cue);
  say("groups", String(Math.min(MOST_GROUPS, groups)), cue);
  say("cut", whole ? "no" : "yes", cue);
  say("cut", whole ? "no" : "yes");
  if (reading.text.charAt(start) === "#") say("sign", "#", cue);
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

/** A word or a mark; of numbers and codes only that they are. */
function wordAt(reading: Reading, index: number): string {
  const { kind, word } = reading.token(index);
  return kind === "NUMBER" || kind === "MIXED" ? kind : word;
}
