import type { DataSource } from "typeorm";
import type { KeyStore, StoredRootKey, StoredSubjectKey } from "../vault/key-store";
import { placeholders, rowSource, type RowSource, type SqlValue } from "./rows";
import { bytesColumn } from "../domain/kind";
import { FieldwardError } from "../domain/errors";

export interface KeyStoreOptions {
  readonly clock: () => number;
  readonly newId: () => string;
}

function toBytes(stored: unknown): Uint8Array {
  const bytes: unknown = bytesColumn.from(stored);
  if (!(bytes instanceof Uint8Array)) throw new TypeError("a wrapped key is not bytes");
  return bytes;
}

type InsertRows = (
  table: string,
  columns: readonly string[],
  values: readonly (readonly SqlValue[])[],
) => Promise<void>;

function inserter(rows: RowSource): InsertRows {
  return async (table, columns, values) => {
    const row = `(${placeholders(columns.length)})`;
    const text = `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${values.map(() => row).join(", ")}`;
    await rows.run({ text, values: values.flat() });
  };
}

type Keys<Part extends keyof KeyStore> = Pick<KeyStore, Part>;

function subjectKeyRows(rows: RowSource, { clock }: KeyStoreOptions): Keys<"subjectKeys" | "addSubjectKeys"> {
  const insert = inserter(rows);
  const columns = ["id", "subject_id", "kek_id", "wrapped", "state", "created_at"];
  return {
    async subjectKeys(subjectIds) {
      const found = await rows.rows({
        text: `SELECT id, subject_id, kek_id, wrapped, state FROM subject_key WHERE subject_id IN (${placeholders(subjectIds.length)})`,
        values: subjectIds,
      });
      return found.map(([id, subjectId, kekId, wrapped, state]): StoredSubjectKey => ({
        id: String(id),
        subjectId: String(subjectId),
        kekId: String(kekId),
        wrapped: toBytes(wrapped),
        state: state === "active" ? "active" : "retired",
      }));
    },
    async addSubjectKeys(keys) {
      const now = clock();
      const values = keys.map((key) => [key.id, key.subjectId, key.kekId, key.wrapped, key.state, now]);
      await insert("subject_key", columns, values);
    },
  };
}

function rootKeyRows(rows: RowSource, { clock, newId }: KeyStoreOptions): Keys<"rootKeys" | "addRootKeys"> {
  const insert = inserter(rows);
  const columns = ["id", "purpose", "version", "kek_id", "wrapped", "created_at"];
  return {
    async rootKeys() {
      const text = "SELECT purpose, version, kek_id, wrapped FROM root_key";
      const found = await rows.rows({ text, values: [] });
      return found.map(([purpose, version, kekId, wrapped]): StoredRootKey => ({
        purpose: String(purpose),
        version: Number(version),
        kekId: String(kekId),
        wrapped: toBytes(wrapped),
      }));
    },
    async addRootKeys(keys) {
      const now = clock();
      const values = keys.map((key) => [newId(), key.purpose, key.version, key.kekId, key.wrapped, now]);
      try {
        await insert("root_key", columns, values);
      } catch (error) {
        // Another replica was first: its keys are the ones to use.
        if (!(error instanceof FieldwardError && error.code === "CONFLICT")) throw error;
      }
    },
  };
}

/** The vault database over its own pool: keys are loaded while the data pool holds the query that needs them. */
export function sqlKeyStore(source: DataSource, options: KeyStoreOptions): KeyStore {
  const rows = rowSource(source);
  return { ...subjectKeyRows(rows, options), ...rootKeyRows(rows, options) };
}
