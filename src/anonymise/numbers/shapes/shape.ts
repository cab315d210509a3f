import type { Candidate } from "../candidates/candidate";
import type { Reading } from "../../reading/reading";

/** How likely a number is of a type by its form and check digits alone, from 0 up (above 1 where they leave no doubt); undefined if it cannot be. */
export type Shape = (candidate: Candidate, reading: Reading) => number | undefined;

/** Forms that a number may have, with the worth of each. */
export interface Forms {
  /** One of them: most numbers have none, and one look tells. */
  readonly any: RegExp;
  readonly bestFirst: readonly (readonly [RegExp, number])[];
}

export function formsOf(forms: readonly (readonly [RegExp, number])[]): Forms {
  return {
    any: anyOf(forms.map(([form]) => form)),
    bestFirst: [...forms].sort(([, a], [, b]) => b - a),
  };
}

/** Matches what one of the forms does. */
export const anyOf = (forms: readonly RegExp[]): RegExp =>
  new RegExp(forms.map(({ source }) => source).join("|"));

/** The worth of the best form that a number has; undefined if it has none. */
export function bestForm({ any, bestFirst }: Forms, number: string): number | undefined {
  return any.test(number) ? bestFirst.find(([form]) => form.test(number))?.[1] : undefined;
}

/** A candidate as it is written in the message. */
export function writtenForm({ start, end }: Candidate, { text }: Reading): string {
  return text.slice(start, end);
}

export const isUpperCase = (text: string): boolean => text === text.toUpperCase();
