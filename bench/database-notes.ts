import { createConnection, type RowDataPacket } from "mysql2/promise";

export interface DatabaseNotes {
  readonly version: string;
  /** What would colour the numbers, in words; usually nothing. */
  readonly warnings: readonly string[];
}

const MIB = 2 ** 20;

/** What one should know of the database before believing the numbers. */
export async function readDatabaseNotes(mysqlUrl: string): Promise<DatabaseNotes> {
  const connection = await createConnection(mysqlUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(`
      SELECT VERSION() AS version, @@innodb_buffer_pool_size AS pool,
        (SELECT SUM(data_length + index_length) FROM information_schema.tables
          WHERE table_schema LIKE 'fieldward\\_bench\\_%') AS tables`);
    const version = String(rows[0]?.["version"]);
    const pool = Number(rows[0]?.["pool"]);
    const tables = Number(rows[0]?.["tables"] ?? 0);
    if (tables <= pool) return { version, warnings: [] };
    const sizes = `${String(Math.round(tables / MIB))} MiB of tables, ${String(Math.round(pool / MIB))} MiB of buffer pool`;
    return { version, warnings: [`${sizes}: Q2 measures the disk too. Raise innodb_buffer_pool_size.`] };
  } finally {
    await connection.end();
  }
}
