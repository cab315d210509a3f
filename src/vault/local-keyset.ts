import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES, type Suite } from "../crypto/suites";
import { unwrapKey, wrapKey } from "../crypto/wrap";
import { FieldwardError, StartupError } from "../domain/errors";
import type { KeyProvider } from "./key-provider";

/** The keyset file: several keys, one of them primary. Its shape is Tink's; a secret has 32 bytes in base64. */
interface Keyset {
  readonly version: 1;
  readonly primary: string;
  readonly keys: readonly { readonly id: string; readonly createdAt: string; readonly secret: string }[];
}

function isKeyset(value: unknown): value is Keyset {
  if (typeof value !== "object" || value === null) return false;
  const { version, primary, keys } = value as Partial<Record<keyof Keyset, unknown>>;
  return version === 1 && typeof primary === "string" && Array.isArray(keys) && keys.every(isKey);
}

function isKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    "id" in value && typeof value.id === "string" && "secret" in value && typeof value.secret === "string"
  );
}

/** Writes a new keyset with one key, readable by its owner only. Never overwrites one. */
export function createKeyset(path: string, random: RandomBytes, now: Date): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const id = `kek_${random(8).toString("hex")}`;
  const secret = random(KEY_BYTES).toString("base64");
  const keyset: Keyset = { version: 1, primary: id, keys: [{ id, createdAt: now.toISOString(), secret }] };
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, `${JSON.stringify(keyset, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readKeyset(path: string): Keyset {
  if (!existsSync(path)) {
    throw new StartupError(
      `There is no keyset at ${path}. Run "fieldward init", or put the file back from its backup.`,
    );
  }
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new StartupError(
      `The keyset ${path} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${path}`,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    parsed = undefined;
  }
  if (!isKeyset(parsed))
    throw new StartupError(`The keyset ${path} is not readable as one. Put its backup in place.`);
  return parsed;
}

/**
 * The provider `local:PATH`: keys from a keyset file with mode 0600.
 *
 * @throws StartupError where the file is missing, open to others, malformed or without its primary key.
 */
export function openLocalKeyset(path: string, suite: Suite, random: RandomBytes): KeyProvider {
  const keyset = readKeyset(path);
  const keys = new Map(keyset.keys.map((key) => [key.id, Buffer.from(key.secret, "base64")]));
  const primary = keys.get(keyset.primary);
  if (primary?.length !== KEY_BYTES) throw new StartupError(`The keyset ${path} lacks its primary key.`);
  return {
    name: "local",
    wrap: (context, key) =>
      Promise.resolve({ kekId: keyset.primary, wrapped: wrapKey(suite, primary, context, key, random) }),
    unwrap: (context, { kekId, wrapped }) => {
      const kek = keys.get(kekId);
      if (kek === undefined) {
        const hint = `The keyset lacks a key that stored data was sealed with.`;
        return Promise.reject(new FieldwardError("VAULT_UNAVAILABLE", undefined, { cause: new Error(hint) }));
      }
      // Inside then: what does not open is a rejection, not something thrown in the caller's face.
      return Promise.resolve().then(() => unwrapKey(kek, context, wrapped));
    },
    health: () => Promise.resolve(),
  };
}
