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

/** A number from 0 up in some of the bits: how usual a word is, in how many lists a name stands. */
export interface Grade {
  readonly shift: number;
  readonly bits: number;
}

/** How far up a word stands among the most usual of any language: 0 not at all, 1 least, 5 most usual. */
export const RANK: Grade = { shift: 11, bits: 7 };
/** In how many lists a family name is: 0 none, 3 three or more; and a given name: 0 none, 5 nine or more. */
export const SURNAME_SPREAD: Grade = { shift: 14, bits: 3 };
export const GIVEN_SPREAD: Grade = { shift: 24, bits: 7 };
/** In which of the English spelling lists a word is: 0 in none, 1 in the largest only, 5 in the smallest. */
export const SPELLING: Grade = { shift: 27, bits: 7 };

/** The languages of usual words stand from this bit on, in the order of `LANGUAGES`. */
const LANGUAGE_SHIFT = 16;

export const gradeOf = (bits: number, { shift, bits: mask }: Grade): number => (bits >>> shift) & mask;

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
  const addGraded = (lists: readonly string[], { shift }: Grade, bits: (grade: number) => number): void => {
    lists.forEach((list, place) => {
      add(list, ((place + 1) << shift) | bits(place + 1));
    });
  };
  addGraded(lexicon.ranks, RANK, () => 0);
  addGraded(lexicon.spelling, SPELLING, (size) => (RARE_SIZES.has(size) ? Lexicon.RARE : 0));
  addGraded(lexicon.given, GIVEN_SPREAD, (spread) => Lexicon.GIVEN | (spread > 1 ? Lexicon.WIDELY : 0));
  addGraded(lexicon.surnames, SURNAME_SPREAD, () => Lexicon.SURNAME);
  add(lexicon.places, Lexicon.PLACE);
  add(lexicon.brands, Lexicon.BRAND);
  add(lexicon.famous, Lexicon.FAMOUS);
  add(lexicon.calendar, Lexicon.CALENDAR);
  add(lexicon.nouns, Lexicon.NOUN);
  return { words, phrases };
}

/** Spelling lists of words that are known, but seldom used in messages. */
const RARE_SIZES: ReadonlySet<number> = new Set([1, 2, 3]);

/** Compiled for the first message, which takes a moment: most commands never read one. */
let compiled: Compiled | undefined;

/** What each token is known as: bits of `Lexicon`. */
export function lexiconBitsOf(tokens: readonly Token[]): Uint32Array {
  const { words, phrases } = (compiled ??= compile());
  const bits = new Uint32Array(tokens.length);
  tokens.forEach((token, index) => {
    if (token.kind === "WORD") bits[index] = (bits[index] ?? 0) | bitsOfWord(words, token.word);
    const phrase = phrases.at(tokens, index);
    if (phrase) {
      for (let at = index; at < index + phrase.length; at++) bits[at] = (bits[at] ?? 0) | phrase.meaning;
    }
  });
  return bits;
}

const SHORTEST_POSSESSIVE = 5;
const GIVEN_BITS = Lexicon.GIVEN | Lexicon.WIDELY | (GIVEN_SPREAD.bits << GIVEN_SPREAD.shift);

/** What a word is known as; "liams" and "marjoleins" as the given names that they are the possessives of. */
function bitsOfWord(words: ReadonlyMap<string, number>, word: string): number {
  const known = words.get(word);
  if (known !== undefined || word.length < SHORTEST_POSSESSIVE || !word.endsWith("s")) return known ?? 0;
  return (words.get(word.slice(0, -1)) ?? 0) & GIVEN_BITS;
}

const EIGHT_BITS = 0xff;

/** The languages that a word is usual in: bits in the order of `LANGUAGES`. */
export function languagesOfWord(bits: number): number {
  return (bits >>> LANGUAGE_SHIFT) & EIGHT_BITS;
}
