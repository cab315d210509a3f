import { blindIndex } from "../crypto/derive";
import type { HeldKey, KeyMemory } from "../crypto/key-memory";
import type { SealedColumn } from "../domain/sealed";
import type { KeyEncryptionKeys } from "./key-encryption-keys";
import type { KeyStore, StoredRootKey } from "./key-store";
import { reachVault } from "./reach";
import { missingRootKey, openRootKey } from "./root-keys";
import { isWithin } from "./ttl";

/** The first or the second index column of a field. */
type Slot = 0 | 1;

/** The column that a version of the index key writes: odd versions the first, even ones the second. */
export function slotOf(version: number): Slot {
  return version % 2 === 1 ? 0 : 1;
}

/** One version of the index key, ready to index with. */
interface IndexKey {
  readonly version: number;
  readonly of: (column: SealedColumn, normalised: string) => string;
}

function indexKey(held: HeldKey, version: number): IndexKey {
  const byColumn = new Map<string, (value: string) => string>();
  return {
    version,
    of: ({ index, table, column }, normalised) => {
      let indexOf = byColumn.get(index);
      if (indexOf === undefined) {
        const [indexTable = table, indexColumn = column] = index.split(".");
        indexOf = blindIndex(held.bytes, indexTable, indexColumn, version);
        byColumn.set(index, indexOf);
      }
      return indexOf(normalised);
    },
  };
}

/** Where a value is looked up: a property of the row and what must stand there. */
export interface IndexedValue {
  readonly property: string;
  readonly index: string;
}

/** The blind indexes of one moment: which versions of the key are written, and by which one is looked up. */
export class IndexState {
  constructor(
    private readonly keys: readonly IndexKey[],
    readonly current: number,
    readonly loadedAtMs: number,
  ) {}

  /** How a value is found. */
  find(column: SealedColumn, value: string): IndexedValue {
    const { bi, lookup } = indexedColumn(column);
    const key = this.keys.find(({ version }) => version === this.current);
    if (key === undefined) throw new Error("the current index key is among those that are open");
    return { property: bi[slotOf(this.current)], index: key.of(column, lookup(value)) };
  }

  /** What a row's two index columns hold for a value. */
  write(column: SealedColumn, value: string | null): readonly [string | null, string | null] {
    const { lookup } = indexedColumn(column);
    const slots: [string | null, string | null] = [null, null];
    if (value === null) return slots;
    const normalised = lookup(value);
    for (const key of this.keys) slots[slotOf(key.version)] = key.of(column, normalised);
    return slots;
  }
}

function indexedColumn(column: SealedColumn) {
  const { bi, lookup } = column;
  if (bi === undefined || lookup === undefined)
    throw new Error(`${column.table}.${column.column} has no blind index`);
  return { bi, lookup };
}

export interface BlindIndexParts {
  readonly store: Pick<KeyStore, "rootKeys">;
  readonly keks: KeyEncryptionKeys;
  readonly memory: KeyMemory;
  readonly clock: () => number;
  /** After so long every process knows of a change of the keys' states, or does not index at all. */
  readonly ttlMs: number;
}

/**
 * The blind indexes, by a key that can be rotated while serving.
 *
 * Every field that can be looked up has two index columns. As a rule one of them is used. To rotate, a new key is
 * `incoming`: every process writes both columns. When all rows have both, it becomes `current`: every process looks up by
 * it and still writes both, for those that do not know yet. Then the old key goes and its column is emptied. Each step
 * waits for one TTL, after which no process acts by an older state: it loads the new one or it fails.
 */
export class BlindIndexes {
  #state: IndexState | undefined;
  #loading: Promise<IndexState> | undefined;
  /** What has been unwrapped: it stays, so that a provider that is down stops no look-up. */
  readonly #known = new Map<number, { readonly opened: IndexKey; readonly wrapped: Uint8Array }>();

  constructor(private readonly parts: BlindIndexParts) {}

  /** The state now: at once where it is fresh. @throws FieldwardError VAULT_UNAVAILABLE where it cannot be loaded */
  now(): IndexState | Promise<IndexState> {
    const { clock, ttlMs } = this.parts;
    if (this.#state !== undefined && isWithin(this.#state.loadedAtMs, clock(), ttlMs)) return this.#state;
    return this.load();
  }

  /** Which of a field's two index columns is looked up by. */
  get slot(): Slot {
    return slotOf(this.#state?.current ?? 1);
  }

  /** Loads the state anew. @throws StartupError where the vault holds no index key */
  load(): Promise<IndexState> {
    this.#loading ??= reachVault(() => this.#load()).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<IndexState> {
    const loadedAtMs = this.parts.clock();
    const stored = (await this.parts.store.rootKeys()).filter(({ purpose }) => purpose === "blind-index");
    const current = stored.find(({ state }) => state === "current");
    if (current === undefined) throw missingRootKey("blind-index");
    const keys = await Promise.all(stored.map((key) => this.#open(key)));
    this.#state = new IndexState(keys, current.version, loadedAtMs);
    return this.#state;
  }

  async #open(key: StoredRootKey): Promise<IndexKey> {
    const known = this.#known.get(key.version);
    // As it is stored and not by its version: a restored vault can have another key of the same version.
    if (known !== undefined && Buffer.compare(known.wrapped, key.wrapped) === 0) return known.opened;
    const held = await openRootKey(this.parts.keks, this.parts.memory, key);
    const opened = indexKey(held, key.version);
    this.#known.set(key.version, { opened, wrapped: key.wrapped });
    return opened;
  }
}
