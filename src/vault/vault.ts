import type { Suite } from "../crypto/suites";
import { sealedColumnsOf, subjectProperty } from "../domain/classified";
import {
  attachOpener,
  markSealed,
  unsealedValues,
  type SealedColumn,
  type SealedRow,
} from "../domain/sealed";
import { NO_SUBJECT } from "../domain/subject";
import type { BlindIndexes, IndexedValue, IndexState } from "./blind-indexes";
import type { KeyRing } from "./key-ring";
import type { RootKeys } from "./root-keys";
import type { SubjectKeys } from "./subject-keys";

/** Seals rows before they are written and gives loaded rows the means to be opened. */
export class Vault {
  // A private field, so that no inspection of what holds the vault shows a key.
  readonly #rootKeys: RootKeys;

  constructor(
    readonly keyRing: KeyRing,
    readonly indexes: BlindIndexes,
    rootKeys: RootKeys,
    private readonly suite: Suite,
  ) {
    this.#rootKeys = rootKeys;
  }

  get rootKeys(): RootKeys {
    return this.#rootKeys;
  }

  /** How a value is found by its blind index. @throws FieldwardError VAULT_UNAVAILABLE */
  async find(column: SealedColumn, value: string): Promise<IndexedValue> {
    return (await this.indexes.now()).find(column, value);
  }

  /** Makes the key of a new data subject, where it has none yet. Of other rows the subject exists before they do. */
  async prepareSubject(row: object): Promise<void> {
    const { id, tenantId } = row as SealedRow;
    const isSubject = subjectProperty(row.constructor.name) === "id";
    if (!isSubject || this.keyRing.get(id) !== undefined) return;
    await this.keyRing.create([{ id, tenantId: typeof tenantId === "string" ? tenantId : null }]);
  }

  /** Seals what was set on a row since it was last sealed. */
  async seal(row: object): Promise<void> {
    const owner = row.constructor.name;
    const unsealed = unsealedValues(row);
    if (unsealed.length === 0) return;
    const subjectId = subjectOf(owner, row as SealedRow);
    if (subjectId === undefined) throw new Error(`a ${owner} needs its subject before it can be sealed`);
    const keys = this.keyRing.get(subjectId) ?? (await this.keyRing.require([subjectId])).get(subjectId);
    if (keys === undefined) throw new Error("the key ring answers for every subject it is asked for");
    const indexes = await this.indexes.now();
    for (const { property, value } of unsealed)
      this.#sealValue(row as SealedRow, { keys, indexes }, property, value);
  }

  /**
   * Gives rows of one type the opener of their subject; nothing is decrypted by it. Answers at once where all keys are in
   * memory, and with one statement for all rows where they are not.
   */
  attach(owner: string, rows: readonly object[]): void | Promise<void> {
    const envelopes = sealedColumnsOf(owner).map(({ ct }) => ct);
    const missing = rows.filter((row) => !this.#attachFromMemory(owner, envelopes, row as SealedRow));
    if (missing.length > 0) return this.#attachLoaded(owner, missing);
  }

  async #attachLoaded(owner: string, rows: readonly object[]): Promise<void> {
    const subjects = rows.map((row) => subjectOf(owner, row as SealedRow) ?? NO_SUBJECT);
    const keys = await this.keyRing.require(subjects);
    rows.forEach((row, i) => {
      const opener = keys.get(subjects[i] ?? NO_SUBJECT);
      if (opener !== undefined) attachOpener(row, opener);
    });
  }

  #attachFromMemory(owner: string, envelopes: readonly string[], row: SealedRow): boolean {
    const subjectId = subjectOf(owner, row);
    if (subjectId === undefined) return true;
    const keys = this.keyRing.get(subjectId);
    if (keys === undefined) return false;
    // Under a key made since these were loaded: another process reseals. Or moved here, and then loading finds nothing new.
    if (!knowsAll(keys, envelopes, row) && this.keyRing.renew(keys)) return false;
    attachOpener(row, keys);
    return true;
  }

  #sealValue(
    row: SealedRow,
    { keys, indexes }: { readonly keys: SubjectKeys; readonly indexes: IndexState },
    property: string,
    value: string | null,
  ): void {
    const sealed = sealedColumnsOf(row.constructor.name).find((column) => column.property === property);
    if (sealed === undefined) throw new Error(`${property} is not a sealed field`);
    row[sealed.ct] = value === null ? null : keys.seal(this.suite, sealed, row.id, value);
    if (sealed.bi !== undefined) {
      [row[sealed.bi[0]], row[sealed.bi[1]]] = indexes.write(sealed, value);
    }
    markSealed(row, property);
  }
}

function knowsAll(keys: SubjectKeys, envelopes: readonly string[], row: SealedRow): boolean {
  for (const property of envelopes) {
    const envelope = row[property];
    if (envelope instanceof Uint8Array && envelope.length > 0 && !keys.knows(envelope)) return false;
  }
  return true;
}

/** The subject under whose key a row is sealed; `undefined` where a partial row does not hold its subject. */
function subjectOf(owner: string, row: SealedRow): string | undefined {
  const property = subjectProperty(owner);
  if (property === undefined) return NO_SUBJECT;
  const subjectId = row[property];
  return typeof subjectId === "string" ? subjectId : undefined;
}

/** Whether a type has sealed fields. */
export function hasSealedFields(owner: string): boolean {
  return sealedColumnsOf(owner).length > 0;
}
