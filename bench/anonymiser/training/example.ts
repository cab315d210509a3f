import type { Say } from "../../../src/anonymise/evidence";

/** Something that may be personal, with what speaks for and against it, and whether it is. */
export interface Example {
  /** Kind of evidence, sort of word or number, and what it is, joined by `SEPARATOR`. */
  readonly features: readonly string[];
  readonly holds: boolean;
  readonly weight: number;
}

export const SEPARATOR = "\t";

/** What is said, as features. */
export function featuresOf(saying: (say: Say) => void): string[] {
  const features: string[] = [];
  saying((kind, what, of = "") => {
    features.push([kind, of, what].join(SEPARATOR));
  });
  return features;
}
