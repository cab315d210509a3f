import { v7 as uuidv7 } from "uuid";
import { KeyMemory } from "../../src/crypto/key-memory";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES } from "../../src/crypto/suites";
import { unwrapKey, wrapKey } from "../../src/crypto/wrap";
import { personalFieldsOf } from "../../src/domain/classified";
import { FieldwardError } from "../../src/domain/errors";
import type { SealedColumn } from "../../src/domain/sealed";
import { BlindIndexes } from "../../src/vault/blind-indexes";
import { KeyEncryptionKeys, makeKek } from "../../src/vault/key-encryption-keys";
import type { KeyProvider, ProviderKey, ProviderWrapped } from "../../src/vault/key-provider";
import { KeyRing } from "../../src/vault/key-ring";
import type { KeyStore, StoredKek, StoredRootKey, StoredSubjectKey } from "../../src/vault/key-store";
import { createRootKeys, openRootKeys } from "../../src/vault/root-keys";
import { columnCiphers } from "../../src/vault/subject-keys";
import { Vault } from "../../src/vault/vault";

export const random = pooledRandom();
export const SUITE = SUITES["xchacha20-poly1305"];

/** A vault database in memory that counts its statements and can be made to fail. */
class MemoryKeyStore implements KeyStore {
  readonly keys: StoredSubjectKey[] = [];
  readonly roots: StoredRootKey[] = [];
  kekRows: readonly StoredKek[] = [];
  /** The subjects asked for, a list for each statement. */
  readonly asked: (readonly string[])[] = [];
  readonly added: number[] = [];
  /** How often the KEKs and the root keys were asked for. */
  kekLoads = 0;
  rootLoads = 0;
  failure: Error | undefined;
  /** What a statement that has read its rows waits for before it answers. */
  gate: Promise<void> = Promise.resolve();

  async subjectKeys(subjectIds: readonly string[]): Promise<readonly StoredSubjectKey[]> {
    this.asked.push(subjectIds);
    const found = this.keys.filter(({ subjectId }) => subjectIds.includes(subjectId));
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return found;
  }

  async addSubjectKeys(keys: readonly StoredSubjectKey[]): Promise<void> {
    this.added.push(keys.length);
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.keys.push(...keys);
  }

  /** As a shredding does: the keys of a subject are there no more. */
  destroy(shredded: string): void {
    this.keys.splice(0, Infinity, ...this.keys.filter(({ subjectId }) => subjectId !== shredded));
  }

  rootKeys(): Promise<readonly StoredRootKey[]> {
    this.rootLoads += 1;
    return this.failure === undefined ? Promise.resolve([...this.roots]) : Promise.reject(this.failure);
  }

  addRootKeys(keys: readonly StoredRootKey[]): Promise<void> {
    this.roots.push(...keys);
    return Promise.resolve();
  }

  keks(): Promise<readonly StoredKek[]> {
    this.kekLoads += 1;
    return this.failure === undefined ? Promise.resolve(this.kekRows) : Promise.reject(this.failure);
  }

  addPrimaryKek(kek: StoredKek): Promise<void> {
    const retired = this.kekRows.map((row) =>
      row.state === "primary" && row.tenantId === kek.tenantId
        ? { ...row, state: "retired" as const, retiredAtMs: kek.createdAtMs }
        : row,
    );
    this.kekRows = [...retired, kek];
    return Promise.resolve();
  }
}

/** A key provider in memory with one key, which can be made to fail. */
export class MemoryProvider implements KeyProvider {
  readonly name = "memory";
  readonly #secret = random(32);
  failure: Error | undefined;
  /** How often it was asked to unwrap. */
  unwrapped = 0;
  /** What it waits for before it answers. */
  gate: Promise<void> = Promise.resolve();

  wrap(context: string, key: Uint8Array): Promise<ProviderWrapped> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const wrapped = wrapKey(SUITE, this.#secret, context, key, random);
    return Promise.resolve({ keyId: "memory", keyVersion: "1", wrapped });
  }

  async unwrap(context: string, { wrapped }: ProviderWrapped): Promise<Buffer> {
    this.unwrapped += 1;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return unwrapKey(this.#secret, context, wrapped);
  }

  async rewrap(context: string, wrapped: ProviderWrapped): Promise<ProviderWrapped> {
    return this.wrap(context, await this.unwrap(context, wrapped));
  }

  health(): Promise<ProviderKey> {
    return this.failure === undefined
      ? Promise.resolve({ keyId: "memory", keyVersion: "1" })
      : Promise.reject(this.failure);
  }
}

/** A promise, and what settles it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves once all that waits for nothing outside this process has been done. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A sealed field of an entity. */
export function sealedColumn(owner: string, property: string): SealedColumn {
  const field = personalFieldsOf(owner).find(({ sealed }) => sealed.property === property);
  if (field === undefined) throw new Error(`${owner}.${property} is not sealed`);
  return field.sealed;
}

/** A key ring over fakes, with a clock that only the test moves. */
export async function fakeKeyRing(
  given: { readonly ttlMs?: number; readonly kekTtlMs?: number; readonly maxSubjects?: number } = {},
) {
  const store = new MemoryKeyStore();
  const provider = new MemoryProvider();
  const clock = { nowMs: 1_000_000 };
  const memory = new KeyMemory();
  const { ttlMs = 60_000, kekTtlMs = ttlMs, maxSubjects = 1_000 } = given;
  const common = { clock: () => clock.nowMs, random, memory };
  /** The providers that KEKs name; the one without a name serves the rest. */
  const named = new Map<string | null, MemoryProvider>();
  const providerOf = (spec: string | null) => Promise.resolve(named.get(spec) ?? provider);
  await store.addPrimaryKek(
    await makeKek(provider, { id: uuidv7(), tenantId: null, provider: null, createdAtMs: 0 }, random),
  );
  const makeKeks = () =>
    new KeyEncryptionKeys(store, { ...common, suite: SUITE, ttlMs: kekTtlMs, providerOf });
  const makeRing = (): KeyRing =>
    new KeyRing(store, makeKeks(), {
      ...common,
      ttlMs,
      maxSubjects,
      newId: () => uuidv7(),
      cipherOf: columnCiphers(random),
    });
  return { store, provider, named, memory, clock, ring: makeRing(), makeRing, makeKeks };
}

/** A ring whose store holds the keys of these subjects, with nothing of them in memory. */
export async function coldKeyRing(
  subjects: readonly string[],
  options: Parameters<typeof fakeKeyRing>[0] = {},
) {
  const parts = await fakeKeyRing(options);
  await parts.ring.create(subjectsOf(subjects));
  return { ...parts, ring: parts.makeRing() };
}

/** A vault over the fakes of a key ring, with root keys of its own. */
export async function fakeVault(parts: Awaited<ReturnType<typeof fakeKeyRing>>) {
  const { ring, store, memory, clock, makeKeks } = parts;
  const keks = makeKeks();
  await createRootKeys(store, keks, random);
  const indexes = new BlindIndexes({ store, keks, memory, clock: () => clock.nowMs, ttlMs: 60_000 });
  await indexes.load();
  const vault = new Vault(ring, indexes, await openRootKeys(store, keks, memory), SUITE);
  return { keks, indexes, vault };
}

/** Subjects of no tenant. */
export const subjectsOf = (ids: readonly string[]) => ids.map((id) => ({ id, tenantId: null }));

/** The code of what a promise rejects with; the fulfilled value is a failure. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure: unknown = await work.then(
    () => "nothing failed",
    (error: unknown) => error,
  );
  return failure instanceof FieldwardError ? failure.code : String(failure);
}
