import type { KeyMemory } from "../crypto/key-memory";
import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES } from "../crypto/suites";
import type { KeyEncryptionKeys } from "./key-encryption-keys";
import type { StoredSubjectKey } from "./key-store";
import type { SubjectDataKey } from "./subject-keys";

/** A subject that is to have a key, and the tenant under whose KEK it belongs; null: of no tenant. */
export interface NewSubject {
  readonly id: string;
  readonly tenantId: string | null;
}

export interface DataKeyParts {
  readonly keks: KeyEncryptionKeys;
  readonly memory: KeyMemory;
  readonly random: RandomBytes;
  /** Gives a new key's id, a UUID. */
  readonly newId: () => string;
}

/** A new key: as it is to be stored, and as it is in memory. */
export interface MadeKey {
  readonly stored: StoredSubjectKey;
  readonly key: SubjectDataKey;
}

/** The authenticated context of a data key. */
export function subjectKeyContext(subjectId: string, keyId: string): string {
  return `subject/${subjectId}/${keyId}`;
}

/** The 16 bytes of a key's id. */
function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

/** Wipes keys that nobody will use. */
export function wipeKeys(keys: Iterable<SubjectDataKey>): void {
  for (const { held } of keys) held.wipe();
}

/** Makes data keys and unwraps stored ones into key memory. What fails leaves none there. */
export class DataKeys {
  constructor(private readonly parts: DataKeyParts) {}

  /** A new data key for each of these subjects. */
  async make(subjects: readonly NewSubject[]): Promise<MadeKey[]> {
    const made: MadeKey[] = [];
    try {
      for (const subject of subjects) made.push(await this.#makeOne(subject));
      return made;
    } catch (error) {
      wipeKeys(made.map(({ key }) => key));
      throw error;
    }
  }

  /** A key, wrapped under its tenant's KEK. The secret stays the caller's to wipe. */
  async wrap({ id: subjectId, tenantId }: NewSubject, secret: Uint8Array): Promise<StoredSubjectKey> {
    const id = this.parts.newId();
    const kek = await this.parts.keks.primaryOf(tenantId);
    const wrapped = kek.wrap(subjectKeyContext(subjectId, id), secret);
    return { id, subjectId, tenantId, ...wrapped, state: "active" };
  }

  /** Unwraps keys, by subject. One whose KEK has been destroyed is gone with it, and left out. */
  async open(rows: readonly StoredSubjectKey[]): Promise<Map<string, SubjectDataKey[]>> {
    const { keks, memory } = this.parts;
    const found = await keks.require(new Set(rows.map(({ kekId }) => kekId)));
    const bySubject = new Map<string, SubjectDataKey[]>();
    try {
      for (const { id, subjectId, kekId, wrapped, state } of rows) {
        const unwrapped = found.get(kekId)?.unwrap(subjectKeyContext(subjectId, id), wrapped);
        if (unwrapped === undefined) continue;
        const secret = Buffer.isBuffer(unwrapped) ? unwrapped : await unwrapped;
        const keys = bySubject.get(subjectId) ?? [];
        keys.push({ id: idBytes(id), held: memory.hold(secret), active: state === "active" });
        bySubject.set(subjectId, keys);
      }
      return bySubject;
    } catch (error) {
      wipeKeys([...bySubject.values()].flat());
      throw error;
    }
  }

  async #makeOne(subject: NewSubject): Promise<MadeKey> {
    const secret = this.parts.random(KEY_BYTES);
    try {
      const stored = await this.wrap(subject, secret);
      return { stored, key: { id: idBytes(stored.id), held: this.parts.memory.hold(secret), active: true } };
    } finally {
      secret.fill(0);
    }
  }
}
