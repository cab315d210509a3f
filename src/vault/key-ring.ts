import type { ColumnCipher, DataKey } from "../crypto/envelope";
import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES } from "../crypto/suites";
import { FieldwardError } from "../domain/errors";
import type { SealedColumn } from "../domain/sealed";
import type { KeyProvider } from "./key-provider";
import type { KeyStore, StoredSubjectKey } from "./key-store";
import { SubjectKeys } from "./subject-keys";

export interface KeyRingOptions {
  readonly ttlMs: number;
  readonly maxSubjects: number;
  readonly clock: () => number;
  readonly random: RandomBytes;
  /** Gives a new key's id, a UUID. */
  readonly newId: () => string;
  readonly cipherOf: (column: SealedColumn) => ColumnCipher;
}

/** The keys that one load found, by subject. */
type Loaded = ReadonlyMap<string, SubjectKeys>;

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

/**
 * The data keys in memory: loaded for a whole page of rows in one statement, kept for at most the TTL, bounded in number.
 *
 * Two generations of a map instead of an LRU: a hit is one look-up and relinks nothing. Nothing is remembered of a load
 * that failed or of a subject without keys.
 */
export class KeyRing {
  #young = new Map<string, SubjectKeys>();
  #old = new Map<string, SubjectKeys>();
  /** The subjects asked for in this tick, and the one load that will serve them. */
  #gathering: { readonly subjects: Set<string>; readonly load: Promise<Loaded> } | undefined;
  readonly #loading = new Map<string, Promise<Loaded>>();

  constructor(
    private readonly store: KeyStore,
    private readonly provider: KeyProvider,
    private readonly options: KeyRingOptions,
  ) {}

  /** The keys of a subject where they are in memory and within their TTL. */
  get(subjectId: string): SubjectKeys | undefined {
    const found = this.#young.get(subjectId) ?? this.#old.get(subjectId);
    return found !== undefined && this.options.clock() - found.loadedAtMs < this.options.ttlMs
      ? found
      : undefined;
  }

  /**
   * The keys of some subjects, loaded where need be. All calls of one tick share one statement.
   *
   * @throws FieldwardError VAULT_UNAVAILABLE where they cannot be loaded.
   */
  async require(subjectIds: Iterable<string>): Promise<ReadonlyMap<string, SubjectKeys>> {
    const found = new Map<string, SubjectKeys>();
    const loads = new Set<Promise<Loaded>>();
    const missing: string[] = [];
    for (const id of new Set(subjectIds)) {
      const keys = this.get(id);
      if (keys !== undefined) found.set(id, keys);
      else {
        missing.push(id);
        loads.add(this.#loading.get(id) ?? this.#gather(id));
      }
    }
    // From the loads themselves: a page larger than the bound has partly left the memory again by now.
    const loaded = await Promise.all(loads);
    for (const id of missing) {
      found.set(id, loaded.find((keys) => keys.has(id))?.get(id) ?? this.#gone(id));
    }
    return found;
  }

  /** Makes a data key for each of these new subjects, in one statement. */
  async create(subjectIds: readonly string[]): Promise<void> {
    const made = await Promise.all(subjectIds.map((id) => this.#newKey(id)));
    await this.#reach(() => this.store.addSubjectKeys(made.map(({ stored }) => stored)));
    for (const { stored, key } of made) this.#remember(stored.subjectId, [{ key, active: true }]);
  }

  /** Forgets a subject's keys at once. */
  forget(subjectId: string): void {
    this.#young.delete(subjectId);
    this.#old.delete(subjectId);
  }

  #gone(subjectId: string): SubjectKeys {
    return new SubjectKeys(subjectId, [], this.options.clock(), this.options.cipherOf);
  }

  async #newKey(subjectId: string): Promise<{ stored: StoredSubjectKey; key: DataKey }> {
    const id = this.options.newId();
    const secret = this.options.random(KEY_BYTES);
    const wrapped = await this.#reach(() => this.provider.wrap(`subject/${subjectId}/${id}`, secret));
    return { stored: { id, subjectId, ...wrapped, state: "active" }, key: { id: idBytes(id), secret } };
  }

  #gather(subjectId: string): Promise<Loaded> {
    if (this.#gathering === undefined) {
      const subjects = new Set<string>();
      this.#gathering = { subjects, load: Promise.resolve().then(() => this.#load(subjects)) };
    }
    const { subjects, load } = this.#gathering;
    subjects.add(subjectId);
    this.#loading.set(subjectId, load);
    return load;
  }

  async #load(subjects: ReadonlySet<string>): Promise<Loaded> {
    this.#gathering = undefined;
    try {
      const rows = await this.#reach(() => this.store.subjectKeys([...subjects]));
      const bySubject = new Map<string, { key: DataKey; active: boolean }[]>();
      for (const row of rows) {
        const secret = await this.#reach(() =>
          this.provider.unwrap(`subject/${row.subjectId}/${row.id}`, row),
        );
        const keys = bySubject.get(row.subjectId) ?? [];
        keys.push({ key: { id: idBytes(row.id), secret }, active: row.state === "active" });
        bySubject.set(row.subjectId, keys);
      }
      return new Map([...bySubject].map(([id, keys]) => [id, this.#remember(id, keys)]));
    } finally {
      for (const subjectId of subjects) this.#loading.delete(subjectId);
    }
  }

  #remember(
    subjectId: string,
    keys: readonly { readonly key: DataKey; readonly active: boolean }[],
  ): SubjectKeys {
    if (this.#young.size >= this.options.maxSubjects / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const remembered = new SubjectKeys(subjectId, keys, this.options.clock(), this.options.cipherOf);
    this.#young.set(subjectId, remembered);
    return remembered;
  }

  /** Whatever keeps the keys from being had is one thing to the caller: nothing is served without them. */
  async #reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw cause instanceof FieldwardError
        ? cause
        : new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause });
    }
  }
}
