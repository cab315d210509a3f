import type { DataSource } from "typeorm";
import type { ReindexStore } from "../vault/rotation/reindex";
import type { ResealStore } from "../vault/rotation/reseal";
import type { RewrapStore } from "../vault/rotation/rewrap";
import type { KekStore } from "../vault/rotation/rotate";
import { KEY_COLUMNS, readSubjectKey, sqlKeyStore, type KeyStoreOptions } from "./key-store";
import { placeholders, rowSource, type RowSource, type Sql } from "./rows";

/** What is under no key any more: neither a data key nor a root key. */
const UNUSED =
  "id NOT IN (SELECT kek_id FROM subject_key) AND id NOT IN (SELECT kek_id FROM root_key)" as const;

async function numberFrom(rows: RowSource, sql: Sql): Promise<number> {
  const [row] = await rows.rows(sql);
  return Number(row?.[0] ?? 0);
}

function kekStates(rows: RowSource): Pick<KekStore, "markEmptyKeks" | "nameProvider" | "markGone"> {
  return {
    async markEmptyKeks(atMs) {
      await rows.runAll([
        // A process that had not heard of the new KEK has wrapped under it since.
        {
          text: `UPDATE kek SET state = 'retired', retired_at = ? WHERE state = 'empty' AND NOT (${UNUSED})`,
          values: [atMs],
        },
        {
          text: `UPDATE kek SET state = 'empty', retired_at = ? WHERE state = 'retired' AND ${UNUSED}`,
          values: [atMs],
        },
      ]);
    },
    nameProvider: (spec) =>
      rows.run({ text: "UPDATE kek SET provider = ? WHERE provider IS NULL", values: [spec] }),
    async markGone(kekIds) {
      if (kekIds.length === 0) return;
      const text = `UPDATE kek SET state = 'gone' WHERE state IN ('destroyed', 'moved') AND id IN (${placeholders(kekIds.length)})`;
      await rows.run({ text, values: kekIds });
    },
  };
}

function kekWork(
  rows: RowSource,
  { newId }: KeyStoreOptions,
): Pick<KekStore, "keksInUse" | "destroyKek"> & Pick<RewrapStore, "replaceKek"> {
  return {
    async keksInUse() {
      const text = "SELECT kek_id FROM subject_key UNION SELECT kek_id FROM root_key";
      return new Set((await rows.rows({ text, values: [] })).map(([id]) => String(id)));
    },
    async destroyKek(kekId) {
      const text = `UPDATE kek SET state = 'destroyed', wrapped = ? WHERE id = ? AND state = 'empty' AND ${UNUSED}`;
      const [changed] = await rows.runAll([{ text, values: [Buffer.alloc(0), kekId] }]);
      return changed === 1;
    },
    async replaceKek(old, { keyId, keyVersion, wrapped }, atMs) {
      const set = "UPDATE kek SET key_id = ?, key_version = ?, wrapped = ? WHERE id = ? AND key_version = ?";
      const trace = `INSERT INTO kek (id, tenant_id, provider, key_id, key_version, wrapped, state, created_at, retired_at) VALUES (${placeholders(9)})`;
      const values = [newId(), old.tenantId, old.provider, old.keyId, old.keyVersion, Buffer.alloc(0)];
      await rows.runAll([
        { text: set, values: [keyId, keyVersion, wrapped, old.id, old.keyVersion] },
        { text: trace, values: [...values, "moved", old.createdAtMs, atMs] },
      ]);
    },
  };
}

function rewrapWork(
  rows: RowSource,
): Pick<RewrapStore, "subjectKeysAfter" | "countSubjectKeys" | "replaceSubjectKeys" | "replaceRootKey"> {
  return {
    async subjectKeysAfter(id, limit) {
      const text = `SELECT ${KEY_COLUMNS} FROM subject_key WHERE id > ? ORDER BY id LIMIT ?`;
      return (await rows.rows({ text, values: [id, limit] })).map(readSubjectKey);
    },
    countSubjectKeys: () => numberFrom(rows, { text: "SELECT COUNT(*) FROM subject_key", values: [] }),
    async replaceSubjectKeys(keys) {
      const text =
        "UPDATE subject_key SET kek_id = ?, wrapped = ?, tenant_id = ? WHERE id = ? AND kek_id = ?";
      await rows.runAll(
        keys.map(({ old, tenantId, under }) => ({
          text,
          values: [under.kekId, under.wrapped, tenantId, old.id, old.kekId],
        })),
      );
    },
    replaceRootKey: ({ purpose, version, kekId }, under) =>
      rows.run({
        text: "UPDATE root_key SET kek_id = ?, wrapped = ? WHERE purpose = ? AND version = ? AND kek_id = ?",
        values: [under.kekId, under.wrapped, purpose, version, kekId],
      }),
  };
}

