import type { DataSource, EntityManager, ObjectLiteral } from "typeorm";
import type { StoredRow } from "../customers";
import type { Row, Specimen } from "./specimens";

/** What comes of a path. */
export type Outcome =
  /** The value is in an envelope and opens in its row. */
  | "sealed"
  | "refused by the manager"
  | "refused by the subscriber"
  | "refused by TypeORM"
  /** By its CHECK. */
  | "refused by the database"
  /** No error, and no row of the type is other than it was. */
  | "writes nothing"
  /** No error, and a row with none of the sealed values that were to be in it. */
  | "loses the value"
  | "takes the row away"
  /** An envelope is where it was not sealed, and reading it there is refused. */
  | "opens nowhere else";

/** What a path is given: two stored rows, one that is not yet stored, and plaintext to write. */
export interface Given {
  readonly source: DataSource;
  /** The guarded manager of the connection that writes. */
  readonly manager: EntityManager;
  readonly sqlite: boolean;
  readonly specimen: Specimen;
  readonly entity: Specimen["entity"];
  /** A stored row as it was loaded. */
  readonly stored: Row;
  /** The same as it lies in the database, and another one. */
  readonly storedColumns: StoredRow;
  readonly otherColumns: StoredRow;
  /** The stored row's id, as a condition. */
  readonly where: { readonly id: string };
  /** An instance that is not yet stored. */
  readonly fresh: Row;
  /** Values to be written that must not be found in any database afterwards. */
  readonly marked: Readonly<Record<string, string>>;
  /** All values of the fresh row in a plain object, those among them. */
  readonly plain: ObjectLiteral;
  /** The id of a customer other than the one that messages and consents are of. */
  readonly otherCustomerId: string;
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<unknown>;
}

/** A way to write: what it is called, what comes of it, how it is done, and for which types there is such a way. */
export type WritePath = readonly [
  path: string,
  outcome: Outcome,
  write: (given: Given) => unknown,
  exists?: (specimen: Specimen) => boolean,
];

/** The plaintext that every path tries to write. */
export const MARKER = "Plaintext Marker";

/** Sets the values to be written on a row. */
export function mark<T extends object>(row: T, { marked }: Given): T {
  return Object.assign(row, marked);
}

/** Values by property, as TypeORM takes them for a row of any type. */
export const values = (given: object): ObjectLiteral => given;

/** The property that an envelope is mapped to. */
export const envelopeOf = ({ specimen }: Given): string => `${specimen.text}Ct`;

/** A plain object that means the stored row. */
export const plainStored = (given: Given) => ({ ...given.where, ...given.marked });

/** Whether rows of a type can be looked up by a sealed value. */
export const hasIndex = ({ lookup }: Specimen): boolean => lookup !== null;

/** Whether the data subject of a row is another row. */
export const hasRelation = ({ subject }: Specimen): boolean => subject !== null;

/** Column values that put plaintext bytes where an envelope belongs; long enough to be one. */
export function plaintextEnvelope(given: Given): ObjectLiteral {
  return { [envelopeOf(given)]: Buffer.from(MARKER.padEnd(100)) };
}

/** An INSERT of a row in SQL. */
export function insertSql(table: string, row: StoredRow, verb = "INSERT INTO") {
  const names = Object.keys(row);
  const text = `${verb} ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
  return { text, values: Object.values(row) };
}

/** A stored row under the fresh row's id, with nothing in it that only one row may have. */
export function copied({ storedColumns, fresh, specimen }: Given): Record<string, unknown> {
  const unique = Object.keys(storedColumns).filter((name) =>
    name.startsWith(`${specimen.lookup?.column ?? "-"}_`),
  );
  const copy = { ...storedColumns, ...Object.fromEntries(unique.map((name) => [name, null])), id: fresh.id };
  return "external_id" in copy ? { ...copy, external_id: fresh.id } : copy;
}
