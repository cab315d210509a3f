import { normalise } from "./reading/normalise";
import type { Reading } from "./reading/reading";
import { tokenise } from "./reading/tokens";
import type { Claim } from "./span";

const SURE = 1;
/** "Li" and "Wu" are words, too: they need a capital, or another part of the name beside them. */
const SHORT = 2;
/** Shorter names glued together ("joli") are parts of other words. */
const SHORTEST_GLUED = 6;

/** The customer's own name wherever it stands in a message, in any case, whole, in parts, glued together or with an "s". */
export function recogniseKnownNames(reading: Reading, names: readonly string[]): Claim[] {
  const known = names.map(partsOf);
  const parts = new Set(known.flat());
  if (parts.size === 0) return [];
  const glued = known.map((words) => words.join("")).filter((name) => name.length >= SHORTEST_GLUED);
  const claims = reading.tokens
    .filter(
      (_, index) =>
        isKnown(reading, index, parts) || glued.some((name) => reading.word(index).includes(name)),
    )
    .map(({ start, end }) => claim(start, end));
  return [...claims, ...withoutBlanks(reading, parts)];
}

const claim = (start: number, end: number): Claim => ({ start, end, type: "PERSON", score: SURE });

function isKnown(reading: Reading, index: number, parts: ReadonlySet<string>): boolean {
  const word = reading.word(index);
  // "annas car": the apostrophe is left out as often as not.
  const known =
    parts.has(word) || (word.length > SHORT + 1 && word.endsWith("s") && parts.has(word.slice(0, -1)));
  if (!known || word.length > SHORT) return known;
  const beside = [index - 1, index + 1].some((other) => parts.has(reading.word(other)));
  return word.length === SHORT && (beside || reading.isCapital(index));
}

/** Names of scripts that write without blanks: each place of each part. */
function withoutBlanks({ folded }: Reading, parts: ReadonlySet<string>): Claim[] {
  const claims: Claim[] = [];
  for (const part of parts) {
    if (/[a-z]/.test(part)) continue;
    for (let at = folded.indexOf(part); at >= 0; at = folded.indexOf(part, at + part.length)) {
      claims.push(claim(at, at + part.length));
    }
  }
  return claims;
}

const UMLAUTS: readonly (readonly [RegExp, string])[] = [
  [/ä/gi, "ae"],
  [/ö/gi, "oe"],
  [/ü/gi, "ue"],
  [/ß/g, "ss"],
  [/ø/gi, "oe"],
  [/å/gi, "aa"],
];

/** The words of a name, folded; also as they are written where there are no umlauts ("Mueller"). */
function partsOf(name: string): string[] {
  const spelled = UMLAUTS.reduce((text, [umlaut, letters]) => text.replace(umlaut, letters), name);
  return [...new Set([name, spelled])].flatMap((form) => {
    const { text, folded } = normalise(form);
    return tokenise(text, folded)
      .map(({ word }) => word)
      .filter((word) => word.length >= SHORT || !/[a-z]/.test(word))
      .filter((word) => /[\p{L}]/u.test(word));
  });
}
