import type { EntityManager } from "typeorm";
import type { ShreddableData } from "../vault/shredding";
import type { DataStore } from "./databases";
import { placeholders, rowSource } from "./rows";
import { columnsOf, sealedTables, type SealedTable } from "./sealed-tables";
import { sqlTenantsOf } from "./tenants-of";

const IDS_PER_STATEMENT = 500;

/** Nulls all sealed columns of a subject's rows in one table. The CHECKs hold: an envelope and its indexes go together. */
async function clearTable(manager: EntityManager, table: SealedTable, subjectId: string): Promise<number> {
  const nulls = table.fields.flatMap(columnsOf).map((column) => `${column} = NULL`);
  const marks = table.owner === "Customer" ? [...nulls, "status = 'ERASED'"] : nulls;
  const where = `${String(table.subjectColumn)} = ?`;
  const found: unknown = await manager.query(`SELECT COUNT(*) AS n FROM ${table.table} WHERE ${where}`, [
    subjectId,
  ]);
  await manager.query(`UPDATE ${table.table} SET ${marks.join(", ")} WHERE ${where}`, [subjectId]);
  const [row] = found as { n: number | string }[];
  return Number(row?.n ?? 0);
}

/** The data database, as shredding needs it: every table of the catalogue whose rows have a subject. */
export function sqlShreddableData(data: DataStore): ShreddableData {
  const tables = sealedTables(data.writer).filter(({ subjectColumn }) => subjectColumn !== undefined);
  // The customer first: whoever writes for it holds its row, and is through before this goes on.
  const inOrder = [...tables].sort((a, b) => Number(b.owner === "Customer") - Number(a.owner === "Customer"));
  const rows = rowSource(data.reader);
  const tenantsOf = sqlTenantsOf(data);
  return {
    tenantOf: async (subjectId) => (await tenantsOf([subjectId])).get(subjectId),
    clear: (subjectId, record) =>
      data.write(async (manager) => {
        let count = 0;
        for (const table of inOrder) count += await clearTable(manager, table, subjectId);
        await record(count);
        return count;
      }),
    async notErased(subjectIds) {
      const found: string[] = [];
      for (let from = 0; from < subjectIds.length; from += IDS_PER_STATEMENT) {
        const ids = subjectIds.slice(from, from + IDS_PER_STATEMENT);
        const text = `SELECT id FROM customer WHERE id IN (${placeholders(ids.length)}) AND status <> 'ERASED'`;
        found.push(...(await rows.rows({ text, values: ids })).map(([id]) => String(id)));
      }
      return found;
    },
  };
}
