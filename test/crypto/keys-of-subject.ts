import { v7 as uuidv7 } from "uuid";
import { KeyMemory } from "../../src/crypto/key-memory";
import { pooledRandom } from "../../src/crypto/random";
import { columnCiphers, SubjectKeys } from "../../src/vault/subject-keys";

const random = pooledRandom();
const memory = new KeyMemory();
const ciphers = columnCiphers(random);

/** A data key as the vault keeps it for a subject: 16 bytes that envelopes name, 32 secret ones. */
interface MadeKey {
  readonly id: Uint8Array;
  readonly secret: Uint8Array;
}

/** Makes a data key. */
export function aKey(): MadeKey {
  return { id: Buffer.from(uuidv7().replaceAll("-", ""), "hex"), secret: random(32) };
}

/** The keys of a subject as rows are opened with; the first is the active one. */
export function keysOf(subjectId: string, ...keys: readonly MadeKey[]): SubjectKeys {
  const held = keys.map(({ id, secret }, i) => ({
    id,
    // Key memory zeroes what it is given.
    held: memory.hold(Uint8Array.from(secret)),
    active: i === 0,
  }));
  return new SubjectKeys(subjectId, held, 0, ciphers);
}
