import type { KeyRing } from "./key-ring";
import type { Shredder, ShredderParts } from "./shredding";

/** An order that is younger may be on its way in another process. */
const ON_ITS_WAY_MS = 60_000;

/** Every hour, by the five seconds between two looks: a data database that was restored shows only then. */
const LOOKS_PER_COMPARISON = 720;

const BEHIND =
  "customers that were shredded are readable again, since a backup was restored: run fieldward keys shred --replay";

type Watched = Pick<ShredderParts, "ledger" | "notes" | "clock"> & {
  readonly keyRing: KeyRing;
  readonly shredder: Shredder;
};

/**
 * Sees to it that what was shredded stays so: tells this process's key ring of what other processes shred, and bars it
 * where a restored backup has brought keys or values back, until they have been shredded anew.
 */
export class ShredWatch {
  #behind = false;
  #looks = 0;
  /** By how much the notes outnumber what is done, rightly: forged ones are among them. */
  #surplus = 0;

  constructor(private readonly watched: Watched) {}

  /** Why nothing may be served; undefined: nothing stands against it. */
  get obstacle(): string | undefined {
    return this.#behind ? BEHIND : undefined;
  }

  /** Compares everything: at start, and as long as there is an obstacle. */
  async compare(): Promise<void> {
    const before = this.watched.clock() - ON_ITS_WAY_MS;
    const pending = await this.watched.shredder.pending();
    this.#set(pending.some(({ atMs }) => atMs < before));
  }

  /** Looks for what other processes have shredded lately, and whether the two ledgers still agree. */
  async look(): Promise<void> {
    const { clock, keyRing, ledger, notes } = this.watched;
    this.#looks += 1;
    if (this.#behind || this.#looks % LOOKS_PER_COMPARISON === 0) {
      await this.compare();
      return;
    }
    const now = clock();
    // As far back as keys can be in memory, twice: an order is noted before its keys are destroyed.
    for (const order of await notes.orders(now - 2 * keyRing.ttlMs)) {
      if (this.watched.shredder.isGenuine(order)) keyRing.shred(order.subjectId);
    }
    const before = now - ON_ITS_WAY_MS;
    const surplus = (await notes.count(before)) - (await ledger.countDone(before));
    this.#surplus = Math.min(this.#surplus, surplus);
    if (surplus === this.#surplus) return;
    await this.compare();
    // With no obstacle found, these are no orders of ours: no reason to compare again until there are more.
    if (this.obstacle === undefined) this.#surplus = surplus;
  }

  #set(behind: boolean): void {
    this.#behind = behind;
    this.watched.keyRing.bar(this.obstacle);
  }
}
