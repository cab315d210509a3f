import { EnvelopeError } from "../../crypto/envelope";
import { FieldwardError, StartupError } from "../../domain/errors";
import type { KeyEncryptionKeys, OpenKek, ProviderOf, WrappedKey } from "../key-encryption-keys";
import { kekContext } from "../key-encryption-keys";
import type { ProviderWrapped } from "../key-provider";
import { subjectKeyContext } from "../data-keys";
import type { KeyStore, StoredKek, StoredRootKey, StoredSubjectKey } from "../key-store";
import { rootKeyContext } from "../root-keys";
import type { Job, Phase, Run } from "./run";

/** A data key under another KEK. It replaces the old one only where that is still there. */
export interface RewrappedKey {
  readonly old: StoredSubjectKey;
  readonly tenantId: string | null;
  readonly under: WrappedKey;
}

/** The vault database, as rewrapping needs it. Each call is one transaction. */
export interface RewrapStore extends Pick<KeyStore, "keks" | "rootKeys"> {
  /** Data keys in the order of their ids. */
  subjectKeysAfter(id: string, limit: number): Promise<readonly StoredSubjectKey[]>;
  countSubjectKeys(): Promise<number>;
  replaceSubjectKeys(keys: readonly RewrappedKey[]): Promise<void>;
  replaceRootKey(old: StoredRootKey, under: WrappedKey): Promise<void>;
  /** Puts a KEK under another version of its provider's key, and notes until when the old one was in use. */
  replaceKek(old: StoredKek, wrapped: ProviderWrapped, atMs: number): Promise<void>;
  /** Marks the retired KEKs that no key is under any more as empty since now. */
  markEmptyKeks(atMs: number): Promise<void>;
}

export interface RewrapParts {
  readonly store: RewrapStore;
  readonly keks: KeyEncryptionKeys;
  readonly providerOf: ProviderOf;
  /** The tenants of customers whose keys were made before keys knew their tenant. */
  readonly tenantsOf: (subjectIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly clock: () => number;
}

const BATCH = 500;

/**
 * Brings every key under the newest key above it: root keys and data keys under the primary KEK of their tenant, then the
 * KEKs that are still in use under their provider's primary version. No value is touched, and nothing that is read
 * meanwhile notices. What is under a provider that cannot be reached is counted as failed, and left for another run.
 *
 * A process that has not heard of a new KEK yet, for one TTL at most, may still wrap a new customer's key under the one
 * before. That key opens as all others do, the next run moves it, and the age of the old KEK starts anew.
 * A KEK that is empty stays where it is: carried along, it would be readable for as long as the new version.
 * Replacing is by comparison with the old wrapping, so that a key that is shredded in between does not come back.
 */
export function rewrapJob(parts: RewrapParts): Job {
  const phases = [rootKeysPhase(parts), dataKeysPhase(parts), keksPhase(parts)];
  // From the start: what has been moved is passed over, and what was passed under an older primary is not.
  const resume = (run: Run): Run => ({ ...run, phase: phases[0]?.name ?? "", place: "", done: 0, failed: 0 });
  return { kind: "rewrap", phases, resume };
}

function keksPhase({ store, providerOf, clock }: RewrapParts): Phase {
  const live = async () => {
    await store.markEmptyKeks(clock());
    return (await store.keks()).filter(({ state }) => state === "primary" || state === "retired");
  };
  const rewrap = async (kek: StoredKek): Promise<void> => {
    const provider = await providerOf(kek.provider);
    if ((await provider.health()).keyVersion === kek.keyVersion) return;
    await store.replaceKek(kek, await provider.rewrap(kekContext(kek.id), kek), clock());
  };
  return {
    name: "key-encryption keys",
    unit: "keys",
    total: async () => (await live()).length,
    async step() {
      let failed = 0;
      const keks = await live();
      for (const kek of keks) if (!(await isReached(() => rewrap(kek)))) failed += 1;
      return { place: undefined, done: keks.length, failed };
    },
  };
}

/** Does some work with one key; answers whether its provider could be reached and the key opened. */
async function isReached(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const isAway = error instanceof FieldwardError && error.code === "VAULT_UNAVAILABLE";
    // A provider that no setting names is a fault of the set-up, a key that does not open one of the row.
    if (isAway || error instanceof StartupError || error instanceof EnvelopeError) return false;
    throw error;
  }
}

function rootKeysPhase({ store, keks }: RewrapParts): Phase {
  return {
    name: "root keys",
    unit: "keys",
    total: async () => (await store.rootKeys()).length,
    async step() {
      const primary = await keks.primaryOf(null);
      const keys = await store.rootKeys();
      for (const key of keys) {
        if (key.kekId === primary.id) continue;
        const under = await moved(keks, primary, rootKeyContext(key), key);
        if (under !== undefined) await store.replaceRootKey(key, under);
      }
      return { place: undefined, done: keys.length };
    },
  };
}

function dataKeysPhase(parts: RewrapParts): Phase {
  const { store, keks } = parts;
  return {
    name: "data keys",
    unit: "keys",
    total: () => store.countSubjectKeys(),
    async step({ place }) {
      const keys = await store.subjectKeysAfter(place, BATCH);
      const last = keys.at(-1);
      if (last === undefined) return { place: undefined, done: 0 };
      const rewrapped: RewrappedKey[] = [];
      let failed = 0;
      const tenants = await parts.tenantsOf(
        keys.filter(({ tenantId }) => tenantId === null).map(({ subjectId }) => subjectId),
      );
      for (const old of keys) {
        const tenantId = old.tenantId ?? tenants.get(old.subjectId) ?? null;
        const reached = await isReached(async () => {
          const primary = await keks.primaryOf(tenantId);
          if (old.kekId === primary.id) return;
          const under = await moved(keks, primary, subjectKeyContext(old.subjectId, old.id), old);
          if (under !== undefined) rewrapped.push({ old, tenantId, under });
        });
        if (!reached) failed += 1;
      }
      if (rewrapped.length > 0) await store.replaceSubjectKeys(rewrapped);
      return { place: last.id, done: keys.length, failed };
    },
  };
}

/** The same key under another KEK; undefined where its own has been destroyed, and it with that. */
async function moved(
  keks: KeyEncryptionKeys,
  to: OpenKek,
  context: string,
  { kekId, wrapped }: WrappedKey,
): Promise<WrappedKey | undefined> {
  const from = (await keks.require(new Set([kekId]))).get(kekId);
  if (from === undefined) return undefined;
  const secret = await from.unwrap(context, wrapped);
  try {
    return to.wrap(context, secret);
  } finally {
    secret.fill(0);
  }
}
