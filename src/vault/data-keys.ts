import { EnvelopeError } from "../crypto/envelope";
import type { KeyMemory } from "../crypto/key-memory";
import type { RandomBytes } from "../crypto/random";
import { KEY_BYTES } from "../crypto/suites";
import type { KeyEncryptionKeys, OpenKek } from "./key-encryption-keys";
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

/**
 * Keys by the KEKs that their subjects' keys are under. Each group is unwrapped by itself, so that a provider that is away or
 * slow concerns those who have put their keys there and nobody else.
 */
export function byKeks(rows: readonly StoredSubjectKey[]): readonly (readonly StoredSubjectKey[])[] {
  const ofSubject = new Map<string, Set<string>>();
  for (const { subjectId, kekId } of rows) {
    const keks = ofSubject.get(subjectId);
    if (keks === undefined) ofSubject.set(subjectId, new Set([kekId]));
    else keks.add(kekId);
  }
  const groups = new Map<string, StoredSubjectKey[]>();
  for (const row of rows) {
    const keks = [...(ofSubject.get(row.subjectId) ?? [])].sort().join();
    const group = groups.get(keks);
    if (group === undefined) groups.set(keks, [row]);
    else group.push(row);
  }
  return [...groups.values()];
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

  /**
   * Unwraps keys, by subject. One whose KEK has been destroyed is gone with it, and left out. A subject of which one key does
   * not open has none that can be had: an empty list.
   */
  async open(rows: readonly StoredSubjectKey[]): Promise<Map<string, SubjectDataKey[]>> {
    const found = await this.parts.keks.require(new Set(rows.map(({ kekId }) => kekId)));
    const bySubject = new Map<string, SubjectDataKey[]>();
    const broken = new Set<string>();
    try {
      for (const row of rows) {
        const key = await this.#openOne(row, found.get(row.kekId));
        if (key === "broken") broken.add(row.subjectId);
        else if (key !== undefined)
          bySubject.set(row.subjectId, [...(bySubject.get(row.subjectId) ?? []), key]);
      }
    } catch (error) {
      wipeKeys([...bySubject.values()].flat());
      throw error;
    }
    for (const subjectId of broken) {
      wipeKeys(bySubject.get(subjectId) ?? []);
      bySubject.set(subjectId, []);
    }
    return bySubject;
  }

  async #openOne(
    { id, subjectId, wrapped, state }: StoredSubjectKey,
    kek: OpenKek | undefined,
  ): Promise<SubjectDataKey | "broken" | undefined> {
    if (kek === undefined) return undefined;
    try {
      const unwrapped = kek.unwrap(subjectKeyContext(subjectId, id), wrapped);
      const secret = Buffer.isBuffer(unwrapped) ? unwrapped : await unwrapped;
      return { id: idBytes(id), held: this.parts.memory.hold(secret), active: state === "active" };
    } catch (error) {
      if (error instanceof EnvelopeError) return "broken";
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
