import type { Reading } from "../reading/reading";
import type { LetterCase } from "../reading/tokens";
import type { Manner } from "./manner";
import { nameGroup, wordClass, type NameGroup, type WordClass } from "./word-class";

/** A word as the kinds of evidence look at it. */
export interface Word {
  readonly reading: Reading;
  readonly index: number;
  readonly kind: WordClass;
  readonly group: NameGroup;
  /** How it is written: `T` title, `U` upper, `l` lower, `O` other, `S` where all is shouted. */
  readonly letters: string;
  /** `group` and `letters` together: "GT". */
  readonly look: string;
  /** `kind` and `letters` together: "givenRare.l". */
  readonly shape: string;
}

export function wordOf(reading: Reading, index: number, manner: Manner): Word {
  const kind = wordClass(reading, index);
  const group = nameGroup(kind);
  const letters = manner.shouts ? "S" : CASES[reading.token(index).letterCase];
  return { reading, index, kind, group, letters, look: group + letters, shape: `${kind}.${letters}` };
}

const CASES: Readonly<Record<LetterCase, string>> = {
  NONE: "-",
  LOWER: "l",
  TITLE: "T",
  UPPER: "U",
  OTHER: "O",
};
