import {
  newScryptParameters,
  passphraseKey,
  areAcceptable,
  type ScryptParameters,
} from "../../crypto/passphrase";
import type { RandomBytes } from "../../crypto/random";
import { KEY_BYTES, type Suite } from "../../crypto/suites";
import { unwrapKey, wrapKey } from "../../crypto/wrap";
import { StartupError } from "../../domain/errors";

/** One key of a keyset; its secret is 32 bytes in base64. */
export interface KeysetKey {
  readonly id: string;
  readonly createdAt: string;
  readonly secret: string;
}

/** Several keys, one of them primary. The shape is Tink's. */
export interface Keyset {
  readonly version: 1;
  readonly primary: string;
  readonly keys: readonly KeysetKey[];
}

/** A keyset under a passphrase. `sealed` is base64 of the version-1 JSON, wrapped under the key that `kdf` gives. */
interface SealedKeyset {
  readonly version: 2;
  readonly kdf: {
    readonly name: "scrypt";
    readonly N: number;
    readonly r: number;
    readonly p: number;
    readonly salt: string;
  };
  readonly sealed: string;
}

/** What a keyset is sealed and opened with. */
export interface KeysetSealing {
  readonly suite: Suite;
  readonly random: RandomBytes;
  readonly passphrase?: string | undefined;
  /** Takes a file that is not sealed although there is a passphrase; the next rewrite seals it. */
  readonly sealPlain?: boolean | undefined;
}

type Fields<T> = Partial<Record<keyof T, unknown>>;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isKey(value: unknown): value is KeysetKey {
  if (!isObject(value)) return false;
  const { id, createdAt, secret } = value as Fields<KeysetKey>;
  return typeof id === "string" && typeof createdAt === "string" && typeof secret === "string";
}

function isKeyset(value: unknown): value is Keyset {
  if (!isObject(value)) return false;
  const { version, primary, keys } = value as Fields<Keyset>;
  return version === 1 && typeof primary === "string" && Array.isArray(keys) && keys.every(isKey);
}

function isKdf(value: unknown): value is SealedKeyset["kdf"] {
  if (!isObject(value)) return false;
  const { name, N, r, p, salt } = value as Fields<SealedKeyset["kdf"]>;
  return name === "scrypt" && [N, r, p].every(Number.isSafeInteger) && typeof salt === "string";
}

function isSealedKeyset(value: unknown): value is SealedKeyset {
  if (!isObject(value)) return false;
  const { version, kdf, sealed } = value as Fields<SealedKeyset>;
  return version === 2 && isKdf(kdf) && typeof sealed === "string";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Canonical, and authenticated with what is sealed: who can write the file cannot have it opened with other parameters. */
function contextOf({ name, N, r, p, salt }: SealedKeyset["kdf"]): string {
  return `keyset/2/${name}/${String(N)}/${String(r)}/${String(p)}/${salt}`;
}

const parametersOf = ({ N, r, p, salt }: SealedKeyset["kdf"]): ScryptParameters => ({
  N,
  r,
  p,
  salt: Buffer.from(salt, "base64"),
});

/**
 * Between the text of a keyset file and its keys. The last key that a passphrase gave is remembered, so that a file that is
 * read again costs no second scrypt; a file that was sealed anew has another salt.
 */
export class KeysetCodec {
  #derived: { readonly context: string; readonly key: Promise<Buffer> } | undefined;

  /** `path` is for the texts of errors. */
  constructor(
    private readonly path: string,
    private readonly sealing: KeysetSealing,
  ) {}

  /** @throws StartupError, which names the mend and repeats nothing of the file. */
  async decode(text: string): Promise<Keyset> {
    const file = parsed(text);
    const keyset = isSealedKeyset(file) ? await this.#open(file) : this.#plain(file);
    if (!isKeyset(keyset)) {
      throw new StartupError(`The keyset ${this.path} is not readable as one. Put its backup in place.`);
    }
    this.#check(keyset);
    return keyset;
  }

  /** The text to write: sealed under a fresh salt where there is a passphrase. */
  async encode(keyset: Keyset): Promise<string> {
    const { passphrase, suite, random } = this.sealing;
    const file = passphrase === undefined ? keyset : await this.#seal(keyset, passphrase, suite, random);
    return `${JSON.stringify(file, null, 2)}\n`;
  }

  #plain(file: unknown): unknown {
    if (isKeyset(file) && this.sealing.passphrase !== undefined && this.sealing.sealPlain !== true) {
      throw new StartupError(
        `The keyset ${this.path} is not sealed, though FIELDWARD_LOCAL_KEY_PASSPHRASE is set. Run: fieldward keys rotate`,
      );
    }
    return file;
  }

  async #open({ kdf, sealed }: SealedKeyset): Promise<unknown> {
    const { passphrase } = this.sealing;
    if (passphrase === undefined) {
      throw new StartupError(`The keyset ${this.path} is sealed. Set FIELDWARD_LOCAL_KEY_PASSPHRASE.`);
    }
    if (!areAcceptable(parametersOf(kdf))) {
      throw new StartupError(
        `The keyset ${this.path} asks for scrypt parameters that are too weak or too large. Put its backup in place.`,
      );
    }
    const key = await this.#keyOf(kdf, passphrase);
    try {
      const opened = unwrapKey(key, contextOf(kdf), Buffer.from(sealed, "base64"));
      const text = opened.toString("utf8");
      opened.fill(0);
      return parsed(text);
    } catch {
      throw new StartupError(
        `The keyset ${this.path} does not open: FIELDWARD_LOCAL_KEY_PASSPHRASE is wrong, or the file was changed.`,
      );
    }
  }

  async #seal(keyset: Keyset, passphrase: string, suite: Suite, random: RandomBytes): Promise<SealedKeyset> {
    const { N, r, p, salt } = newScryptParameters(random);
    const kdf = { name: "scrypt", N, r, p, salt: Buffer.from(salt).toString("base64") } as const;
    const key = await this.#keyOf(kdf, passphrase);
    const text = Buffer.from(JSON.stringify(keyset));
    try {
      const sealed = wrapKey(suite, key, contextOf(kdf), text, random);
      return { version: 2, kdf, sealed: sealed.toString("base64") };
    } finally {
      text.fill(0);
    }
  }

  #keyOf(kdf: SealedKeyset["kdf"], passphrase: string): Promise<Buffer> {
    const context = contextOf(kdf);
    if (this.#derived?.context !== context) {
      this.#derived = { context, key: passphraseKey(passphrase, parametersOf(kdf)) };
    }
    return this.#derived.key;
  }

  #check({ primary, keys }: Keyset): void {
    if (keys.some(({ secret }) => Buffer.from(secret, "base64").length !== KEY_BYTES)) {
      throw new StartupError(`The keyset ${this.path} has a key that is none. Put its backup in place.`);
    }
    const ids = new Set(keys.map(({ id }) => id));
    if (ids.size !== keys.length || !ids.has(primary)) {
      throw new StartupError(
        `The keyset ${this.path} lacks its primary key or has one twice. Put its backup in place.`,
      );
    }
  }
}
