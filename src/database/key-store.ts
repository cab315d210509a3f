import type { DataSource } from "typeorm";
import type { KeyStore, StoredRootKey, StoredSubjectKey } from "../vault/key-store";
import { isDuplicate } from "./faults";
import { placeholders, rowSource, type SqlValue } from "./rows";
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

/** The vault database over its own pool: keys are loaded while the data pool holds the query that needs them. */
export function sqlKeyStore(source: DataSource, options: KeyStoreOptions): KeyStore {
  const rows = rowSource(source);
  const insert = async (
    table: string,
    columns: readonly string[],
    values: readonly (readonly SqlValue[])[],
  ) => {
    const row = `(${placeholders(columns.length)})`;
    const text = `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${values.map(() => row).join(", ")}`;
    await rows.run({ text, values: values.flat() });
  };
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
      const columns = ["id", "subject_id", "kek_id", "wrapped", "state", "created_at"];
      const now = options.clock();
      await insert(
        "subject_key",
        columns,
        keys.map((key) => [key.id, key.subjectId, key.kekId, key.wrapped, key.state, now]),
      );
    },
    async rootKeys() {
      const found = await rows.rows({
        text: "SELECT purpose, version, kek_id, wrapped FROM root_key",
        values: [],
      });
      return found.map(([purpose, version, kekId, wrapped]): StoredRootKey => ({
        purpose: String(purpose),
        version: Number(version),
        kekId: String(kekId),
        wrapped: toBytes(wrapped),
      }));
    },
    async addRootKeys(keys) {
      const columns = ["id", "purpose", "version", "kek_id", "wrapped", "created_at"];
      const now = options.clock();
      try {
        await insert(
          "root_key",
          columns,
          keys.map((key) => [options.newId(), key.purpose, key.version, key.kekId, key.wrapped, now]),
        );
      } catch (error) {
        // Another replica was first: its keys are the ones to use.
        const lost = error instanceof FieldwardError && error.code === "CONFLICT";
        if (!lost && !isDuplicate(error)) throw error;
      }
    },
  };
}
