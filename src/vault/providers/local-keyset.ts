import type { RandomBytes } from "../../crypto/random";
import { KEY_BYTES } from "../../crypto/suites";
import { unwrapKey, wrapKey } from "../../crypto/wrap";
import { FieldwardError, StartupError } from "../../domain/errors";
import type { KeyProvider, ProviderKey, ProviderWrapped } from "../key-provider";
import { errorCode } from "./error-code";
import type { Keyset, KeysetKey, KeysetSealing } from "./keyset-codec";
import { KeysetFile } from "./keyset-file";
import { ProviderFault, unavailable } from "./provider-call";

/** What a local keyset is opened or made with. */
export interface LocalKeysetOptions extends KeysetSealing {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const NAME = "local";

function newKey(random: RandomBytes, clock: () => number): KeysetKey {
  return {
    id: `kek_${random(8).toString("hex")}`,
    createdAt: new Date(clock()).toISOString(),
    secret: random(KEY_BYTES).toString("base64"),
  };
}

/**
 * Writes a new keyset with one key, sealed where there is a passphrase. Never overwrites one.
 *
 * @throws StartupError where there is one already, or the place cannot be written.
 */
export async function createKeyset(path: string, options: LocalKeysetOptions): Promise<void> {
  const key = newKey(options.random, options.clock);
  await new KeysetFile(path, options).create({ version: 1, primary: key.id, keys: [key] });
}

/** The keys of a keyset in memory. */
class Keys {
  readonly primary: string;
  readonly #secrets: ReadonlyMap<string, Buffer>;

  constructor({ primary, keys }: Keyset) {
    this.primary = primary;
    this.#secrets = new Map(keys.map(({ id, secret }) => [id, Buffer.from(secret, "base64")]));
  }

  has(id: string): boolean {
    return this.#secrets.has(id);
  }

  /** @throws ProviderFault */
  secret(id: string): Buffer {
    const secret = this.#secrets.get(id);
    if (secret === undefined) throw new ProviderFault("KEY_NOT_IN_KEYSET", false);
    return secret;
  }
}

/**
 * Keys from a file. What wraps is the primary of the file as it is now and not as it was at start: a key that another
 * process has destroyed meanwhile would be gone at the next start, and what it wrapped with it.
 */
class LocalKeyset implements KeyProvider {
  readonly name = NAME;

  constructor(
    private readonly file: KeysetFile,
    private readonly options: LocalKeysetOptions,
    private keys: Keys,
  ) {}

  wrap(context: string, key: Uint8Array): Promise<ProviderWrapped> {
    return this.#answer("wrap", async () => {
      return this.#wrap(await this.#reload(), context, key);
    });
  }

  unwrap(context: string, wrapped: ProviderWrapped): Promise<Buffer> {
    return this.#answer("unwrap", () => this.#unwrap(context, wrapped));
  }

  rewrap(context: string, wrapped: ProviderWrapped): Promise<ProviderWrapped> {
    return this.#answer("rewrap", async () => {
      const keys = await this.#reload();
      const key = await this.#unwrap(context, wrapped);
      try {
        return this.#wrap(keys, context, key);
      } finally {
        key.fill(0);
      }
    });
  }

  health(): Promise<ProviderKey> {
    return this.#answer("health", async () => primaryOf(await this.#reload()));
  }

  rotate(): Promise<ProviderKey> {
    return this.#answer("rotate", async () => {
      const { random, clock } = this.options;
      const added = newKey(random, clock);
      const add = (keyset: Keyset): Keyset => ({
        ...keyset,
        primary: added.id,
        keys: [...keyset.keys, added],
      });
      this.keys = new Keys(await this.file.change(add));
      return { keyId: NAME, keyVersion: added.id };
    });
  }

  /** From the file, that is: its old bytes may remain on the disk, and do remain in its backups. */
  destroyAllBut(versions: ReadonlySet<string>): Promise<readonly string[]> {
    return this.#answer("destroy", async () => {
      const destroyed: string[] = [];
      const known = this.keys;
      const remove = (keyset: Keyset): Keyset => {
        // What this process has not seen yet, another one has made just now: the caller cannot have thought of it.
        const goes = ({ id }: KeysetKey): boolean =>
          id !== keyset.primary && !versions.has(id) && known.has(id);
        destroyed.push(...keyset.keys.filter(goes).map(({ id }) => id));
        return { ...keyset, keys: keyset.keys.filter((key) => !goes(key)) };
      };
      this.keys = new Keys(await this.file.change(remove));
      return destroyed;
    });
  }

  /** Answers what it read: `this.keys` may be another's older reading a moment later. */
  async #reload(): Promise<Keys> {
    const keys = new Keys(await this.file.read());
    this.keys = keys;
    return keys;
  }

  #wrap(keys: Keys, context: string, key: Uint8Array): ProviderWrapped {
    const { suite, random } = this.options;
    const secret = keys.secret(keys.primary);
    return { ...primaryOf(keys), wrapped: wrapKey(suite, secret, context, key, random) };
  }

  async #unwrap(context: string, { keyId, keyVersion, wrapped }: ProviderWrapped): Promise<Buffer> {
    if (keyId !== NAME) throw new ProviderFault("WRAPPED_ELSEWHERE", false);
    // Another process may have rotated since this one read the file, or destroyed this very key. It is asked for once in a TTL.
    const keys = await this.#reload();
    return unwrapKey(keys.secret(keyVersion), context, wrapped);
  }

  async #answer<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FieldwardError) throw error;
      throw unavailable(NAME, operation, reasonOf(error));
    }
  }
}

function primaryOf({ primary }: Keys): ProviderKey {
  return { keyId: NAME, keyVersion: primary };
}

/** Our own texts hold paths and mends; of the system's errors only the code is kept. */
function reasonOf(error: unknown): string {
  if (error instanceof StartupError || error instanceof ProviderFault) return error.message;
  return errorCode(error) ?? (error instanceof Error ? error.name : "UNKNOWN");
}

/**
 * The provider `local:PATH`: keys from a keyset file with mode 0600.
 *
 * @throws StartupError where the file is missing, open to others, malformed, or does not open by the passphrase.
 */
export async function openLocalKeyset(path: string, options: LocalKeysetOptions): Promise<KeyProvider> {
  const file = new KeysetFile(path, options);
  return new LocalKeyset(file, options, new Keys(await file.read()));
}
