import type { Message } from "../domain/message";
import type { TwinPace } from "./twin-pace";
import type { MadeTwin, TwinOrder, Twins } from "./twins";

/** How long one call's detection may take in all: an ordinary text takes a fifteenth of a millisecond. */
export const CALL_BUDGET_MS = 2_000;

/** By everything that a twin is made of: one that was made of something else is not found. */
function keyOf({ customerId, body, customer: { names, country } }: TwinOrder): string {
  return JSON.stringify([customerId, names, country, body]);
}

/** The twins of the messages of one call, made before its transaction, so that no lock waits for a detector. */
export class TwinsAhead {
  readonly #made = new Map<string, MadeTwin>();
  readonly #pace: TwinPace;

  constructor(private readonly twins: Twins) {
    this.#pace = twins.pace(CALL_BUDGET_MS);
  }

  /** Makes those that are not made yet, as far as the call's time allows. */
  async make(orders: readonly TwinOrder[]): Promise<void> {
    const missing = orders.filter((order) => !this.#made.has(keyOf(order)));
    const made = await this.twins.make(missing, this.#pace);
    missing.forEach((order, i) => {
      const twin = made[i];
      if (twin !== undefined) this.#made.set(keyOf(order), twin);
    });
  }

  /** Gives a message its twin. One that is late, or was made of what has changed since, is left to the renewal. */
  give(row: Message, order: TwinOrder): void {
    const twin = this.#made.get(keyOf(order));
    row.bodyTwin = twin?.text ?? null;
    row.twinVersion = twin === undefined || twin.isLate ? null : this.twins.version;
  }
}
