import type { ColumnCipher } from "../crypto/envelope";
import { FieldwardError } from "../domain/errors";
import type { SealedColumn } from "../domain/sealed";
import { DataKeys, wipeKeys, type DataKeyParts, type NewSubject } from "./data-keys";
import { KeptKeys } from "./kept-keys";
import type { KeyEncryptionKeys } from "./key-encryption-keys";
import type { KeyStore, StoredSubjectKey } from "./key-store";
import { reachVault } from "./reach";
import { SubjectKeys, type SubjectDataKey } from "./subject-keys";

export interface KeyRingOptions extends Omit<DataKeyParts, "keks"> {
  readonly ttlMs: number;
  readonly maxSubjects: number;
  readonly clock: () => number;
  readonly cipherOf: (column: SealedColumn) => ColumnCipher;
}

/** One load under way. What is shredded meanwhile must not come back with it. */
interface Load {
  readonly subjects: Set<string>;
  readonly shredded: Set<string>;
  readonly keys: Promise<ReadonlyMap<string, SubjectKeys>>;
}

/**
 * After so long a subject's keys may be loaded anew for an envelope that none of them sealed. It is there to find a key
 * that was made since; an envelope that was moved here must not cost a statement at every read.
 */
const RELOAD_MS = 1_000;

/**
 * The data keys in memory: loaded for a whole page of rows in one statement, kept for at most the TTL, bounded in number,
 * wiped when they leave. Nothing is remembered of a load that failed or of a subject without keys.
 */
export class KeyRing {
  readonly #kept: KeptKeys;
  readonly #dataKeys: DataKeys;
  /** What the calls of this tick ask for together. */
  #gathering: Load | undefined;
  readonly #loads = new Map<string, Load>();
  /** Subjects to be loaded anew though their keys are here. */
  readonly #renewed = new Set<string>();
  #barred: string | undefined;

  constructor(
    private readonly store: Pick<KeyStore, "subjectKeys" | "addSubjectKeys">,
    private readonly keks: KeyEncryptionKeys,
    private readonly options: KeyRingOptions,
  ) {
    this.#kept = new KeptKeys(options.maxSubjects, options.ttlMs, options.clock);
    this.#dataKeys = new DataKeys({ ...options, keks });
  }

  /** How long a key that was destroyed may still open values in a process that had it in memory. */
  get ttlMs(): number {
    return this.options.ttlMs;
  }

  /** The keys of a subject where they are in memory and within their TTL. */
  get(subjectId: string): SubjectKeys | undefined {
    return this.#kept.get(subjectId);
  }

  /** Has the keys of a subject loaded anew, where that may help against an envelope that they do not know. */
  renew(keys: SubjectKeys): boolean {
    if (this.options.clock() - keys.loadedAtMs < RELOAD_MS) return false;
    this.#renewed.add(keys.subjectId);
    return true;
  }

