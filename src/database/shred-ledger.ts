import type { DataSource } from "typeorm";
import { FieldwardError } from "../domain/errors";
import type { LedgerOrder, ShredLedger, ShredNotes, ShredOrder } from "../vault/shredding";
import { placeholders, rowSource, type Row, type RowSource } from "./rows";

const COLUMNS = "id, subject_id, tenant_id, ordered_by, at, mac";

function readOrder([id, subjectId, tenantId, orderedBy, at, mac]: Row): ShredOrder {
  return {
    id: String(id),
    subjectId: String(subjectId),
    tenantId: typeof tenantId === "string" ? tenantId : null,
    orderedBy: String(orderedBy),
    atMs: Number(at),
    mac: String(mac),
  };
}

function readLedgerOrder(row: Row): LedgerOrder {
  return { ...readOrder(row), done: row[6] !== null };
}

const valuesOf = ({ id, subjectId, tenantId, orderedBy, atMs, mac }: ShredOrder) => [
  id,
  subjectId,
  tenantId,
  orderedBy,
  atMs,
  mac,
];

function ledgerReads(rows: RowSource): Pick<ShredLedger, "orders" | "ordersOf" | "revived" | "countDone"> {
  return {
    async orders() {
      const text = `SELECT ${COLUMNS}, done_at FROM shred_ledger ORDER BY id`;
      return (await rows.rows({ text, values: [] })).map(readLedgerOrder);
    },
    async ordersOf(subjectId) {
      const text = `SELECT ${COLUMNS}, done_at FROM shred_ledger WHERE subject_id = ? ORDER BY id`;
      return (await rows.rows({ text, values: [subjectId] })).map(readLedgerOrder);
    },
    async revived() {
      const text =
        "SELECT DISTINCT k.subject_id FROM shred_ledger l JOIN subject_key k ON k.subject_id = l.subject_id";
      return (await rows.rows({ text, values: [] })).map(([subjectId]) => String(subjectId));
    },
    async countDone(beforeMs) {
      const text = "SELECT COUNT(*) FROM shred_ledger WHERE at < ? AND done_at IS NOT NULL";
      const [row] = await rows.rows({ text, values: [beforeMs] });
      return Number(row?.[0] ?? 0);
    },
  };
}

/** The shred ledger of the vault database. */
export function sqlShredLedger(vault: DataSource): ShredLedger {
  const rows = rowSource(vault);
  return {
    async prove() {
      await rows.runAll([
        { text: "DELETE FROM subject_key WHERE subject_id = ?", values: [""] },
        { text: "UPDATE shred_ledger SET done_at = ? WHERE id = ?", values: [0, ""] },
      ]);
    },
    async destroy(order) {
      const places = placeholders(6);
      // Only where it is not there yet, in words that all engines know: a second time changes nothing.
      const note = `INSERT INTO shred_ledger (${COLUMNS}) SELECT ${places} FROM (SELECT COUNT(*) AS known FROM shred_ledger WHERE id = ?) k WHERE k.known = 0`;
      await rows.runAll([
        { text: "DELETE FROM subject_key WHERE subject_id = ?", values: [order.subjectId] },
        { text: note, values: [...valuesOf(order), order.id] },
      ]);
    },
    async complete(orderId, atMs) {
      await rows.run({
        text: "UPDATE shred_ledger SET done_at = ? WHERE id = ? AND done_at IS NULL",
        values: [atMs, orderId],
      });
    },
    ...ledgerReads(rows),
  };
}

/** The copy of the ledger in the audit database. */
export function sqlShredNotes(audit: DataSource): ShredNotes {
  const rows = rowSource(audit);
  return {
    async add(order) {
      try {
        const text = `INSERT INTO shred_entry (${COLUMNS}) VALUES (${placeholders(6)})`;
        await rows.run({ text, values: valuesOf(order) });
      } catch (error) {
        if (error instanceof FieldwardError && error.code === "CONFLICT") return;
        throw new FieldwardError("AUDIT_UNAVAILABLE", undefined, { cause: error });
      }
    },
    async orders(sinceMs) {
      const text = `SELECT ${COLUMNS} FROM shred_entry WHERE at >= ? ORDER BY at, id`;
      return (await rows.rows({ text, values: [sinceMs] })).map(readOrder);
    },
    async ordersOf(subjectId) {
      const text = `SELECT ${COLUMNS} FROM shred_entry WHERE subject_id = ? ORDER BY at, id`;
      return (await rows.rows({ text, values: [subjectId] })).map(readOrder);
    },
    async count(beforeMs) {
      const text = "SELECT COUNT(*) FROM shred_entry WHERE at < ?";
      const [row] = await rows.rows({ text, values: [beforeMs] });
      return Number(row?.[0] ?? 0);
    },
  };
}
