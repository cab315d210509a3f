import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** What the message as a whole says about names in it. */
export interface Manner {
  /** Its letters are mostly capitals: then a capital says nothing. */
  readonly shouts: boolean;
  /** It offers or prices something: then names are those of brands. */
  readonly sells: boolean;
  /** Something else in it is personal. */
  readonly personal: boolean;
}

const PRICE = /[£$€₹%]|\brs\b|\beur\b|\beuros?\b/;

export function mannerOf(reading: Reading, claimed: readonly Claim[]): Manner {
  return {
    shouts: isShouted(reading),
    sells: PRICE.test(reading.folded) || reading.says("promo"),
    personal: claimed.some(({ type }) => type !== "HARMLESS"),
  };
}

const FEWEST_WORDS = 3;
const SHARE_OF_CAPITALS = 0.6;

function isShouted({ tokens }: Reading): boolean {
  const words = tokens.filter(({ kind, word }) => kind === "WORD" && word.length >= 2);
  const upper = words.filter(({ letterCase }) => letterCase === "UPPER");
  return words.length >= FEWEST_WORDS && upper.length > words.length * SHARE_OF_CAPITALS;
}
