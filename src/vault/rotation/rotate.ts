import { FieldwardError, StartupError } from "../../domain/errors";
import { makeKek, type ProviderOf } from "../key-encryption-keys";
import type { RandomBytes } from "../../crypto/random";
import type { KeyProvider } from "../key-provider";
import type { KeyStore, StoredKek } from "../key-store";
import { providerName } from "../providers/provider-spec";

/** The vault database, as making and destroying KEKs needs it. */
export interface KekStore extends Pick<KeyStore, "keks" | "addPrimaryKek"> {
  markEmptyKeks(atMs: number): Promise<void>;
  /** The ids of all KEKs that some key is under. */
  keksInUse(): Promise<ReadonlySet<string>>;
  /** Forgets the bytes of an empty KEK, where no key is under it. Answers whether it did. */
  destroyKek(kekId: string): Promise<boolean>;
  /** Writes down the provider of the KEKs that are under the one of the setting: the setting is about to change. */
  nameProvider(spec: string): Promise<void>;
  /** Notes that the provider has no more to do about these. */
  markGone(kekIds: readonly string[]): Promise<void>;
}

export interface RotateParts {
  readonly store: KekStore;
  readonly providerOf: ProviderOf;
  /** The provider of the setting. */
  readonly setting: string;
  readonly random: RandomBytes;
  readonly newId: () => string;
  readonly clock: () => number;
  /** A KEK may be in the memory of a process for so long after it has ceased to be primary. */
  readonly settleMs: number;
}

/** What to rotate. */
export interface RotateOrder {
  /** Null: the deployment's key. */
  readonly tenantId: string | null;
  /** The provider that it goes to; undefined: where it is now. */
  readonly provider: string | undefined;
  /** Whether the provider's own key gets a new version as well, where it can be asked for one. */
  readonly rotateProvider: boolean;
}

/**
 * Makes a new KEK and makes it the primary: of the deployment, or of one tenant, which may bring a provider of its own. What
 * is wrapped by the one before stays readable until it has been rewrapped.
 */
export async function rotate(parts: RotateParts, order: RotateOrder): Promise<StoredKek> {
  const { store, providerOf, newId, clock, random } = parts;
  const primaries = (await store.keks()).filter(({ state }) => state === "primary");
  const now = primaries.find(({ tenantId }) => tenantId === order.tenantId);
  const spec = order.provider ?? now?.provider ?? null;
  const provider = await providerOf(spec);
  if (order.rotateProvider) await provider.rotate?.();
  if (order.tenantId === null && order.provider !== undefined) await store.nameProvider(parts.setting);
  const given = { id: newId(), tenantId: order.tenantId, provider: spec, createdAtMs: clock() };
  const made = await makeKek(provider, given, random);
  await store.addPrimaryKek(made);
  return made;
}

/** What has been destroyed for good. */
export interface Destroyed {
  readonly keks: readonly string[];
  /** Versions of the providers' keys, as `provider/version`. */
  readonly providerVersions: readonly string[];
  /** Providers that cannot destroy a version of their key: it is for its owner to delete the old one. */
  readonly notByUs: readonly string[];
  /** Providers that could not be asked: the next run asks them again. */
  readonly notReached: readonly string[];
}

/** @throws StartupError where the age is so short that a running process could still use such a key */
export function requireAge({ settleMs }: Pick<RotateParts, "settleMs">, olderThanMs: number): void {
  if (olderThanMs >= settleMs) return;
  throw new StartupError(
    `--destroy-older-than is at least ${String(Math.ceil(settleMs / 1_000))}s: until then a running gateway may use such a key.`,
  );
}

/**
 * Destroys the KEKs that have wrapped nothing for so long, and the versions of the providers' keys that they alone were
 * under. That is what makes the wrapped keys in backups older than that unreadable, and with them what was shredded since;
 * younger backups can still be restored.
 *
 * @throws StartupError where the age is so short that a running process could still use such a key
 */
export async function destroyOld(parts: RotateParts, olderThanMs: number): Promise<Destroyed> {
  const { store, clock } = parts;
  requireAge(parts, olderThanMs);
  const before = clock() - olderThanMs;
  await store.markEmptyKeks(clock());
  const empty = (await store.keks()).filter(
    ({ state, retiredAtMs }) => state === "empty" && (retiredAtMs ?? before) < before,
  );
  const keks: string[] = [];
  for (const { id } of empty) if (await store.destroyKek(id)) keks.push(id);
  return { keks, ...(await destroyVersions(parts, before)) };
}

/** Each provider keeps the versions that a KEK is under, or was under in a backup that is to stay readable. */
async function destroyVersions({ store, providerOf }: RotateParts, before: number) {
  const all = (await store.keks()).filter(({ state }) => state !== "gone");
  const { groups, notReached } = await byProvider(all, providerOf);
  // Kept at whichever provider: a version that it does not have does no harm.
  const direct = await directVersions(store, all);
  const providerVersions: string[] = [];
  const notByUs: string[] = [];
  for (const [provider, keks] of groups) {
    const kept = keks.filter((kek) => keepsVersion(kek, before));
    const versions = new Set([...direct, ...kept.map(({ keyVersion }) => keyVersion)]);
    try {
      const destroyed = await provider.destroyAllBut?.(versions);
      if (destroyed === undefined) notByUs.push(provider.name);
      providerVersions.push(...(destroyed ?? []).map((version) => `${provider.name}/${version}`));
      await store.markGone(keks.filter((kek) => !kept.includes(kek)).map(({ id }) => id));
    } catch (error) {
      if (!isProviderTrouble(error)) throw error;
      notReached.push(provider.name);
    }
  }
  return { providerVersions, notByUs, notReached };
}

/** By the provider itself and not by what it is called: a KEK may name the one of the setting or leave it out. */
async function byProvider(keks: readonly StoredKek[], providerOf: ProviderOf) {
  const groups = new Map<KeyProvider, StoredKek[]>();
  const notReached = new Set<string>();
  for (const kek of keks) {
    try {
      const provider = await providerOf(kek.provider);
      groups.set(provider, [...(groups.get(provider) ?? []), kek]);
    } catch (error) {
      if (!isProviderTrouble(error)) throw error;
      notReached.add(kek.provider === null ? "the provider of the setting" : providerName(kek.provider));
    }
  }
  return { groups, notReached: [...notReached] };
}

function isProviderTrouble(error: unknown): boolean {
  return (
    error instanceof StartupError || (error instanceof FieldwardError && error.code === "VAULT_UNAVAILABLE")
  );
}

/** Keys that lie directly under the provider's, from before there were KEKs, name its version as their KEK. */
async function directVersions(store: KekStore, keks: readonly StoredKek[]): Promise<readonly string[]> {
  const known = new Set(keks.map(({ id }) => id));
  return [...(await store.keksInUse())].filter((id) => !known.has(id));
}

function keepsVersion({ state, retiredAtMs }: StoredKek, before: number): boolean {
  if (state === "destroyed") return false;
  // A version that a KEK was moved away from: backups of that time hold the KEK under it.
  return state === "moved" ? (retiredAtMs ?? before) >= before : true;
}
