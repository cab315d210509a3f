import { inspect } from "node:util";

/** A sealed field and the columns that it lies in. Logical names: a rename must not make stored data unreadable. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The accessor on the class. */
  readonly property: string;
  /** The property mapped to the envelope. */
  readonly ct: string;
  /**
   * The two properties mapped to blind indexes, where the field can be looked up. One of them is in use; while the index key
   * rotates both are, so that every row can be found at every moment. @see BlindIndexes
   */
  readonly bi: readonly [string, string] | undefined;
  readonly lookup: ((value: string) => string) | undefined;
  /** Whose blind index it has, as `table.column`: its own, or that of a field it must be comparable with. */
  readonly index: string;
}

/** Opens the sealed values of one subject; the vault attaches one to every loaded row. */
export interface ValueOpener {
  /** @throws FieldwardError FIELD_TAMPERED, ERASED or VAULT_UNAVAILABLE */
  open(column: SealedColumn, envelope: Uint8Array, rowId: string): string;
}

/** Any row of an entity that has sealed fields, seen as a bag of properties. */
export interface SealedRow {
  [property: string]: unknown;
  id: string;
}

/**
 * Holds the values that were set and not yet sealed. A class with a private field, so that neither `inspect` nor
 * `JSON.stringify` nor a debugger's property list shows what is in it.
 */
class SetValues {
  readonly #values = new Map<string, string | null>();
  readonly #unsealed = new Set<string>();

  set(property: string, value: string | null): void {
    this.#values.set(property, value);
    this.#unsealed.add(property);
  }

  get(property: string): string | null | undefined {
    return this.#values.get(property);
  }

  /** The properties set since the last sealing. */
  unsealed(): readonly string[] {
    return [...this.#unsealed];
  }

  sealed(property: string): void {
    this.#unsealed.delete(property);
  }
}

const OPENER = Symbol("opener");
const SET_VALUES = Symbol("set values");

interface Slots {
  [OPENER]?: ValueOpener;
  [SET_VALUES]?: SetValues;
}

/**
 * Marks a column as changed until the subscriber has sealed it. If it ever reached the database the CHECK would refuse
 * it: it is no envelope.
 */
const PENDING = Buffer.alloc(0);

function setValues(row: Slots): SetValues {
  const known = row[SET_VALUES];
  if (known !== undefined) return known;
  const made = new SetValues();
  row[SET_VALUES] = made;
  return made;
}

/** Gives a loaded row the opener of its subject. */
export function attachOpener(row: object, opener: ValueOpener): void {
  (row as Slots)[OPENER] = opener;
}

/** The values of a row that were set and are to be sealed before it is written. */
export function unsealedValues(row: object): readonly { property: string; value: string | null }[] {
  const values = (row as Slots)[SET_VALUES];
  if (values === undefined) return [];
  return values.unsealed().map((property) => ({ property, value: values.get(property) ?? null }));
}

/** Notes that a value has been sealed; it stays readable on this object. */
export function markSealed(row: object, property: string): void {
  (row as Slots)[SET_VALUES]?.sealed(property);
}

function readSealed(row: SealedRow & Slots, sealed: SealedColumn): string | null {
  const set = row[SET_VALUES]?.get(sealed.property);
  if (set !== undefined) return set;
  const envelope = row[sealed.ct];
  if (envelope === null) return null;
  const opener = row[OPENER];
  if (!(envelope instanceof Uint8Array) || opener === undefined) {
    throw new Error(`${sealed.table}.${sealed.column} was not loaded with this row`);
  }
  return opener.open(sealed, envelope, row.id);
}

/** What `inspect` and `JSON.stringify` show of a row with sealed fields: its open columns, never an envelope or a value. */
function shown(row: object): Record<string, unknown> {
  const entries = Object.entries(row).filter(([property]) => !/(?:Ct|Bi2?)$/.test(property));
  return Object.fromEntries(entries);
}

/**
 * Defines the accessor of a sealed field: setting it marks it for sealing; reading it opens the envelope *then*, so that
 * what nobody asks for is never decrypted. Nothing opened is kept: a second read opens again, and the plaintext of a read
 * lives no longer than its reader.
 */
export function defineSealedAccessor(prototype: object, sealed: SealedColumn): void {
  Object.defineProperty(prototype, sealed.property, {
    configurable: true,
    enumerable: false,
    get(this: SealedRow & Slots) {
      return readSealed(this, sealed);
    },
    set(this: SealedRow & Slots, value: string | null | undefined) {
      // `undefined` is what partial inputs hold; it means "not given", never "erase".
      if (value === undefined) return;
      setValues(this).set(sealed.property, value);
      this[sealed.ct] = value === null ? null : PENDING;
      // Which of the two holds an index is for the sealing to say; until then neither holds an old one.
      for (const bi of sealed.bi ?? []) this[bi] = value === null ? null : "";
    },
  });
  Object.defineProperty(prototype, "toJSON", {
    configurable: true,
    value(this: object) {
      return shown(this);
    },
  });
  Object.defineProperty(prototype, inspect.custom, {
    configurable: true,
    value(this: object) {
      return shown(this);
    },
  });
}
