import { FieldwardError } from "../domain/errors";

/** How many work at once, and how many wait at most. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly waiting: number;
}

/** Lets a few work at once and some wait, in the order in which they came. Whoever comes then is sent away at once. */
export class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limits: TurnLimits) {}

  /** @throws FieldwardError RATE_LIMITED where too many wait */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.limits.atOnce) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      // The place goes straight to who waits longest: freed in between, a newcomer could take it as well.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.limits.waiting) throw new FieldwardError("RATE_LIMITED");
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
