/**
 * Says one thing that speaks for or against something being personal: what kind of evidence, what it is, and of which sort of
 * word or number it is said (all if left out). Which way and how strongly, the weights know.
 */
export type Say = (kind: string, what: string, of?: string) => void;

/** Weights as learned by `npm run anonymiser:train`: by kind of evidence, by sort of word or number, by what it is. */
export type LearnedWeights = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
>;

/** Of the sort "" is what is said of all. */
const ALL = "";

/**
 * Adds up evidence to the logarithm of the odds (logistic regression).
 *
 * Maps of maps instead of one with long keys: no text is put together for each of the hundreds of things said of a message.
 */
export class Scales {
  readonly #weights: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;
  readonly #bias: number;
  #sum = 0;

  constructor(learned: LearnedWeights) {
    this.#weights = new Map(
      Object.entries(learned).map(([kind, sorts]) => [
        kind,
        new Map(Object.entries(sorts).map(([of, whats]) => [of, new Map(Object.entries(whats))])),
      ]),
    );
    this.#bias = learned["bias"]?.[ALL]?.[ALL] ?? 0;
  }

  /** The logarithm of the odds of what is said by the callback. */
  weigh(saying: (say: Say) => void): number {
    this.#sum = this.#bias;
    saying(this.#say);
    return this.#sum;
  }

  readonly #say: Say = (kind, what, of = ALL) => {
    this.#sum += this.#weights.get(kind)?.get(of)?.get(what) ?? 0;
  };
}

export const chanceOf = (odds: number): number => 1 / (1 + Math.exp(-odds));
