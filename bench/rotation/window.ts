import { performance } from "node:perf_hooks";
import type { FailedRead, ShreddedRead, Window } from "./job";

const FAILURES_TOLD = 5;

/** Counts failures and keeps the first few. */
export class Failures {
  count = 0;
  readonly told: FailedRead[] = [];

  add({ body }: { readonly body: string }, why: string): void {
    this.count += 1;
    const operation = /^\{"operationName":"(\w+)"/.exec(body)?.[1] ?? "";
    if (this.told.length < FAILURES_TOLD) this.told.push({ operation, why });
  }
}

/** Reads that are under way. None of them rejects. */
class PendingReads {
  readonly #reads = new Set<Promise<void>>();

  add(read: Promise<void>): void {
    this.#reads.add(read);
    void read.then(() => this.#reads.delete(read));
  }

  async settle(): Promise<void> {
    await Promise.all(this.#reads);
  }
}

/** What is seen of the reads that are sent until it is closed. */
export class OpenWindow {
  readonly #openedAt = performance.now();
  readonly pending = new PendingReads();
  readonly latenciesMs: number[] = [];
  notSent = 0;
  readonly failures = new Failures();
  readonly ofShredded: ShreddedRead[] = [];

  /** Waits for what was sent. */
  async close(): Promise<Window> {
    const seconds = (performance.now() - this.#openedAt) / 1_000;
    await this.pending.settle();
    const { latenciesMs, notSent, failures, ofShredded } = this;
    return { seconds, latenciesMs, notSent, failures: failures.count, failed: failures.told, ofShredded };
  }
}
