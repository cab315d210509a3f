import type { HeldKey, KeyMemory } from "../crypto/key-memory";
import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES, type Suite } from "../crypto/suites";
import { unwrapKey, wrapKey } from "../crypto/wrap";
import { FieldwardError } from "../domain/errors";
import type { KeyProvider } from "./key-provider";
import type { KeyStore, StoredKek } from "./key-store";
import { reachVault } from "./reach";
import { isWithin } from "./ttl";

/** A key as it lies in the vault database: wrapped, with the id of the key-encryption key (KEK) that it is under. */
export interface WrappedKey {
  readonly kekId: string;
  readonly wrapped: Uint8Array;
}

/** Opens the provider that a KEK names; null: the one of the setting. */
export type ProviderOf = (spec: string | null) => Promise<KeyProvider>;

export interface KekOptions {
  readonly suite: Suite;
  readonly random: RandomBytes;
  readonly memory: KeyMemory;
  readonly clock: () => number;
  /** How long a KEK may be used before its provider is asked again. */
  readonly ttlMs: number;
  readonly providerOf: ProviderOf;
}

/** The authenticated context of a KEK: what the provider binds it to. */
export function kekContext(kekId: string): string {
  return `kek/${kekId}`;
}

/** A KEK in memory: wraps and unwraps without asking anyone. */
export interface OpenKek {
  readonly id: string;
  wrap(context: string, key: Uint8Array): WrappedKey;
  /** 32 bytes, which the caller wipes. Of a key that lies directly under the provider's, a promise. */
  unwrap(context: string, wrapped: Uint8Array): Buffer | Promise<Buffer>;
}

const UNWRAPPABLE: ReadonlySet<StoredKek["state"]> = new Set(["primary", "retired", "empty"]);

interface Rows {
  readonly loadedAtMs: number;
  readonly byId: ReadonlyMap<string, StoredKek>;
}

interface Unwrapped {
  readonly kek: OpenKek;
  loadedAtMs: number;
  /** Replaced when it is unwrapped anew: who has `kek` in hand uses the new one. */
  held: HeldKey;
  /** Whether it has been asked for since it was unwrapped. */
  used: boolean;
}

/**
 * The key-encryption keys, unwrapped by their providers and kept in memory for at most the TTL. What wraps a customer's
 * key is one of these and not the provider, so that the number of calls to a cloud does not grow with that of customers:
 * it is at most one for each KEK in each TTL.
 *
 * When a provider is down, or a tenant has destroyed its key there, that KEK can be used until the TTL has passed and no
 * longer.
 */
export class KeyEncryptionKeys {
  #rows: Rows | undefined;
  #loadingRows: Promise<Rows> | undefined;
  readonly #unwrapped = new Map<string, Unwrapped>();
  readonly #unwrapping = new Map<string, Promise<OpenKek>>();

  constructor(
    private readonly store: Pick<KeyStore, "keks">,
    private readonly options: KekOptions,
  ) {}

