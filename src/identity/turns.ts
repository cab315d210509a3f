import { FieldwardError } from "../domain/errors";

/** How many work at once, and how many wait at most. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly waiting: number;
  /** How many of them one of those who come may have, waiting or not. */
  readonly each?: number;
}

/** Lets a few work at once and some wait, in the order in which they came. Whoever comes then is sent away at once. */
export class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** How many each of those who come has. */
  readonly #of = new Map<string, number>();

  constructor(private readonly limits: TurnLimits) {}

  /** Whether `take` would send somebody away now. */
  isFull(who: string): boolean {
    const { each = Infinity, waiting } = this.limits;
    return (this.#of.get(who) ?? 0) >= each || this.#waiting.length >= waiting;
  }

  /**
   * @param who of whom no more than `each` are let in; left out: nobody in particular
   * @throws FieldwardError RATE_LIMITED where too many wait
   */
  async take<T>(work: () => Promise<T>, who?: string): Promise<T> {
    if (who === undefined) return this.#taken(work);
    const { each = Infinity } = this.limits;
    const own = this.#of.get(who) ?? 0;
    if (own >= each) throw new FieldwardError("RATE_LIMITED");
    this.#of.set(who, own + 1);
    try {
      return await this.#taken(work);
    } finally {
      const left = (this.#of.get(who) ?? 1) - 1;
      if (left === 0) this.#of.delete(who);
      else this.#of.set(who, left);
    }
  }

  async #taken<T>(work: () => Promise<T>): Promise<T> {
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
