import { chanceOf, type LearnedWeights } from "../../../src/anonymise/evidence";
import { SEPARATOR, type Example } from "./example";

/** How often a feature must be seen to have a weight, and what an altered copy or a doubtful example counts towards it. */
const FEWEST = 2;
const COPY = 0.34;
const ROUNDS = 300;
const STEP = 0.3;

/**
 * Logistic regression with an L2 penalty on large weights, all examples in each round, steps by AdaGrad. Weights have two
 * decimals.
 */
export function learnWeights(examples: readonly Example[], penalty: number): LearnedWeights {
  const places = placesOf(examples);
  const rows = examples.map(({ features }) => [
    0,
    ...features.flatMap((feature) => places.get(feature) ?? []),
  ]);
  const weights = new Float64Array(places.size + 1);
  const squares = new Float64Array(weights.length);
  for (let round = 0; round < ROUNDS; round++) {
    gradientOf(examples, rows, weights).forEach((slope, place) => {
      const penalised = slope + (place === 0 ? 0 : penalty * (weights[place] ?? 0));
      squares[place] = (squares[place] ?? 0) + penalised * penalised;
      weights[place] = (weights[place] ?? 0) - (STEP * penalised) / Math.sqrt((squares[place] ?? 0) + 1e-8);
    });
  }
  return named(places, weights);
}

/** The place of each feature that is seen often enough, from 1; 0 is the bias. */
function placesOf(examples: readonly Example[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (const { features, weight } of examples) {
    for (const feature of new Set(features)) {
      seen.set(feature, (seen.get(feature) ?? 0) + (weight === 1 ? 1 : COPY));
    }
  }
  const kept = [...seen].filter(([, count]) => count >= FEWEST);
  return new Map(kept.map(([feature], index) => [feature, index + 1]));
}

function gradientOf(
  examples: readonly Example[],
  rows: readonly (readonly number[])[],
  weights: Float64Array,
): Float64Array {
  const gradient = new Float64Array(weights.length);
  examples.forEach(({ holds, weight }, index) => {
    const row = rows[index] ?? [];
    let sum = 0;
    for (const place of row) sum += weights[place] ?? 0;
    const miss = (chanceOf(sum) - (holds ? 1 : 0)) * weight;
    for (const place of row) gradient[place] = (gradient[place] ?? 0) + miss;
  });
  return gradient;
}

/** Smaller weights are half of all, and without them hardly a finding is another. */
const LEAST_WEIGHT = 0.05;

/** Weights by kind of evidence, sort, and what it is, in alphabetical order; those of next to nothing left out. */
function named(places: ReadonlyMap<string, number>, weights: Float64Array): LearnedWeights {
  const rounded = (place: number): number => Math.round((weights[place] ?? 0) * 100) / 100;
  const learned: Record<string, Record<string, Record<string, number>>> = {
    bias: { "": { "": rounded(0) } },
  };
  for (const [feature, place] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [kind = "", of = "", what = ""] = feature.split(SEPARATOR);
    const weight = rounded(place);
    if (Math.abs(weight) >= LEAST_WEIGHT) ((learned[kind] ??= {})[of] ??= {})[what] = weight;
  }
  return learned;
}