  /** @throws FieldwardError VAULT_UNAVAILABLE where there is none or its provider cannot be reached. */
  async primaryOf(tenantId: string | null): Promise<OpenKek> {
    const { byId } = await this.#freshRows();
    const primaries = [...byId.values()].filter(({ state }) => state === "primary");
    const own = primaries.filter((kek) => kek.tenantId === tenantId);
    const candidates = own.length > 0 ? own : primaries.filter((kek) => kek.tenantId === null);
    // One, but for two operators at once or a row that somebody slipped in: then the newest that opens.
    candidates.sort((a, b) => b.createdAtMs - a.createdAtMs);
    let trouble: unknown = new Error("the vault holds no primary key-encryption key");
    for (const candidate of candidates) {
      try {
        return await this.#open(candidate);
      } catch (error) {
        trouble = error;
      }
    }
    throw trouble instanceof FieldwardError
      ? trouble
      : new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause: trouble });
  }

  /**
   * The KEKs with these ids; one that has been destroyed is left out.
   *
   * @throws FieldwardError VAULT_UNAVAILABLE where a provider cannot be reached.
   */
  async require(kekIds: ReadonlySet<string>): Promise<ReadonlyMap<string, OpenKek>> {
    let { byId } = await this.#freshRows();
    // One that was made since the rows were loaded, by a rotation: look again before taking it for unknown.
    if ([...kekIds].some((id) => !byId.has(id))) ({ byId } = await this.#loadRows());
    const opened = [...kekIds].map(async (id): Promise<readonly [string, OpenKek][]> => {
      const row = byId.get(id);
      if (row === undefined) return [[id, await this.#direct(id)]];
      return UNWRAPPABLE.has(row.state) ? [[id, await this.#open(row)]] : [];
    });
    return new Map((await Promise.all(opened)).flat());
  }

  /**
   * Asks anew for what is in use and half-way through its TTL, so that no request has to wait for a provider, and a provider
   * that is away for less than half a TTL is not missed.
   *
   * @throws FieldwardError VAULT_UNAVAILABLE; what is in memory stays until its TTL
   */
  async refresh(): Promise<void> {
    const { clock, ttlMs } = this.options;
    const due = ({ loadedAtMs }: { readonly loadedAtMs: number }) => clock() - loadedAtMs >= ttlMs / 2;
    const used = [...this.#unwrapped].filter(([, unwrapped]) => unwrapped.used && due(unwrapped));
    if (used.length === 0) return;
    const { byId } = await this.#loadRows();
    const rows = used.flatMap(([id]) => byId.get(id) ?? []);
    await Promise.all(rows.filter(({ state }) => UNWRAPPABLE.has(state)).map((row) => this.#unwrapOnce(row)));
  }

  /** Wipes what is past its TTL. */
  sweep(): void {
    for (const [id, { loadedAtMs, held }] of this.#unwrapped) {
      if (this.#isFresh(loadedAtMs)) continue;
      this.#unwrapped.delete(id);
      held.wipe();
    }
  }

  #isFresh(loadedAtMs: number): boolean {
    return isWithin(loadedAtMs, this.options.clock(), this.options.ttlMs);
  }

  async #freshRows(): Promise<Rows> {
    return this.#rows !== undefined && this.#isFresh(this.#rows.loadedAtMs) ? this.#rows : this.#loadRows();
  }

  #loadRows(): Promise<Rows> {
    this.#loadingRows ??= reachVault(async () => {
      const loadedAtMs = this.options.clock();
      const rows = await this.store.keks();
      this.#rows = { loadedAtMs, byId: new Map(rows.map((row) => [row.id, row])) };
      return this.#rows;
    }).finally(() => {
      this.#loadingRows = undefined;
    });
    return this.#loadingRows;
  }

  #open(row: StoredKek): OpenKek | Promise<OpenKek> {
    const known = this.#unwrapped.get(row.id);
    if (known !== undefined && this.#isFresh(known.loadedAtMs)) {
      known.used = true;
      return known.kek;
    }
    return this.#unwrapOnce(row);
  }

  #unwrapOnce(row: StoredKek): Promise<OpenKek> {
    const running = this.#unwrapping.get(row.id);
    if (running !== undefined) return running;
    const opened = reachVault(() => this.#unwrap(row)).finally(() => this.#unwrapping.delete(row.id));
    this.#unwrapping.set(row.id, opened);
    return opened;
  }

  async #unwrap(row: StoredKek): Promise<OpenKek> {
    const loadedAtMs = this.options.clock();
    const provider = await this.options.providerOf(row.provider);
    const held = this.options.memory.hold(await provider.unwrap(kekContext(row.id), row));
    const known = this.#unwrapped.get(row.id);
    if (known === undefined) return this.#add(row.id, held, loadedAtMs);
    known.held.wipe();
    Object.assign(known, { held, loadedAtMs, used: !this.#isFresh(known.loadedAtMs) });
    return known.kek;
  }

  #add(id: string, held: HeldKey, loadedAtMs: number): OpenKek {
    const { suite, random } = this.options;
    const unwrapped: Unwrapped = {
      kek: {
        id,
        wrap: (context, key) => ({
          kekId: id,
          wrapped: wrapKey(suite, unwrapped.held.bytes, context, key, random),
        }),
        unwrap: (context, wrapped) => unwrapKey(unwrapped.held.bytes, context, wrapped),
      },
      loadedAtMs,
      held,
      used: true,
    };
    this.#unwrapped.set(id, unwrapped);
    return unwrapped.kek;
  }

  /** Keys of version 0.1.0 lie directly under a key of the provider; rewrapping brings them under a KEK. */
  async #direct(keyVersion: string): Promise<OpenKek> {
    const provider = await reachVault(() => this.options.providerOf(null));
    return {
      id: keyVersion,
      wrap: () => {
        throw new Error("nothing is wrapped directly under the provider's key any more");
      },
      unwrap: (context, wrapped) => provider.unwrap(context, { keyId: provider.name, keyVersion, wrapped }),
    };
  }
}

/** Makes a new KEK under the primary key of a provider. */
export async function makeKek(
  provider: KeyProvider,
  given: Pick<StoredKek, "id" | "tenantId" | "provider" | "createdAtMs">,
  random: RandomBytes,
): Promise<StoredKek> {
  const secret = random(KEY_BYTES);
  try {
    const wrapped = await provider.wrap(kekContext(given.id), secret);
    return { ...given, ...wrapped, state: "primary", retiredAtMs: null };
  } finally {
    secret.fill(0);
  }
}
