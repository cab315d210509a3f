import type { DataStore } from "./databases";
import { placeholders, rowSource } from "./rows";

/** Gives the tenants of customers; who is none, or has been taken out, is left out. */
export function sqlTenantsOf(
  data: DataStore,
): (subjectIds: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  const rows = rowSource(data.reader);
  return async (subjectIds) => {
    if (subjectIds.length === 0) return new Map();
    const text = `SELECT id, tenant_id FROM customer WHERE id IN (${placeholders(subjectIds.length)})`;
    const found = await rows.rows({ text, values: subjectIds });
    return new Map(found.map(([id, tenantId]) => [String(id), String(tenantId)]));
  };
}
