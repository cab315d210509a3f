import { normalise } from "./reading/normalise";
import type { Reading } from "./reading/reading";
import { tokenise } from "./reading/tokens";
import type { Claim } from "./span";

/** A name's particle or an initial says nothing by itself. */
const SHORTEST_PART = 3;
const SURE = 1;

/** The customer's own name wherever it stands in a message, in any case, whole or in parts. */
export function recogniseKnownNames({ tokens }: Reading, names: readonly string[]): Claim[] {
  const parts = new Set(names.flatMap(partsOf));
  if (parts.size === 0) return [];
  return tokens
    .filter(({ word }) => parts.has(word))
    .map(({ start, end }) => ({ start, end, type: "PERSON", score: SURE }));
}

function partsOf(name: string): string[] {
  const { text, folded } = normalise(name);
  return tokenise(text, folded)
    .map(({ word }) => word)
    .filter((word) => word.length >= SHORTEST_PART);
}