function succession(rows: RowSource): Pick<ResealStore, "succeed"> {
  return {
    async succeed(runId, atMs, pairs) {
      const retire = `UPDATE subject_key SET state = 'retired', retired_at = ?, run_id = ? WHERE id = ? AND state = 'active'`;
      const add = `INSERT INTO subject_key (id, subject_id, tenant_id, kek_id, wrapped, state, created_at) SELECT ?, subject_id, tenant_id, ?, ?, 'active', ? FROM subject_key WHERE id = ? AND state = 'retired' AND retired_at = ? AND run_id = ?`;
      // What an earlier run had to leave is tried again with this one, where this very call retired the subject's key.
      const retired =
        "SELECT subject_id FROM subject_key WHERE run_id = ? AND retired_at = ? AND state = 'retired'";
      const again = `UPDATE subject_key SET state = 'retired', retired_at = ?, run_id = ? WHERE state = 'kept' AND subject_id IN (SELECT r.subject_id FROM (${retired}) r)`;
      await rows.runAll([
        ...pairs.flatMap(({ old, next }) => [
          { text: retire, values: [atMs, runId, old.id] },
          { text: add, values: [next.id, next.kekId, next.wrapped, atMs, old.id, atMs, runId] },
        ]),
        { text: again, values: [atMs, runId, runId, atMs] },
      ]);
    },
  };
}

function resealWork(rows: RowSource): Omit<ResealStore, "succeed"> {
  const before = "FROM subject_key WHERE state = 'active' AND created_at < ?";
  const retiredBy = "FROM subject_key WHERE run_id = ? AND state = 'retired'";
  return {
    async activeKeysBefore(ms, afterId, limit) {
      const text = `SELECT ${KEY_COLUMNS} ${before} AND id > ? ORDER BY id LIMIT ?`;
      return (await rows.rows({ text, values: [ms, afterId, limit] })).map(readSubjectKey);
    },
    countActiveKeysBefore: (ms) => numberFrom(rows, { text: `SELECT COUNT(*) ${before}`, values: [ms] }),
    async keep(subjectIds) {
      const text = `UPDATE subject_key SET state = 'kept' WHERE state = 'retired' AND subject_id IN (${placeholders(subjectIds.length)})`;
      await rows.run({ text, values: subjectIds });
    },
    countRetiredBy: (runId) => numberFrom(rows, { text: `SELECT COUNT(*) ${retiredBy}`, values: [runId] }),
    async dropRetiredBy(runId, limit) {
      const found = await rows.rows({
        text: `SELECT id ${retiredBy} ORDER BY id LIMIT ?`,
        values: [runId, limit],
      });
      if (found.length === 0) return 0;
      const ids = found.map(([id]) => String(id));
      // Asked again: one may be kept since.
      const text = `DELETE FROM subject_key WHERE state = 'retired' AND id IN (${placeholders(ids.length)})`;
      await rows.run({ text, values: ids });
      return ids.length;
    },
  };
}

function reindexWork(rows: RowSource): Omit<ReindexStore, "rootKeys" | "addRootKeys"> {
  const keys = "purpose = 'blind-index'";
  return {
    async switchIndexKeys() {
      const text = `SELECT version FROM root_key WHERE ${keys} AND state = 'incoming'`;
      const [incoming] = await rows.rows({ text, values: [] });
      if (incoming === undefined) return;
      const version = Number(incoming[0]);
      await rows.runAll([
        { text: `UPDATE root_key SET state = 'retired' WHERE ${keys} AND version < ?`, values: [version] },
        { text: `UPDATE root_key SET state = 'current' WHERE ${keys} AND version = ?`, values: [version] },
      ]);
    },
    dropRetiredIndexKeys: () =>
      rows.run({ text: `DELETE FROM root_key WHERE ${keys} AND state = 'retired'`, values: [] }),
  };
}

/** The vault database, as rotation needs it. */
export function sqlRotationStore(
  vault: DataSource,
  options: KeyStoreOptions,
): KekStore & RewrapStore & ResealStore & ReindexStore {
  const rows = rowSource(vault);
  return {
    ...sqlKeyStore(vault, options),
    ...kekStates(rows),
    ...kekWork(rows, options),
    ...rewrapWork(rows),
    ...succession(rows),
    ...resealWork(rows),
    ...reindexWork(rows),
  };
}
