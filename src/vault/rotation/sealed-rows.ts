import type { SealedColumn } from "../../domain/sealed";

/** A table with sealed fields. */
export interface SealedTableName {
  readonly owner: string;
  readonly table: string;
  readonly fields: readonly SealedColumn[];
}

/** A row's sealed columns as they lie in the database. */
export interface StoredSealedRow {
  readonly id: string;
  readonly subjectId: string;
  /** By the property of the envelope or the index: `phoneCt`, `phoneBi`, `phoneBi2`. */
  readonly values: Readonly<Record<string, Uint8Array | string | null>>;
}

/** New values for some sealed columns of a row, which replace the old ones only where those are still there. */
export interface SealedChange {
  readonly id: string;
  readonly set: Readonly<Record<string, Uint8Array | string | null>>;
  readonly where: Readonly<Record<string, Uint8Array | string | null>>;
}

/** The sealed rows of the data database, as rotation needs them. */
export interface SealedRows {
  readonly tables: readonly SealedTableName[];
  count(table: SealedTableName): Promise<number>;
  /** Rows in the order of their ids, with these sealed columns. */
  after(
    table: SealedTableName,
    properties: readonly string[],
    id: string,
    limit: number,
  ): Promise<readonly StoredSealedRow[]>;
  /** Changes rows, in one transaction. Answers how many were still as they were expected. */
  change(table: SealedTableName, changes: readonly SealedChange[]): Promise<number>;
}

/** A place in the walk over all tables: `table/row id`. */
export function walkPlace(table: string, id: string): string {
  return `${table}/${id}`;
}

/** The table that a walk is in and the row after which it goes on; undefined: it is through. */
export function readPlace(
  tables: readonly SealedTableName[],
  place: string,
): { readonly table: SealedTableName; readonly id: string } | undefined {
  const [first] = tables;
  if (place === "") return first === undefined ? undefined : { table: first, id: "" };
  const slash = place.indexOf("/");
  const table = tables.find((candidate) => candidate.table === place.slice(0, slash));
  return table === undefined ? undefined : { table, id: place.slice(slash + 1) };
}

/** Where a walk goes on once a table is through; undefined: it was the last. */
export function nextTable(tables: readonly SealedTableName[], table: SealedTableName): string | undefined {
  const next = tables[tables.indexOf(table) + 1];
  return next === undefined ? undefined : walkPlace(next.table, "");
}
