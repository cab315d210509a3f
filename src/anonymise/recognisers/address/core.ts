import type { Reading } from "../../reading/reading";

/** The part of an address that makes it one: indices of its first and last token, and how sure it is. */
export interface Core {
  readonly first: number;
  readonly last: number;
  readonly score: number;
}

/** A way that streets are written: the core that starts at a token, if one does. */
export type Form = (reading: Reading, index: number) => Core | undefined;

/** The first token from one on whose text is none of those that a pattern matches. */
export function skip(reading: Reading, from: number, pattern: RegExp, most = 4): number {
  let index = from;
  while (index < from + most && pattern.test(reading.word(index))) index++;
  return index;
}

/** Whether nothing that a number counts follows a token: the end, a mark, a short word of any language ("at", "y"), a number. */
export function isFreeStanding(reading: Reading, last: number): boolean {
  const { kind, word } = reading.token(last + 1);
  return kind !== "WORD" || (word.length <= LONGEST_SHORT_WORD && reading.isOrdinary(last + 1));
}

const LONGEST_SHORT_WORD = 3;
