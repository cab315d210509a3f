import type { DataSource } from "typeorm";
import { columnName, sealedColumnsOf, subjectProperty } from "../domain/classified";
import type { SealedColumn } from "../domain/sealed";

/** A table with sealed fields, as the catalogue knows it. */
export interface SealedTable {
  readonly owner: string;
  readonly table: string;
  /** The column with the subject's id; undefined: everything in it is sealed under the key for data without a subject. */
  readonly subjectColumn: string | undefined;
  readonly fields: readonly SealedColumn[];
}

/** All tables with sealed fields, in the order of their names. */
export function sealedTables(source: DataSource): readonly SealedTable[] {
  return source.entityMetadatas
    .flatMap(({ targetName: owner, tableName: table }): SealedTable[] => {
      const fields = sealedColumnsOf(owner);
      const subject = subjectProperty(owner);
      const subjectColumn = subject === undefined ? undefined : columnName(subject);
      return fields.length === 0 ? [] : [{ owner, table, subjectColumn, fields }];
    })
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** The columns that a sealed field lies in: its envelope and its indexes. */
export function columnsOf({ ct, bi }: SealedColumn): readonly string[] {
  return [ct, ...(bi ?? [])].map(columnName);
}
