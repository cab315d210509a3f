import { Phrases } from "../reading/phrases";
import type { Token } from "../reading/tokens";
import lexicon from "./lexicon.json";

/** What a word is known as, by the lists of `lexicon.json`: bits of `lexiconBitsOf`. */
export const Lexicon = {
  /** A usual word of some language (subtitles' and spelling lists); which one, in the bits above `LANGUAGE_SHIFT`. */
  WORD: 1,
  /** An English word that is seldom used in messages. */
  RARE: 2,
  GIVEN: 4,
  SURNAME: 8,
  PLACE: 16,
  BRAND: 32,
  FAMOUS: 64,
  CALENDAR: 128,
  /** A noun often written with a capital: "Balance", "Officer", "Mum", "Dutch". */
  NOUN: 256,
  /** Part of a phrase of several words of the lists above: "Harley Davidson", "St Patrick's Day". */
  PHRASE: 512,
  /** A given name in more than one list. */
  WIDELY: 1024,
} as const;

/** The languages of usual words stand from this bit on, in the order of `LANGUAGES`. */
const LANGUAGE_SHIFT = 16;

interface Compiled {
  readonly words: ReadonlyMap<string, number>;
  readonly phrases: Phrases<number>;
}

function compile(): Compiled {
  const words = new Map<string, number>();
  const phrases = new Phrases<number>();
  const add = (list: string, bits: number): void => {
    for (const word of list.split("|")) {
      if (/[ .'&-]/.test(word)) phrases.add(word, (present) => (present ?? 0) | bits | Lexicon.PHRASE);
      else words.set(word, (words.get(word) ?? 0) | bits);
    }
  };
  lexicon.words.forEach((list, place) => {
    add(list, Lexicon.WORD | (1 << (LANGUAGE_SHIFT + place)));
  });
  add(lexicon.rare, Lexicon.RARE);
  add(lexicon.given, Lexicon.GIVEN);
  add(lexicon.widely, Lexicon.WIDELY);
  add(lexicon.surnames, Lexicon.SURNAME);
  add(lexicon.places, Lexicon.PLACE);
  add(lexicon.brands, Lexicon.BRAND);
  add(lexicon.famous, Lexicon.FAMOUS);
  add(lexicon.calendar, Lexicon.CALENDAR);
  add(lexicon.nouns, Lexicon.NOUN);
  return { words, phrases };
}

/** Compiled for the first message, which takes a moment: most commands never read one. */
let compiled: Compiled | undefined;

/** What each token is known as: bits of `Lexicon`. */
export function lexiconBitsOf(tokens: readonly Token[]): Uint32Array {
  const { words, phrases } = (compiled ??= compile());
  const bits = new Uint32Array(tokens.length);
  tokens.forEach((token, index) => {
    if (token.kind === "WORD") bits[index] = (bits[index] ?? 0) | (words.get(token.word) ?? 0);
    const phrase = phrases.at(tokens, index);
    if (phrase) {
      for (let at = index; at < index + phrase.length; at++) bits[at] = (bits[at] ?? 0) | phrase.meaning;
    }
  });
  return bits;
}

/** The languages that a word is usual in: bits in the order of `LANGUAGES`. */
export function languagesOfWord(bits: number): number {
  return bits >>> LANGUAGE_SHIFT;
}
