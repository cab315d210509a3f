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
  /** These rows, without those that are not there any more. */
  byIds(
    table: SealedTableName,
    properties: readonly string[],
    ids: readonly string[],
  ): Promise<readonly StoredSealedRow[]>;
  /** The highest id; empty where there is no row. */
  lastId(table: SealedTableName): Promise<string>;
  /** Changes rows, in one transaction. Answers the ids of those that were not as they were expected, and stay. */
  change(table: SealedTableName, changes: readonly SealedChange[]): Promise<readonly string[]>;
}

/**
 * Where a walk over all tables is: in a table, after a row, on its way to the last that was there when it came to the table.
 * Without an end it would not come to one while others write.
 */
export interface WalkPlace {
  readonly table: SealedTableName;
  readonly id: string;
  readonly lastId: string;
}

/** `table/row id/last id` */
export function writePlace({ table: { table }, id, lastId }: WalkPlace): string {
  return `${table}/${id}/${lastId}`;
}

/** Reads what `writePlace` wrote; undefined: it is not in one of these tables. */
export function readPlace(tables: readonly SealedTableName[], place: string): WalkPlace | undefined {
  const [name, id = "", lastId = ""] = place.split("/");
  const table = tables.find((candidate) => candidate.table === name);
  return table === undefined ? undefined : { table, id, lastId };
}
