import { setImmediate as nextTurn } from "node:timers/promises";

/** How long twins are made before others have their turn. */
const STRETCH_MS = 10;

/** The time that making some twins takes: others have a turn after each stretch of it, and there may be only so much of it. */
export class TwinPace {
  #beganMs = 0;
  #spentMs = 0;
  #turn: Promise<void> | undefined;

  /** @param clock milliseconds that only go forward */
  constructor(
    private readonly clock: () => number,
    private readonly budgetMs: number,
    private readonly signal?: AbortSignal,
  ) {}

  /** Begins to count, at first or again. */
  begin(): void {
    this.#beganMs = this.clock();
  }

  /** Stops to count until it is begun again. */
  end(): void {
    this.#spentMs += this.clock() - this.#beganMs;
  }

  /** Whether no more is to be begun: the time is spent, or the signal has come. */
  get isOver(): boolean {
    if (this.signal?.aborted === true) return true;
    return this.#spentMs + this.clock() - this.#beganMs >= this.budgetMs;
  }

  /** Whether others have their turn first. Of several that waited for one turn the first may have used up the next stretch. */
  get isTurnDue(): boolean {
    return this.#turn !== undefined || this.clock() - this.#beganMs >= STRETCH_MS;
  }

  /** Gives others their turn, which does not count. */
  async turn(): Promise<void> {
    await (this.#turn ??= this.#giveWay());
  }

  async #giveWay(): Promise<void> {
    this.end();
    // What ends before the turn is over counts nothing twice.
    this.begin();
    await nextTurn();
    this.begin();
    this.#turn = undefined;
  }
}
