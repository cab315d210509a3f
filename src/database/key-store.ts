import type { DataSource } from "typeorm";
import { FieldwardError } from "../domain/errors";
import { bytesColumn } from "../domain/kind";
import type { KeyStore, StoredKek, StoredRootKey, StoredSubjectKey } from "../vault/key-store";
import { placeholders, rowSource, type Row, type RowSource, type SqlValue } from "./rows";

export interface KeyStoreOptions {
  readonly clock: () => number;
  readonly newId: () => string;
}

/** A stored key's bytes, on whatever engine. */
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

const SUBJECT_KEY_STATES = ["active", "retired", "kept"] as const;
const ROOT_KEY_STATES = ["incoming", "current", "retired"] as const;
const KEK_STATES = ["primary", "retired", "empty", "destroyed", "gone", "moved"] as const;

/** One of a closed list; what is none of it is the last resort. */
function stateOf<State extends string>(states: readonly State[], stored: unknown, otherwise: State): State {
  return states.find((state) => state === stored) ?? otherwise;
}

const textOrNull = (stored: unknown): string | null => (typeof stored === "string" ? stored : null);

function subjectKeyRows(rows: RowSource, { clock }: KeyStoreOptions): Keys<"subjectKeys" | "addSubjectKeys"> {
  const insert = inserter(rows);
  const columns = ["id", "subject_id", "tenant_id", "kek_id", "wrapped", "state", "created_at"];
  return {
    async subjectKeys(subjectIds) {
      const found = await rows.rows({
        text: `SELECT ${KEY_COLUMNS} FROM subject_key WHERE subject_id IN (${placeholders(subjectIds.length)})`,
        values: subjectIds,
      });
      return found.map(readSubjectKey);
    },
    async addSubjectKeys(keys) {
      const now = clock();
      const values = keys.map((key) => [
        key.id,
        key.subjectId,
        key.tenantId,
        key.kekId,
        key.wrapped,
        key.state,
        now,
      ]);
      await insert("subject_key", columns, values);
    },
  };
}

/** The columns that `readSubjectKey` reads. */
export const KEY_COLUMNS = "id, subject_id, tenant_id, kek_id, wrapped, state";

/** Reads KEY_COLUMNS. */
export function readSubjectKey([id, subjectId, tenantId, kekId, wrapped, state]: Row): StoredSubjectKey {
  return {
    id: String(id),
    subjectId: String(subjectId),
    tenantId: textOrNull(tenantId),
    kekId: String(kekId),
    wrapped: toBytes(wrapped),
    state: stateOf(SUBJECT_KEY_STATES, state, "retired"),
  };
}

function rootKeyRows(rows: RowSource, { clock, newId }: KeyStoreOptions): Keys<"rootKeys" | "addRootKeys"> {
  const insert = inserter(rows);
  const columns = ["id", "purpose", "version", "kek_id", "wrapped", "state", "created_at"];
  return {
    async rootKeys() {
      const text = "SELECT purpose, version, kek_id, wrapped, state FROM root_key";
      const found = await rows.rows({ text, values: [] });
      return found.map(([purpose, version, kekId, wrapped, state]): StoredRootKey => ({
        purpose: String(purpose),
        version: Number(version),
        kekId: String(kekId),
        wrapped: toBytes(wrapped),
        // Keys from before there were states have none.
        state: stateOf(ROOT_KEY_STATES, state, "current"),
      }));
    },
    async addRootKeys(keys) {
      const now = clock();
      const values = keys.map((key) => [
        newId(),
        key.purpose,
        key.version,
        key.kekId,
        key.wrapped,
        key.state,
        now,
      ]);
      try {
        await insert("root_key", columns, values);
      } catch (error) {
        // Another replica was first: its keys are the ones to use.
        if (!(error instanceof FieldwardError && error.code === "CONFLICT")) throw error;
      }
    },
  };
}

const KEK_COLUMNS =
  "id, tenant_id, provider, key_id, key_version, wrapped, state, created_at, retired_at" as const;

function readKek(row: Row): StoredKek {
  const [id, tenantId, provider, keyId, keyVersion, wrapped, state, createdAt, retiredAt] = row;
  return {
    id: String(id),
    tenantId: textOrNull(tenantId),
    provider: textOrNull(provider),
    keyId: String(keyId),
    keyVersion: String(keyVersion),
    wrapped: toBytes(wrapped),
    state: stateOf(KEK_STATES, state, "destroyed"),
    createdAtMs: Number(createdAt),
    retiredAtMs: retiredAt === null ? null : Number(retiredAt),
  };
}

function kekRows(rows: RowSource): Keys<"keks" | "addPrimaryKek"> {
  return {
    async keks() {
      const found = await rows.rows({ text: `SELECT ${KEK_COLUMNS} FROM kek`, values: [] });
      return found.map(readKek);
    },
    async addPrimaryKek(kek) {
      const owner = kek.tenantId === null ? "tenant_id IS NULL" : "tenant_id = ?";
      const retire = {
        text: `UPDATE kek SET state = 'retired', retired_at = ? WHERE state = 'primary' AND ${owner}`,
        values: [kek.createdAtMs, ...(kek.tenantId === null ? [] : [kek.tenantId])],
      };
      const values = [kek.id, kek.tenantId, kek.provider, kek.keyId, kek.keyVersion, kek.wrapped];
      const add = {
        text: `INSERT INTO kek (${KEK_COLUMNS}) VALUES (${placeholders(9)})`,
        values: [...values, kek.state, kek.createdAtMs, kek.retiredAtMs],
      };
      await rows.runAll([retire, add]);
    },
  };
}

/** The vault database over its own pool: keys are loaded while the data pool holds the query that needs them. */
export function sqlKeyStore(source: DataSource, options: KeyStoreOptions): KeyStore {
  const rows = rowSource(source);
  return { ...subjectKeyRows(rows, options), ...rootKeyRows(rows, options), ...kekRows(rows) };
}
