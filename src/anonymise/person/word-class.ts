import { Lexicon } from "../lexicon/lexicon";
import type { Reading } from "../reading/reading";

/** What kind of word it is, by the lists: a name only, a name that is a rare or usual word too, or no name. */
export type WordClass =
  | "given"
  | "givenRare"
  | "givenWord"
  | "surname"
  | "surnameRare"
  | "surnameWord"
  | "unknown"
  | "foreign"
  | "rare"
  | "word";

export function wordClass(reading: Reading, index: number): WordClass {
  const usual = reading.isOrdinary(index);
  const rare = reading.isListed(index, Lexicon.RARE);
  if (reading.isListed(index, Lexicon.GIVEN)) return usual ? "givenWord" : rare ? "givenRare" : "given";
  if (reading.isListed(index, Lexicon.SURNAME))
    return usual ? "surnameWord" : rare ? "surnameRare" : "surname";
  if (usual) return "word";
  if (rare) return "rare";
  return reading.isListed(index, Lexicon.WORD) ? "foreign" : "unknown";
}

/** Given names, family names, and words that no list of names has. */
export type NameGroup = "G" | "S" | "N";

export function nameGroup(kind: WordClass): NameGroup {
  if (kind.startsWith("given")) return "G";
  return kind.startsWith("surname") ? "S" : "N";
}
