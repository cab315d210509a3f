import type { SubjectKeys } from "./subject-keys";
import { isWithin } from "./ttl";

/**
 * How long keys that were put out of the ring may still be in the hands of a request. Statements give up after 10 seconds
 * and an answer is made of a few, so a request that is still at it after 30 fails closed.
 */
export const IN_HAND_MS = 30_000;

interface PutOut {
  readonly keys: SubjectKeys;
  readonly atMs: number;
}

/**
 * The subjects whose keys are in memory: a bounded map that keeps what was used lately, and wipes the rest.
 *
 * Two generations of a map instead of a linked list: a hit is a look-up or two, and what was used since the last change of
 * generations survives the next (the algorithm of hashlru). What leaves is wiped only when no request can hold it any
 * more, or at once where it has been shredded.
 */
export class KeptKeys {
  #young = new Map<string, SubjectKeys>();
  #old = new Map<string, SubjectKeys>();
  /** In the order in which they left. */
  #putOut: PutOut[] = [];

  constructor(
    private readonly bound: number,
    private readonly ttlMs: number,
    private readonly clock: () => number,
  ) {}

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The keys of a subject, where they are here and within their time. */
  get(subjectId: string): SubjectKeys | undefined {
    let found = this.#young.get(subjectId);
    if (found === undefined) {
      found = this.#old.get(subjectId);
      if (found === undefined) return undefined;
      this.#old.delete(subjectId);
      this.#keep(subjectId, found);
    }
    return isWithin(found.loadedAtMs, this.clock(), this.ttlMs) ? found : undefined;
  }

  set(keys: SubjectKeys): void {
    this.#remove(keys.subjectId);
    this.#keep(keys.subjectId, keys);
  }

  /** Takes a subject's keys out; a request that has them may finish with them. */
  putOut(subjectId: string): void {
    this.#remove(subjectId);
  }

  /** Wipes a subject's keys at once, also those that left and may be in a request's hands. */
  shred(subjectId: string): void {
    this.#remove(subjectId);
    // They stay on the list and are wiped again, which does nothing: taking them out would cost as much as finding them.
    for (const { keys } of this.#putOut) if (keys.subjectId === subjectId) keys.wipe("ERASED");
  }

  /** Puts out what is past its time, and wipes what left so long ago that no request can have it. */
  sweep(): void {
    const now = this.clock();
    for (const generation of [this.#old, this.#young]) {
      for (const [subjectId, keys] of generation) {
        if (!isWithin(keys.loadedAtMs, now, this.ttlMs)) this.#remove(subjectId);
      }
    }
    const inHand = this.#putOut.findIndex(({ atMs }) => isWithin(atMs, now, IN_HAND_MS));
    const done = this.#putOut.splice(0, inHand === -1 ? this.#putOut.length : inHand);
    for (const { keys } of done) keys.wipe("VAULT_UNAVAILABLE");
  }

  /** Wipes everything. */
  clear(): void {
    const all = [...this.#young.values(), ...this.#old.values(), ...this.#putOut.map(({ keys }) => keys)];
    for (const keys of all) keys.wipe("VAULT_UNAVAILABLE");
    this.#young.clear();
    this.#old.clear();
    this.#putOut = [];
  }

  #keep(subjectId: string, keys: SubjectKeys): void {
    if (this.#young.size >= Math.floor(this.bound / 2)) {
      for (const left of this.#old.values()) this.#leave(left);
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(subjectId, keys);
  }

  #remove(subjectId: string): void {
    const known = this.#young.get(subjectId) ?? this.#old.get(subjectId);
    if (known === undefined) return;
    this.#young.delete(subjectId);
    this.#old.delete(subjectId);
    this.#leave(known);
  }

  #leave(keys: SubjectKeys): void {
    this.#putOut.push({ keys, atMs: this.clock() });
  }
}
