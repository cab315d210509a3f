import type { Candidate } from "../candidates/candidate";
import type { Reading } from "../reading/reading";

/** How likely a number is of a type by its form and check digits alone, 0 to 1; undefined if it cannot be. */
export type Shape = (candidate: Candidate, reading: Reading) => number | undefined;

/** Forms with the worth of each. */
export type Forms = readonly (readonly [RegExp, number])[];

/** The worth of the best form that a number has; undefined if it has none. */
export function bestForm(forms: Forms, number: string): number | undefined {
  let best: number | undefined;
  for (const [form, worth] of forms) {
    if ((best === undefined || worth > best) && form.test(number)) best = worth;
  }
  return best;
}

/** A candidate as it is written in the message. */
export function writtenForm({ start, end }: Candidate, { text }: Reading): string {
  return text.slice(start, end);
}

export const isUpperCase = (text: string): boolean => text === text.toUpperCase();
