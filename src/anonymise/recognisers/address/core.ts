import type { Reading } from "../../reading/reading";

/** The part of an address that makes it one: indices of its first and last token, and how sure it is. */
export interface Core {
  readonly first: number;
  readonly last: number;
  readonly score: number;
}

/** A way that streets are written: the core that starts at a token, if one does. */
export type Form = (reading: Reading, index: number) => Core | undefined;

/** "14", "3B", "208A": up to five digits and a letter. */
export function isHouseNumber(reading: Reading, index: number): boolean {
  return /^\d{1,5}[a-h]?$/.test(reading.word(index));
}

/** The first token from one on whose text is none of those that a pattern matches. */
export function skip(reading: Reading, from: number, pattern: RegExp, most = 4): number {
  let index = from;
  while (index < from + most && pattern.test(reading.word(index))) index++;
  return index;
}
