import type { Lease } from "../database/lease";
import type { StaleTwins } from "../database/stale-twins";
import { FieldwardError } from "../domain/errors";
import type { RenewedTwins, TwinBatch } from "./twin-batch";

const BATCH = 50;
/** Messages that changed while their twin was made are looked at again, so often. */
const PASSES = 3;
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;
export const TWIN_LEASE_MS = 30_000;

export interface TwinRenewalParts {
  readonly stale: StaleTwins;
  readonly batch: TwinBatch;
  readonly lease: Lease;
  /** Runs what writes by itself in its turn. @see DataStore */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly clock: () => number;
  /** Waits so long, or until the signal. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How far a renewal is. */
export interface TwinProgress extends RenewedTwins {
  readonly total: number;
}

/** How a renewal came to its end. */
export type TwinOutcome = "finished" | "stopped" | "elsewhere";

export interface RenewalCalls {
  readonly report: (progress: TwinProgress) => void;
  /** Asked after each batch, with how long it took; may wait. */
  readonly rest?: (workedMs: number) => Promise<void>;
  readonly signal: AbortSignal;
}

const NOTHING: RenewedTwins = { made: 0, withheld: 0, moved: 0, failed: 0, restricted: 0 };

/**
 * Makes the twins again that an older detector made or that the customer's name is later than, and those that are not there yet: in batches in the order of their ids,
 * under a lease, so that one process does it. What is done needs no second time, so it can be cut off anywhere.
 */
export class TwinRenewal {
  #leasedAtMs = -Infinity;

  constructor(private readonly parts: TwinRenewalParts) {}

  /** Whether there is any to be made. */
  isDue(): Promise<boolean> {
    return this.parts.stale.any(this.parts.batch.version);
  }

  /** Makes them all, or those until the signal; what cannot be made is left as it is to the next run. `elsewhere`: another process has the lease. */
  async run(calls: RenewalCalls): Promise<TwinProgress & { readonly outcome: TwinOutcome }> {
    const { stale, batch, lease, inTurn } = this.parts;
    let progress: TwinProgress = { ...NOTHING, total: await stale.count(batch.version) };
    const told = (outcome: TwinOutcome) => ({ ...progress, outcome });
    this.#leasedAtMs = -Infinity;
    if (!(await this.#holds())) return told("elsewhere");
    try {
      calls.report(progress);
      for (let pass = 1; pass === 1 || (progress.moved > 0 && pass <= PASSES); pass += 1) {
        // Those are counted by the pass that looks at them again.
        progress = { ...progress, moved: 0, failed: 0, restricted: 0 };
        for await (const ids of this.#batches()) {
          if (calls.signal.aborted) return told("stopped");
          if (!(await this.#holds())) return told("elsewhere");
          progress = await this.#step(ids, progress, calls);
        }
        if (calls.signal.aborted) return told("stopped");
      }
      return told("finished");
    } finally {
      await inTurn(() => lease.giveBack());
    }
  }

  async #step(ids: readonly string[], before: TwinProgress, calls: RenewalCalls): Promise<TwinProgress> {
    const began = this.parts.clock();
    const did = await this.#again(ids, calls.signal);
    const progress = {
      total: before.total,
      made: before.made + did.made,
      withheld: before.withheld + did.withheld,
      moved: before.moved + did.moved,
      failed: before.failed + did.failed,
      restricted: before.restricted + did.restricted,
    };
    calls.report(progress);
    await calls.rest?.(this.parts.clock() - began);
    return progress;
  }

  /** Does a batch, again where the database could not do it: a deadlock, or a lock that was waited for too long. */
  async #again(ids: readonly string[], signal: AbortSignal): Promise<RenewedTwins> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.parts.batch.renew(ids, signal);
      } catch (error) {
        const passes = error instanceof FieldwardError && error.code === "DATABASE_UNAVAILABLE";
        if (!passes || attempt === ATTEMPTS) throw error;
        await this.parts.wait(PAUSE_MS * attempt, signal);
        if (signal.aborted) return NOTHING;
      }
    }
  }

  /** The ids of all that are to be made, those that were never tried first. */
  async *#batches(): AsyncGenerator<readonly string[]> {
    const { stale, batch } = this.parts;
    for (
      let version: number | null | undefined = null;
      version !== undefined;
      version = await stale.nextVersion(version ?? -1, batch.version)
    ) {
      for (let after = ""; ;) {
        const ids = (await stale.page(version, after, BATCH)).map(({ id }) => id);
        const last = ids.at(-1);
        if (last === undefined) break;
        yield ids;
        after = last;
      }
    }
  }

  /** Keeps the lease. False: another process has it. */
  async #holds(): Promise<boolean> {
    const now = this.parts.clock();
    if (now - this.#leasedAtMs < TWIN_LEASE_MS / 6) return true;
    const { inTurn, lease } = this.parts;
    const isHeld = await inTurn(() => lease.take());
    if (isHeld) this.#leasedAtMs = now;
    return isHeld;
  }
}
