import type { Activity } from "./killed-run";
import type { Window } from "./job";
import type { ReaderClient } from "./reader-client";

/** How reads were answered while one thing went on. */
export interface Stretch extends Activity, Window {
  /** `reading alone`, or the command. */
  readonly during: string;
}

/** Cuts what the readers see into stretches, by what a command is at. */
export class Meter {
  readonly stretches: Stretch[] = [];
  #during = "";
  #activity: Activity = { phase: "", works: false };
  #cutting: Promise<void> = Promise.resolve();

  constructor(private readonly readers: ReaderClient) {}

  /** From now on reads belong to this. What was read before the first call is dropped. */
  begin(during: string, activity: Activity): void {
    if (during === this.#during && activity.phase === this.#activity.phase) return;
    const before = { during: this.#during, ...this.#activity };
    this.#during = during;
    this.#activity = activity;
    this.#cutting = this.#cutting.then(async () => {
      const window = await this.readers.window();
      if (before.during !== "") this.stretches.push({ ...before, ...window });
    });
  }

  /** Ends the last stretch and the reading. */
  async end(): Promise<void> {
    await this.#cutting;
    this.stretches.push({ during: this.#during, ...this.#activity, ...(await this.readers.stop()) });
  }
}

/** The least latency that this part of them does not exceed, in milliseconds. */
export function quantile(latenciesMs: readonly number[], part: number): number {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}
