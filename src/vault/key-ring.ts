import type { ColumnCipher } from "../crypto/envelope";
import { FieldwardError } from "../domain/errors";
import type { SealedColumn } from "../domain/sealed";
import { byKeks, DataKeys, wipeKeys, type DataKeyParts, type NewSubject } from "./data-keys";
import { KeptKeys } from "./kept-keys";
import type { KeyEncryptionKeys } from "./key-encryption-keys";
import type { KeyStore, StoredSubjectKey } from "./key-store";
import { reachVault } from "./reach";
import { SubjectKeys, type SubjectDataKey } from "./subject-keys";
import { isWithin } from "./ttl";

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
  /** Those of each subject as they come; one that has none is left out. */
  readonly keys: Promise<ReadonlyMap<string, Promise<SubjectKeys>>>;
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
  /** All loads under way, also those that a later one has taken the place of. */
  readonly #running = new Set<Load>();
  /** Subjects to be loaded anew though their keys are here. */
  readonly #renewed = new Set<string>();
  /** When loading a subject's keys anew last found nothing new. */
  readonly #unchanged = new Map<string, number>();
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
  renew({ subjectId }: SubjectKeys): boolean {
    const lastMs = this.#unchanged.get(subjectId);
    if (lastMs !== undefined && isWithin(lastMs, this.options.clock(), RELOAD_MS)) return false;
    this.#renewed.add(subjectId);
    return true;
  }

  /**
   * The keys of some subjects, loaded where need be. All calls of one tick share one statement. Where only those of some
   * cannot be had, theirs say so when they are used.
   *
   * @throws FieldwardError VAULT_UNAVAILABLE where none of those that are not in memory can be loaded.
   */
  async require(subjectIds: Iterable<string>): Promise<ReadonlyMap<string, SubjectKeys>> {
    this.#refuseBarred();
    const found = new Map<string, SubjectKeys>();
    const missing: (readonly [string, Load])[] = [];
    for (const id of new Set(subjectIds)) {
      const isRenewed = this.#renewed.has(id);
      const keys = isRenewed ? undefined : this.get(id);
      if (keys !== undefined) found.set(id, keys);
      // One that began before may have missed what it is loaded anew for.
      else missing.push([id, (isRenewed ? undefined : this.#loads.get(id)) ?? this.#gather(id)]);
    }
    // From the loads themselves: a page larger than the bound has partly left the memory again by now.
    const loaded = await Promise.allSettled(
      missing.map(async ([id, { keys }]) => (await (await keys).get(id)) ?? this.#gone(id)),
    );
    const isAnyHere = loaded.some(({ status }) => status === "fulfilled");
    loaded.forEach((outcome, i) => {
      const [id = ""] = missing[i] ?? [];
      if (outcome.status === "fulfilled") found.set(id, outcome.value);
      else if (isAnyHere) found.set(id, this.#unavailable(id));
      else throw outcome.reason;
    });
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
    for (const { shredded } of this.#running) shredded.add(subjectId);
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
    const now = this.options.clock();
    for (const [id, atMs] of this.#unchanged) if (!isWithin(atMs, now, RELOAD_MS)) this.#unchanged.delete(id);
  }

  #refuseBarred(): void {
    if (this.#barred === undefined) return;
    throw new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause: new Error(this.#barred) });
  }

  #gone(subjectId: string): SubjectKeys {
    return new SubjectKeys(subjectId, [], this.options.clock(), this.options.cipherOf);
  }

  #unavailable(subjectId: string): SubjectKeys {
    const keys = this.#gone(subjectId);
    keys.wipe("VAULT_UNAVAILABLE");
    return keys;
  }

  #gather(subjectId: string): Load {
    if (this.#gathering === undefined) {
      const subjects = new Set<string>();
      const shredded = new Set<string>();
      const keys = Promise.resolve().then(() => this.#load(subjects, shredded));
      const load = { subjects, shredded, keys };
      this.#gathering = load;
      this.#running.add(load);
      const end = (): void => void this.#running.delete(load);
      keys.then((all) => Promise.allSettled(all.values())).then(end, end);
    }
    const load = this.#gathering;
    load.subjects.add(subjectId);
    this.#loads.set(subjectId, load);
    return load;
  }

  async #load(
    subjects: ReadonlySet<string>,
    shredded: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, Promise<SubjectKeys>>> {
    const load = this.#gathering;
    this.#gathering = undefined;
    // From before the statement: what is destroyed while it runs must be out of use one TTL later.
    const loadedAtMs = this.options.clock();
    const bySubject = new Map<string, Promise<SubjectKeys>>();
    try {
      const rows = await reachVault(() => this.store.subjectKeys([...subjects]));
      for (const group of byKeks(rows)) {
        const opened = this.#openGroup(group, shredded, loadedAtMs);
        for (const subjectId of new Set(group.map((row) => row.subjectId))) {
          const keys = opened.then((all) => all.get(subjectId) ?? this.#gone(subjectId));
          bySubject.set(subjectId, keys);
          const end = (): void => {
            this.#endLoad(subjectId, load);
          };
          keys.then(end, end);
        }
      }
      // Whose keys are gone since: what is here of it must not be found any more.
      for (const subjectId of subjects) if (!bySubject.has(subjectId)) this.#kept.putOut(subjectId);
      return bySubject;
    } finally {
      for (const subjectId of subjects) if (!bySubject.has(subjectId)) this.#endLoad(subjectId, load);
    }
  }

  #endLoad(subjectId: string, load: Load | undefined): void {
    if (this.#loads.get(subjectId) === load) this.#loads.delete(subjectId);
    this.#renewed.delete(subjectId);
  }

  async #openGroup(
    rows: readonly StoredSubjectKey[],
    shredded: ReadonlySet<string>,
    loadedAtMs: number,
  ): Promise<ReadonlyMap<string, SubjectKeys>> {
    const opened = await reachVault(() => this.#dataKeys.open(rows));
    if (this.#barred !== undefined) wipeKeys([...opened.values()].flat());
    this.#refuseBarred();
    if (opened.size > 0 && [...opened.values()].every((keys) => keys.length === 0)) {
      const cause = new Error("no data key of these subjects opens");
      throw new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause });
    }
    return this.#rememberAll(opened, shredded, loadedAtMs);
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
      else if (keys.length === 0) loaded.set(subjectId, this.#unavailable(subjectId));
      else loaded.set(subjectId, this.#remember(subjectId, keys, loadedAtMs));
    }
    return loaded;
  }

  #remember(subjectId: string, keys: readonly SubjectDataKey[], loadedAtMs: number): SubjectKeys {
    const remembered = new SubjectKeys(subjectId, keys, loadedAtMs, this.options.cipherOf);
    const before = this.#renewed.has(subjectId) ? this.get(subjectId) : undefined;
    if (before?.isSameAs(remembered) === true) this.#unchanged.set(subjectId, this.options.clock());
    this.#kept.set(remembered);
    return remembered;
  }
}
