import type { Cue } from "../languages/language";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** What the message as a whole says about names in it. */
export interface Manner {
  /** Its letters are mostly capitals: then a capital says nothing. */
  readonly shouts: boolean;
  /** It tells of money that went from one to another: then its price is no shop's. */
  readonly pays: boolean;
  /** It offers or prices something, and is not about a payment between persons. */
  readonly sells: boolean;
  /** Something else in it is personal. */
  readonly personal: boolean;
  /** How many of its words have a capital: none in chat, one at the start, most in lists of names. */
  readonly capitals: "none" | "one" | "some" | "many";
  /** What it speaks of: codes, accounts, offers, greetings. */
  readonly topics: readonly Cue[];
}

const TOPICS: readonly Cue[] = [
  "otp",
  "enter",
  "account",
  "promo",
  "product",
  "amount",
  "greeting",
  "thanks",
  "organisation",
  "kin",
];

export function mannerOf(reading: Reading, claimed: readonly Claim[]): Manner {
  const pays = reading.sells && TRANSFER.test(reading.folded);
  return {
    shouts: isShouted(reading),
    pays,
    sells: reading.sells && !pays,
    personal: claimed.some(({ type }) => type !== "HARMLESS"),
    capitals: capitalsOf(reading),
    topics: TOPICS.filter((cue) => reading.says(cue)),
  };
}

const TRANSFER =
  /\b(?:sent|received|paid|payment|transfer\w*|zelle|venmo|paypal|bizum|pix|tikkie|twint|upi|m-?pesa|recib\w*|envi[ao]\w*|recebi\w*|ricevut\w*|inviat\w*|bonifico|virement|viree?|recu|verse|uberw\w*|erhalten|gesendet|overge\w*|betaal\w*|ontvangen|credited|debited|requested|owes?|deposit\w*|mb ?way|satispay|revolut|monzo|cash ?app)\b/;

const MANY_CAPITALS = 0.5;

function capitalsOf(reading: Reading): Manner["capitals"] {
  let words = 0;
  let capitals = 0;
  reading.tokens.forEach(({ kind, letterCase }) => {
    if (kind !== "WORD") return;
    words++;
    if (letterCase !== "LOWER") capitals++;
  });
  if (capitals <= 1) return capitals === 0 ? "none" : "one";
  return capitals > words * MANY_CAPITALS ? "many" : "some";
}

const FEWEST_WORDS = 3;
const SHARE_OF_CAPITALS = 0.6;

function isShouted({ tokens }: Reading): boolean {
  const words = tokens.filter(({ kind, word }) => kind === "WORD" && word.length >= 2);
  const upper = words.filter(({ letterCase }) => letterCase === "UPPER");
  return words.length >= FEWEST_WORDS && upper.length > words.length * SHARE_OF_CAPITALS;
}
