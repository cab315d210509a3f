import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES } from "../crypto/suites";
import { StartupError } from "../domain/errors";
import type { KeyProvider } from "./key-provider";
import type { KeyStore } from "./key-store";

/** What the deployment needs a key for, apart from customers' data. One key each: a leaked one opens one thing. */
export const ROOT_KEY_PURPOSES = [
  "blind-index",
  "pseudonym",
  "api-token",
  "password",
  "session",
  "cursor",
] as const;

/** @see ROOT_KEY_PURPOSES */
export type RootKeyPurpose = (typeof ROOT_KEY_PURPOSES)[number];

/** The unwrapped root keys, 32 bytes each. */
export type RootKeys = Readonly<Record<RootKeyPurpose, Buffer>>;

const VERSION = 1;
const context = (purpose: string): string => `root/${purpose}/${String(VERSION)}`;

/** Makes the root keys that are missing. Run once, by `fieldward init`. */
export async function createRootKeys(
  store: KeyStore,
  provider: KeyProvider,
  random: RandomBytes,
): Promise<void> {
  const present = new Set((await store.rootKeys()).map((key) => key.purpose));
  const missing = ROOT_KEY_PURPOSES.filter((purpose) => !present.has(purpose));
  const keys = missing.map(async (purpose) => ({
    purpose,
    version: VERSION,
    ...(await provider.wrap(context(purpose), random(KEY_BYTES))),
  }));
  if (keys.length > 0) await store.addRootKeys(await Promise.all(keys));
}

/**
 * Loads and unwraps the root keys.
 *
 * @throws StartupError where one is missing: making a new one in silence would leave every blind index unfindable.
 */
export async function openRootKeys(store: KeyStore, provider: KeyProvider): Promise<RootKeys> {
  const stored = await store.rootKeys();
  const open = async (purpose: RootKeyPurpose): Promise<Buffer> => {
    const key = stored.find((candidate) => candidate.purpose === purpose && candidate.version === VERSION);
    if (key === undefined) {
      throw new StartupError(
        `The vault holds no "${purpose}" key. On a new installation run "fieldward init"; on an old one, restore the vault database.`,
      );
    }
    try {
      return await provider.unwrap(context(purpose), key);
    } catch (cause) {
      throw new StartupError(
        `The key provider does not open the vault's "${purpose}" key. Put back the keyset that belongs to this vault.`,
        { cause },
      );
    }
  };
  return {
    "blind-index": await open("blind-index"),
    pseudonym: await open("pseudonym"),
    "api-token": await open("api-token"),
    password: await open("password"),
    session: await open("session"),
    cursor: await open("cursor"),
  };
}
