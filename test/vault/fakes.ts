import { v7 as uuidv7 } from "uuid";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES } from "../../src/crypto/suites";
import { unwrapKey, wrapKey } from "../../src/crypto/wrap";
import { FieldwardError } from "../../src/domain/errors";
import type { KeyProvider } from "../../src/vault/key-provider";
import { KeyRing } from "../../src/vault/key-ring";
import type { KeyStore, StoredRootKey, StoredSubjectKey } from "../../src/vault/key-store";
import { columnCiphers } from "../../src/vault/subject-keys";

export const random = pooledRandom();
const SUITE = SUITES["xchacha20-poly1305"];

/** A vault database in memory that counts its statements and can be made to fail. */
export class MemoryKeyStore implements KeyStore {
  readonly keys: StoredSubjectKey[] = [];
  readonly roots: StoredRootKey[] = [];
  /** The subjects asked for, a list for each statement. */
  readonly asked: (readonly string[])[] = [];
  readonly added: number[] = [];
  failure: Error | undefined;

  async subjectKeys(subjectIds: readonly string[]): Promise<readonly StoredSubjectKey[]> {
    this.asked.push(subjectIds);
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    return this.keys.filter(({ subjectId }) => subjectIds.includes(subjectId));
  }

  async addSubjectKeys(keys: readonly StoredSubjectKey[]): Promise<void> {
    this.added.push(keys.length);
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.keys.push(...keys);
  }

  rootKeys(): Promise<readonly StoredRootKey[]> {
    return Promise.resolve(this.roots);
  }

  addRootKeys(keys: readonly StoredRootKey[]): Promise<void> {
    this.roots.push(...keys);
    return Promise.resolve();
  }
}

/** A key provider in memory with one KEK, which can be made to fail. */
class MemoryProvider implements KeyProvider {
  readonly name = "memory";
  readonly #kek = random(32);
  failure: Error | undefined;
  unwrapped = 0;

  wrap(context: string, key: Uint8Array): Promise<{ kekId: string; wrapped: Buffer }> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return Promise.resolve({ kekId: "kek_1", wrapped: wrapKey(SUITE, this.#kek, context, key, random) });
  }

  async unwrap(context: string, { wrapped }: { readonly wrapped: Uint8Array }): Promise<Buffer> {
    this.unwrapped += 1;
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    return unwrapKey(this.#kek, context, wrapped);
  }

  health(): Promise<void> {
    return Promise.resolve();
  }
}

/** A key ring over fakes, with a clock that only the test moves. */
export function fakeKeyRing(given: { readonly ttlMs?: number; readonly maxSubjects?: number } = {}) {
  const store = new MemoryKeyStore();
  const provider = new MemoryProvider();
  const clock = { nowMs: 1_000_000 };
  const makeRing = (): KeyRing =>
    new KeyRing(store, provider, {
      ttlMs: 60_000,
      maxSubjects: 1_000,
      ...given,
      clock: () => clock.nowMs,
      random,
      newId: () => uuidv7(),
      cipherOf: columnCiphers(random),
    });
  return { store, provider, clock, ring: makeRing(), makeRing };
}

/** The code of what a promise rejects with; the fulfilled value is a failure. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure: unknown = await work.then(
    () => "nothing failed",
    (error: unknown) => error,
  );
  return failure instanceof FieldwardError ? failure.code : String(failure);
}
