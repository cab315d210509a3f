import type { HeldKey, KeyMemory } from "../crypto/key-memory";
import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES } from "../crypto/suites";
import { StartupError } from "../domain/errors";
import type { KeyEncryptionKeys } from "./key-encryption-keys";
import type { KeyStore, StoredRootKey } from "./key-store";
import { atStart } from "./reach";

/** What the deployment needs a key for, apart from customers' data. One key each: a leaked one opens one thing. */
export const ROOT_KEY_PURPOSES = [
  "blind-index",
  "pseudonym",
  "api-token",
  "password",
  "session",
  "cursor",
  "shred",
] as const;

/** @see ROOT_KEY_PURPOSES */
export type RootKeyPurpose = (typeof ROOT_KEY_PURPOSES)[number];

/** The purposes whose key does not rotate yet, with their keys, 32 bytes each. The blind index has its own: BlindIndexes. */
export type RootKeys = Readonly<Record<Exclude<RootKeyPurpose, "blind-index">, Uint8Array>>;

const FIRST_VERSION = 1;

/** The authenticated context of a root key. */
export function rootKeyContext({ purpose, version }: Pick<StoredRootKey, "purpose" | "version">): string {
  return `root/${purpose}/${String(version)}`;
}

/** A new root key, wrapped under the deployment's KEK. */
export async function makeRootKey(
  keks: KeyEncryptionKeys,
  random: RandomBytes,
  key: Pick<StoredRootKey, "purpose" | "version" | "state">,
): Promise<StoredRootKey> {
  const kek = await keks.primaryOf(null);
  const secret = random(KEY_BYTES);
  try {
    return { ...key, ...kek.wrap(rootKeyContext(key), secret) };
  } finally {
    secret.fill(0);
  }
}

/** Makes the root keys that are missing. Run once, by `fieldward init`. */
export async function createRootKeys(
  store: Pick<KeyStore, "rootKeys" | "addRootKeys">,
  keks: KeyEncryptionKeys,
  random: RandomBytes,
): Promise<void> {
  const present = new Set((await store.rootKeys()).map((key) => key.purpose));
  const missing = ROOT_KEY_PURPOSES.filter((purpose) => !present.has(purpose));
  const made = missing.map((purpose) =>
    makeRootKey(keks, random, { purpose, version: FIRST_VERSION, state: "current" }),
  );
  if (made.length > 0) await store.addRootKeys(await Promise.all(made));
}

/** Unwraps one root key into key memory. @throws FieldwardError VAULT_UNAVAILABLE */
export async function openRootKey(
  keks: KeyEncryptionKeys,
  memory: KeyMemory,
  key: StoredRootKey,
): Promise<HeldKey> {
  const kek = (await keks.require(new Set([key.kekId]))).get(key.kekId);
  if (kek === undefined) throw new Error("the key-encryption key of a root key has been destroyed");
  return memory.hold(await kek.unwrap(rootKeyContext(key), key.wrapped));
}

/**
 * Loads and unwraps the root keys but that of the blind index. They stay in key memory as long as the process.
 *
 * @throws StartupError where one is missing: making a new one in silence would leave every credential unusable.
 */
export async function openRootKeys(
  store: Pick<KeyStore, "rootKeys">,
  keks: KeyEncryptionKeys,
  memory: KeyMemory,
): Promise<RootKeys> {
  const stored = await store.rootKeys();
  const open = async (purpose: RootKeyPurpose): Promise<Uint8Array> => {
    const key = stored.find((candidate) => candidate.purpose === purpose);
    if (key === undefined) throw missingRootKey(purpose);
    try {
      return (await openRootKey(keks, memory, key)).bytes;
    } catch (error) {
      const cause = atStart(error);
      if (cause instanceof StartupError) throw cause;
      throw new StartupError(
        `The key provider does not open the vault's "${purpose}" key. Put back the keyset, or name the provider, that belongs to this vault.`,
        { cause },
      );
    }
  };
  return {
    pseudonym: await open("pseudonym"),
    "api-token": await open("api-token"),
    password: await open("password"),
    session: await open("session"),
    cursor: await open("cursor"),
    shred: await open("shred"),
  };
}

/** A vault without one of its root keys. */
export function missingRootKey(purpose: RootKeyPurpose): StartupError {
  return new StartupError(
    `The vault holds no "${purpose}" key. On a new or updated installation run "fieldward init"; otherwise restore the vault database.`,
  );
}
