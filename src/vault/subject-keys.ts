import { ColumnCipher, EnvelopeError, namesKey, type DataKey } from "../crypto/envelope";
import type { HeldKey } from "../crypto/key-memory";
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

/** A data key in key memory. */
export interface SubjectDataKey {
  /** The 16 bytes that envelopes name. */
  readonly id: Uint8Array;
  readonly held: HeldKey;
  readonly active: boolean;
}

/** What a data key is to the envelope: its secret is looked up at each use, so that a wiped one cannot be used. */
class HeldDataKey implements DataKey {
  readonly #held: HeldKey;

  constructor({ id, held }: SubjectDataKey) {
    this.id = id;
    this.#held = held;
  }

  readonly id: Uint8Array;

  get secret(): Uint8Array {
    return this.#held.bytes;
  }

  wipe(): void {
    this.#held.wipe();
  }
}

/** The data keys of one subject: seals its values with the active one, opens what any of them sealed. */
export class SubjectKeys implements ValueOpener {
  // Private fields, so that no inspection of a row that holds this shows a key.
  readonly #keys: readonly HeldDataKey[];
  readonly #active: HeldDataKey | undefined;
  #wiped: "ERASED" | "VAULT_UNAVAILABLE" | undefined;

  constructor(
    readonly subjectId: string,
    keys: readonly SubjectDataKey[],
    readonly loadedAtMs: number,
    private readonly cipherOf: (column: SealedColumn) => ColumnCipher,
  ) {
    const held = keys.map((key) => new HeldDataKey(key));
    this.#keys = held;
    this.#active = held[keys.findIndex(({ active }) => active)];
  }

  /** Whether the subject's keys are gone: its data has been shredded, or never was. */
  get gone(): boolean {
    return this.#keys.length === 0 && this.#wiped !== "VAULT_UNAVAILABLE";
  }

  /** Whether these are the keys that another load found too. */
  isSameAs(other: SubjectKeys): boolean {
    const ids = (keys: SubjectKeys): string =>
      keys.#keys.map(({ id }) => Buffer.from(id).toString("hex")).join();
    return ids(this) === ids(other);
  }

  /** Whether an envelope is under one of these keys. One that is not may be under a key made since they were loaded. */
  knows(envelope: Uint8Array): boolean {
    return this.#keys.some(({ id }) => namesKey(envelope, id));
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
    this.#refuseWiped();
    if (this.#active === undefined) throw new FieldwardError("ERASED");
    return this.cipherOf(column).seal(suite, this.#active, rowId, this.subjectId, text);
  }

  /** Whether an envelope is under the key that new values are sealed with. */
  isUnderActive(envelope: Uint8Array): boolean {
    return this.#active !== undefined && namesKey(envelope, this.#active.id);
  }

  /** Zeroes the keys. What still holds this gets the code instead of a value. */
  wipe(code: "ERASED" | "VAULT_UNAVAILABLE"): void {
    this.#wiped ??= code;
    for (const key of this.#keys) key.wipe();
  }

  #refuseWiped(): void {
    if (this.#wiped !== undefined) throw new FieldwardError(this.#wiped);
  }

  /** The key that an envelope names. An envelope of another subject names a key that is not here: it was moved. */
  #keyOf(envelope: Uint8Array): HeldDataKey {
    this.#refuseWiped();
    if (this.gone) throw new FieldwardError("ERASED");
    const key = this.#keys.find((candidate) => namesKey(envelope, candidate.id));
    if (key === undefined) throw new FieldwardError("FIELD_TAMPERED");
    return key;
  }
}
