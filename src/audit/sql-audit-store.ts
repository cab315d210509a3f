import type { DataSource } from "typeorm";
import { placeholders, rowSource, type SqlValue } from "../database/rows";
import { bytesColumn } from "../domain/kind";
import type { AuditRow, AuditStore } from "./access-log";

const COLUMNS = ["id", "writer_id", "place", "at", "entry", "leaf_hash", "root_hash"];

/** Up to so many rows the statement is prepared, one for each number of rows. */
const PREPARED_ROWS = 32;

function values(row: AuditRow): SqlValue[] {
  return [row.id, row.writerId, row.place, row.atMs, row.entry, row.leafHash, row.rootHash];
}

/** An entry as it was found, for verification. */
export interface FoundEntry {
  readonly place: number;
  readonly atMs: number;
  readonly entry: Uint8Array;
  readonly leafHash: string;
  readonly rootHash: string | null;
}

/** The audit database in SQL. One INSERT is one commit. */
export interface SqlAuditStore extends AuditStore {
  /** The ids of all writers. */
  writers(): Promise<readonly string[]>;
  /** Some entries of a writer from a place on, in order. */
  entriesFrom(writerId: string, place: number, limit: number): Promise<readonly FoundEntry[]>;
}

export function sqlAuditStore(source: DataSource): SqlAuditStore {
  const sql = rowSource(source);
  const insertOf = (count: number): string => {
    const row = `(${placeholders(COLUMNS.length)})`;
    return `INSERT INTO audit_entry (${COLUMNS.join(", ")}) VALUES ${new Array<string>(count).fill(row).join(", ")}`;
  };
  return {
    add: (rows) => {
      const insert = { text: insertOf(rows.length), values: rows.flatMap(values) };
      return rows.length <= PREPARED_ROWS ? sql.runPrepared(insert) : sql.run(insert);
    },
    async leavesFrom(writerId, place) {
      const text = "SELECT leaf_hash FROM audit_entry WHERE writer_id = ? AND place >= ? ORDER BY place";
      const found = await sql.rows({ text, values: [writerId, place] });
      return found.map(([leaf]) => String(leaf));
    },
    async writers() {
      const found = await sql.rows({
        text: "SELECT DISTINCT writer_id FROM audit_entry ORDER BY writer_id",
        values: [],
      });
      return found.map(([writerId]) => String(writerId));
    },
    async entriesFrom(writerId, place, limit) {
      const text =
        "SELECT place, at, entry, leaf_hash, root_hash FROM audit_entry WHERE writer_id = ? AND place >= ? ORDER BY place LIMIT ?";
      const found = await sql.rows({ text, values: [writerId, place, limit] });
      return found.map(([inOrder, at, entry, leaf, root]): FoundEntry => {
        const bytes: unknown = bytesColumn.from(entry);
        return {
          place: Number(inOrder),
          atMs: Number(at),
          entry: bytes instanceof Uint8Array ? bytes : Buffer.from(String(bytes)),
          leafHash: String(leaf),
          rootHash: typeof root === "string" ? root : null,
        };
      });
    },
  };
}
