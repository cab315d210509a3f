import { ColumnCipher, EnvelopeError, namesKey, type DataKey } from "../crypto/envelope";
import type { RandomBytes } from "../crypto/random";
import type { Suite } from "../crypto/suites";
import { FieldwardError } from "../domain/errors";
import type { SealedColumn, ValueOpener } from "../domain/sealed";

/** Gives the cipher of a column; one for each column of the process. */
export function columnCiphers(random: RandomBytes): (column: SealedColumn) => ColumnCipher {
  const ciphers = new Map<SealedColumn, ColumnCipher>();
  return (column) => {
    let cipher = ciphers.get(column);
    if (cipher === undefined) {
      cipher = new ColumnCipher(column.table, column.column, random);
      ciphers.set(column, cipher);
    }
    return cipher;
  };
}

/** The data keys of one subject: seals its values with the active one, opens what any of them sealed. */
export class SubjectKeys implements ValueOpener {
  // Private fields, so that no inspection of a row that holds this shows a key.
  readonly #keys: readonly DataKey[];
  readonly #active: DataKey | undefined;

  constructor(
    readonly subjectId: string,
    keys: readonly { readonly key: DataKey; readonly active: boolean }[],
    readonly loadedAtMs: number,
    private readonly cipherOf: (column: SealedColumn) => ColumnCipher,
  ) {
    this.#keys = keys.map(({ key }) => key);
    this.#active = keys.find(({ active }) => active)?.key;
  }

  /** Whether the subject's keys are gone: its data has been shredded, or never was. */
  get gone(): boolean {
    return this.#keys.length === 0;
  }

  open(column: SealedColumn, envelope: Uint8Array, rowId: string): string {
    const key = this.#keyOf(envelope);
    try {
      return this.cipherOf(column).open(key, rowId, this.subjectId, envelope);
    } catch (cause) {
      throw cause instanceof EnvelopeError
        ? new FieldwardError("FIELD_TAMPERED", undefined, { cause })
        : cause;
    }
  }

  /** @throws FieldwardError ERASED where the subject has no active key. */
  seal(suite: Suite, column: SealedColumn, rowId: string, text: string): Buffer {
    if (this.#active === undefined) throw new FieldwardError("ERASED");
    return this.cipherOf(column).seal(suite, this.#active, rowId, this.subjectId, text);
  }

  /** The key that an envelope names. An envelope of another subject names a key that is not here: it was moved. */
  #keyOf(envelope: Uint8Array): DataKey {
    if (this.gone) throw new FieldwardError("ERASED");
    const key = this.#keys.find((candidate) => namesKey(envelope, candidate.id));
    if (key === undefined) throw new FieldwardError("FIELD_TAMPERED");
    return key;
  }
}
