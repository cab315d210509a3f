/**
 * What a word or phrase around a finding says of it. A cue is looked for before and after ("code 123456", "123456 is
 * your code"), without accents and in lower case.
 */
export const CUES = [
  // What the number or word beside it is.
  "phone",
  "otp",
  "enter",
  "account",
  "nationalId",
  "birth",
  "plate",
  "card",
  // What it is not.
  "tracking",
  "promo",
  "product",
  "shortCode",
  "amount",
  // Who is meant: words about names of persons.
  "title",
  "greeting",
  "thanks",
  "kin",
  "beforeName",
  "preposition",
  "afterName",
  "self",
  "particle",
  "organisation",
  "saint",
  // Parts of an address.
  "streetBefore",
  "streetAfter",
  "streetPreposition",
  "unit",
  "postBox",
  // Parts of other things.
  "month",
  "at",
  "dot",
] as const;

export type Cue = (typeof CUES)[number];

/**
 * What a word says of a number that no cue names, wherever it stands: what opens by a code, what one does with a code, that one came,
 * what is counted, what has a number of its own, what fails.
 */
export const HINTS = ["lock", "tell", "came", "counted", "placed", "fault"] as const;

export type Hint = (typeof HINTS)[number];

/**
 * One language of messages, as data: a table `xx.json` of words and phrases for each cue.
 *
 * `usual` are words so usual that they tell the language; `streetEndings` are ends of words that make a street
 * ("Lindenstraße", "Kerkstraat"), for languages that write it in one word; `sides` are words that stand after a floor ("izda",
 * "links"), `houses` end the name of a house ("Rose Cottage").
 */
export interface Language extends Readonly<Partial<Record<Cue, readonly string[]>>> {
  /** ISO 639-1; `hi` is Hindi in Latin letters, mixed with English. */
  readonly code: string;
  readonly usual: readonly string[];
  /** Words for one digit ("seven", "double"), and for two ("twelve", "sixty", "hundred"). */
  readonly figures: readonly string[];
  readonly tens: readonly string[];
  readonly streetEndings?: readonly string[];
  readonly sides?: readonly string[];
  readonly houses?: readonly string[];
  /** Single words. */
  readonly hints?: Readonly<Partial<Record<Hint, readonly string[]>>>;
}
