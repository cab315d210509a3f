import likeness from "./likeness.json";

/** Letters a to z, and one for the edge of a word. */
const EDGE = 26;
const LETTERS = 27;
/** Weights of trigrams are letters around "n": each letter up speaks for a name, each one down against it, by a quarter nat. */
const ZERO = "n".charCodeAt(0);

const letter = (word: string, position: number): number => {
  const code = word.charCodeAt(position) - 97;
  return code >= 0 && code < 26 ? code : EDGE;
};

/**
 * How much the letters of an unknown word look like a name's and unlike a word's, from 0 to 5: the mean weight of its
 * trigrams, each the logarithm of how much more often it stands in the lists of names than in those of words.
 */
export function nameLikeness(word: string): number {
  let sum = 0;
  for (let position = -1; position < word.length; position++) {
    const trigram =
      (letter(word, position - 1) * LETTERS + letter(word, position)) * LETTERS + letter(word, position + 1);
    sum += likeness.trigrams.charCodeAt(trigram) - ZERO;
  }
  const mean = sum / (word.length + 1);
  return Math.max(0, Math.min(5, Math.floor(mean + 3)));
}
