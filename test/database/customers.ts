import { v7 as uuidv7 } from "uuid";
import { Customer } from "../../src/domain/customer";
import { bytesColumn } from "../../src/domain/kind";
import type { TestGateway } from "../support/gateway";
import { fictionalPhone } from "../support/records";

/** A customer as it is stored, bytes as Buffers. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** A new customer that is not yet written anywhere. */
export function newCustomer(tenantId: string, given: Partial<Customer> = {}): Customer {
  return Object.assign(new Customer(), {
    id: uuidv7(),
    tenantId,
    externalRef: null,
    status: "ACTIVE",
    country: "GB",
    language: "en",
    createdAt: new Date("2026-06-15T12:00:00Z"),
    name: "Amira Novak",
    phone: fictionalPhone(),
    email: "amira.novak@example.org",
    consentBits: 0,
    consentExpiry: null,
    ...given,
  });
}

/** The connection that writes, used past every guard. */
export function rawSql(gateway: TestGateway, sql: string, values: readonly unknown[] = []): Promise<unknown> {
  return gateway.fieldward.databases.data.writer.query(sql, [...values]);
}

function isRow(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The rows of a table as they lie in the database. */
export async function storedRows(gateway: TestGateway, table: string, id?: string): Promise<StoredRow[]> {
  const where = id === undefined ? "" : "WHERE id = ?";
  const found = await rawSql(gateway, `SELECT * FROM ${table} ${where}`, id === undefined ? [] : [id]);
  const rows: unknown[] = Array.isArray(found) ? found : [];
  return rows.filter(isRow).map((row) => {
    const entries = Object.entries(row).map(([name, value]): [string, unknown] => [
      name,
      bytesColumn.from(value) as unknown,
    ]);
    return Object.fromEntries(entries);
  });
}

/** The one row of an id. */
export async function storedRow(gateway: TestGateway, table: string, id: string): Promise<StoredRow> {
  const [row] = await storedRows(gateway, table, id);
  if (row === undefined) throw new Error(`there is no ${table} ${id}`);
  return row;
}

/** Everything that a table holds, as one text in which plaintext would be found. */
export async function everythingIn(gateway: TestGateway, table: string): Promise<string> {
  const rows = await storedRows(gateway, table);
  const texts = rows.flatMap((row) =>
    Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value))),
  );
  return texts.join("\n");
}
