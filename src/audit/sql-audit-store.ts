import type { DataSource } from "typeorm";
import { placeholders, rowSource, type Row, type RowSource, type SqlValue } from "../database/rows";
import { bytesColumn } from "../domain/kind";
import type { AuditRow, AuditStore } from "./access-log";

const COLUMNS = ["id", "writer_id", "place", "at", "actor_id", "entry", "leaf_hash", "root_hash"];

/** Up to so many rows the statement is prepared, one for each number of rows. */
const PREPARED_ROWS = 32;

function values(row: AuditRow): SqlValue[] {
  return [row.id, row.writerId, row.place, row.atMs, row.actorId, row.entry, row.leafHash, row.rootHash];
}

/** An entry as it was found, for verification. */
export interface FoundEntry {
  readonly place: number;
  readonly atMs: number;
  readonly actorId: string | null;
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
  /** What one principal did in some time, oldest first: the bytes of each entry. */
  entriesBy(actorId: string, fromMs: number, toMs: number): AsyncIterable<Uint8Array>;
}

const PAGE = 500;

/** Page by page, so that a busy month of somebody does not have to fit into memory. */
async function* entriesBy(
  sql: RowSource,
  actorId: string,
  fromMs: number,
  toMs: number,
): AsyncIterable<Uint8Array> {
  const text =
    "SELECT at, id, entry FROM audit_entry WHERE actor_id = ? AND at <= ? AND (at > ? OR (at = ? AND id > ?)) ORDER BY at, id LIMIT ?";
  let [at, id] = [fromMs - 1, "~"];
  for (;;) {
    const page = await sql.rows({ text, values: [actorId, toMs, at, at, id, PAGE] });
    for (const [, , entry] of page) yield bytesOf(entry);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    [at, id] = [Number(last[0]), String(last[1])];
  }
}

function bytesOf(stored: unknown): Uint8Array {
  const bytes: unknown = bytesColumn.from(stored);
  return bytes instanceof Uint8Array ? bytes : Buffer.from(String(bytes));
}

function foundEntry([place, at, actor, entry, leaf, root]: Row): FoundEntry {
  return {
    place: Number(place),
    atMs: Number(at),
    actorId: typeof actor === "string" ? actor : null,
    entry: bytesOf(entry),
    leafHash: String(leaf),
    rootHash: typeof root === "string" ? root : null,
  };
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
    entriesBy: (actorId, fromMs, toMs) => entriesBy(sql, actorId, fromMs, toMs),
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
        "SELECT place, at, actor_id, entry, leaf_hash, root_hash FROM audit_entry WHERE writer_id = ? AND place >= ? ORDER BY place LIMIT ?";
      const found = await sql.rows({ text, values: [writerId, place, limit] });
      return found.map(foundEntry);
    },
  };
}
