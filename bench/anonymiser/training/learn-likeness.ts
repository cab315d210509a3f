import lexicon from "../../../src/anonymise/lexicon/lexicon.json";
import { entriesOf } from "./word-files";

/** Letters a to z and the edge of a word: as `src/anonymise/person/likeness.ts` reads them. */
const LETTERS = 27;
const EDGE = 26;
const ZERO = "n".charCodeAt(0);
/** Counted for every trigram beforehand, so that one that was never seen says little. */
const PRIOR = 0.7;
const STEPS_A_NAT = 4;
const MOST_STEPS = 12;

const letter = (word: string, position: number): number => {
  const code = word.charCodeAt(position) - 97;
  return code >= 0 && code < EDGE ? code : EDGE;
};

function shares(words: readonly string[]): Float64Array {
  const counts = new Float64Array(LETTERS ** 3).fill(PRIOR);
  for (const word of words) {
    for (let position = -1; position < word.length; position++) {
      const trigram =
        (letter(word, position - 1) * LETTERS + letter(word, position)) * LETTERS +
        letter(word, position + 1);
      counts[trigram] = (counts[trigram] ?? 0) + 1;
    }
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** How much more often each trigram stands in names than in words, one letter a trigram. */
export function learnLikeness(): string {
  const names = new Set(entriesOf([...lexicon.given, ...lexicon.surnames]));
  const rare = entriesOf(lexicon.spelling.slice(0, 3)).filter((_, index) => index % 3 === 0);
  const words = new Set([...entriesOf(lexicon.words), ...rare]);
  const inNames = shares([...names].filter((name) => !words.has(name)));
  const inWords = shares([...words].filter((word) => !names.has(word)));
  return Array.from(inNames, (share, trigram) => {
    const steps = Math.round(Math.log(share / (inWords[trigram] ?? share)) * STEPS_A_NAT);
    return String.fromCharCode(ZERO + Math.max(-MOST_STEPS, Math.min(MOST_STEPS, steps)));
  }).join("");
}
