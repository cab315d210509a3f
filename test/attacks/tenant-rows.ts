import { pastTheGateway } from "../graphql/past-the-gateway";
import type { TestGateway } from "../support/gateway";

const OF_TENANT = "tenant_id = ?";
const OF_ITS_CUSTOMERS = "customer_id IN (SELECT id FROM customer WHERE tenant_id = ?)";

/** Where the rows of a tenant are, and all that point at one of its customers. */
const ROWS = {
  tenant: "id = ?",
  customer: OF_TENANT,
  message: `${OF_TENANT} OR ${OF_ITS_CUSTOMERS}`,
  consent_record: OF_ITS_CUSTOMERS,
  elevation: OF_ITS_CUSTOMERS,
  api_token: OF_TENANT,
  alert: "actor_id IN (SELECT id FROM api_token WHERE tenant_id = ?)",
} as const;

/** All rows of a tenant and its customers' keys, column by column, past the gateway. */
export async function rowsOf(
  gateway: TestGateway,
  tenantId: string,
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const rows: Record<string, unknown[]> = {};
  const add = async (database: "data" | "vault", table: string, where: string): Promise<void> => {
    const values = Array.from(where.matchAll(/\?/g), () => tenantId);
    const select = `SELECT * FROM ${table} WHERE ${where} ORDER BY id`;
    const found = await pastTheGateway(gateway, database, select, values);
    rows[table] = found.map((row) => JSON.parse(JSON.stringify(row)) as unknown);
  };
  for (const [table, where] of Object.entries(ROWS)) await add("data", table, where);
  await add("vault", "subject_key", OF_TENANT);
  return rows;
}