  /**
   * The keys of some subjects, loaded where need be. All calls of one tick share one statement.
   *
   * @throws FieldwardError VAULT_UNAVAILABLE where they cannot be loaded.
   */
  async require(subjectIds: Iterable<string>): Promise<ReadonlyMap<string, SubjectKeys>> {
    this.#refuseBarred();
    const found = new Map<string, SubjectKeys>();
    const loads = new Set<Load>();
    const missing: string[] = [];
    for (const id of new Set(subjectIds)) {
      const keys = this.#renewed.has(id) ? undefined : this.get(id);
      if (keys !== undefined) found.set(id, keys);
      else {
        missing.push(id);
        loads.add(this.#loads.get(id) ?? this.#gather(id));
      }
    }
    // From the loads themselves: a page larger than the bound has partly left the memory again by now.
    const loaded = await Promise.all([...loads].map(({ keys }) => keys));
    for (const id of missing) {
      found.set(id, loaded.find((keys) => keys.has(id))?.get(id) ?? this.#gone(id));
    }
    return found;
  }

  /** Makes a data key for each of these new subjects, in one statement. */
  async create(subjects: readonly NewSubject[]): Promise<void> {
    this.#refuseBarred();
    const nowMs = this.options.clock();
    const made = await reachVault(() => this.#dataKeys.make(subjects));
    try {
      await reachVault(() => this.store.addSubjectKeys(made.map(({ stored }) => stored)));
      this.#refuseBarred();
    } catch (error) {
      wipeKeys(made.map(({ key }) => key));
      throw error;
    }
    for (const { stored, key } of made) this.#remember(stored.subjectId, [key], nowMs);
  }

  /** A new data key, wrapped under its tenant's KEK, neither stored nor remembered. The secret is the caller's to wipe. */
  wrapNew(subject: NewSubject, secret: Uint8Array): Promise<StoredSubjectKey> {
    return this.#dataKeys.wrap(subject, secret);
  }

  /** Wipes a subject's keys at once: its data has been shredded. */
  shred(subjectId: string): void {
    for (const { shredded } of this.#loads.values()) shredded.add(subjectId);
    this.#kept.shred(subjectId);
  }

  /** Holds no keys and gives none, for this reason, until it is lifted with `undefined`. */
  bar(reason: string | undefined): void {
    this.#barred = reason;
    if (reason !== undefined) this.clear();
  }

  /** Wipes everything; what is asked for is loaded anew. */
  clear(): void {
    this.#kept.clear();
  }

  /** Wipes what is past its time. */
  sweep(): void {
    this.#kept.sweep();
    this.keks.sweep();
  }

  #refuseBarred(): void {
    if (this.#barred === undefined) return;
    throw new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause: new Error(this.#barred) });
  }

  #gone(subjectId: string): SubjectKeys {
    return new SubjectKeys(subjectId, [], this.options.clock(), this.options.cipherOf);
  }

  #gather(subjectId: string): Load {
    if (this.#gathering === undefined) {
      const subjects = new Set<string>();
      const shredded = new Set<string>();
      const keys = Promise.resolve().then(() => this.#load(subjects, shredded));
      this.#gathering = { subjects, shredded, keys };
    }
    const load = this.#gathering;
    load.subjects.add(subjectId);
    this.#loads.set(subjectId, load);
    return load;
  }

  async #load(
    subjects: ReadonlySet<string>,
    shredded: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, SubjectKeys>> {
    this.#gathering = undefined;
    // From before the statement: what is destroyed while it runs must be out of use one TTL later.
    const loadedAtMs = this.options.clock();
    try {
      const opened = await reachVault(async () =>
        this.#dataKeys.open(await this.store.subjectKeys([...subjects])),
      );
      if (this.#barred !== undefined) wipeKeys([...opened.values()].flat());
      this.#refuseBarred();
      // Whose keys are gone since: what is here of it must not be found any more.
      for (const subjectId of subjects) if (!opened.has(subjectId)) this.#kept.putOut(subjectId);
      return this.#rememberAll(opened, shredded, loadedAtMs);
    } finally {
      for (const subjectId of subjects) {
        this.#loads.delete(subjectId);
        this.#renewed.delete(subjectId);
      }
    }
  }

  #rememberAll(
    opened: ReadonlyMap<string, readonly SubjectDataKey[]>,
    shredded: ReadonlySet<string>,
    loadedAtMs: number,
  ): ReadonlyMap<string, SubjectKeys> {
    const loaded = new Map<string, SubjectKeys>();
    for (const [subjectId, keys] of opened) {
      // Read before it was shredded and unwrapped after.
      if (shredded.has(subjectId)) wipeKeys(keys);
      else loaded.set(subjectId, this.#remember(subjectId, keys, loadedAtMs));
    }
    return loaded;
  }

  #remember(subjectId: string, keys: readonly SubjectDataKey[], loadedAtMs: number): SubjectKeys {
    const remembered = new SubjectKeys(subjectId, keys, loadedAtMs, this.options.cipherOf);
    this.#kept.set(remembered);
    return remembered;
  }
}
