import type { DataSource } from "typeorm";
import { columnName } from "../domain/classified";
import { bytesColumn } from "../domain/kind";
import { NO_SUBJECT } from "../domain/subject";
import type {
  SealedChange,
  SealedRows,
  SealedTableName,
  StoredSealedRow,
} from "../vault/rotation/sealed-rows";
import { placeholders, rowSource, type Row, type Sql, type SqlValue } from "./rows";
import { sealedTables, type SealedTable } from "./sealed-tables";

function stored(value: unknown): Uint8Array | string | null {
  const converted: unknown = bytesColumn.from(value);
  return converted instanceof Uint8Array || typeof converted === "string" ? converted : null;
}

function readRow(properties: readonly string[], [id, subjectId, ...columns]: Row): StoredSealedRow {
  const values = properties.map((property, i) => [property, stored(columns[i])] as const);
  return { id: String(id), subjectId: String(subjectId), values: Object.fromEntries(values) };
}

/** Changes one row where its columns are as they were read; comparing envelopes compares every byte of them. */
function changeSql(table: string, { id, set, where }: SealedChange): Sql {
  const values: SqlValue[] = [];
  const assign = Object.entries(set).map(([property, value]) => {
    values.push(value);
    return `${columnName(property)} = ?`;
  });
  values.push(id);
  const still = Object.entries(where).map(([property, value]) => {
    if (value === null) return `${columnName(property)} IS NULL`;
    values.push(value);
    return `${columnName(property)} = ?`;
  });
  return {
    text: `UPDATE ${table} SET ${assign.join(", ")} WHERE ${["id = ?", ...still].join(" AND ")}`,
    values,
  };
}

/**
 * The sealed columns of the data database as they lie there. It is the one way to write them that goes past the sealing
 * subscriber: rotation has the envelopes already. The CHECKs hold for it as for everyone.
 */
export function sqlSealedRows(data: DataSource): SealedRows {
  const rows = rowSource(data);
  const tables = sealedTables(data);
  const subjectOf = (owner: string): string => {
    const table = tables.find((candidate: SealedTable) => candidate.owner === owner);
    return table?.subjectColumn ?? `'${NO_SUBJECT}'`;
  };
  const select = async (
    { owner, table }: SealedTableName,
    properties: readonly string[],
    where: string,
    values: readonly SqlValue[],
  ): Promise<readonly StoredSealedRow[]> => {
    const columns = ["id", subjectOf(owner), ...properties.map(columnName)].join(", ");
    const found = await rows.rows({ text: `SELECT ${columns} FROM ${table} WHERE ${where}`, values });
    return found.map((row) => readRow(properties, row));
  };
  return {
    tables,
    async count({ table }) {
      const [row] = await rows.rows({ text: `SELECT COUNT(*) FROM ${table}`, values: [] });
      return Number(row?.[0] ?? 0);
    },
    after: (table, properties, id, limit) =>
      select(table, properties, "id > ? ORDER BY id LIMIT ?", [id, limit]),
    byIds: (table, properties, ids) => select(table, properties, `id IN (${placeholders(ids.length)})`, ids),
    async lastId({ table }) {
      const [row] = await rows.rows({ text: `SELECT MAX(id) FROM ${table}`, values: [] });
      return typeof row?.[0] === "string" ? row[0] : "";
    },
    async change({ table }, changes) {
      const changed = await rows.runAll(changes.map((change) => changeSql(table, change)));
      return changes.filter((_, i) => changed[i] === 0).map(({ id }) => id);
    },
  };
}
