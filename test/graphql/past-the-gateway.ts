import Libsql from "libsql";
import type { DatabaseName } from "../../src/database/target";
import { connectToServer } from "../support/engines";
import type { TestGateway } from "../support/gateway";

/** A row as the database gives it. */
export type PlainRow = Readonly<Record<string, unknown>>;

/** Runs a statement straight in one of the gateway's databases, as an intruder or an administrator would. */
export async function pastTheGateway(
  { engine, installation }: TestGateway,
  database: DatabaseName,
  statement: string,
  values: readonly (string | number | Uint8Array)[] = [],
): Promise<readonly PlainRow[]> {
  const name = installation.databases[database];
  if (engine.server === null) {
    const connection = new Libsql(name);
    try {
      connection.pragma("busy_timeout = 5000");
      const prepared = connection.prepare(statement);
      if (/^select/i.test(statement)) return prepared.all(values) as PlainRow[];
      prepared.run(values);
      return [];
    } finally {
      connection.close();
    }
  }
  const connection = await connectToServer(engine.server, name);
  try {
    const [rows] = await connection.query(statement, [...values]);
    return Array.isArray(rows) ? (rows as PlainRow[]) : [];
  } finally {
    await connection.end();
  }
}

/** Takes the table of the access log away, as a failed disk or a revoked right would, and answers how to put it back. */
export async function breakAccessLog(gateway: TestGateway): Promise<() => Promise<void>> {
  await pastTheGateway(gateway, "audit", "ALTER TABLE audit_entry RENAME TO audit_entry_away");
  return async () => {
    await pastTheGateway(gateway, "audit", "ALTER TABLE audit_entry_away RENAME TO audit_entry");
  };
}

/** The bytes of every entry of the access log, in the order of their places. */
export async function auditBytes(gateway: TestGateway): Promise<string[]> {
  const rows = await pastTheGateway(
    gateway,
    "audit",
    "SELECT entry FROM audit_entry ORDER BY at, writer_id, place",
  );
  return rows.map(({ entry }) => Buffer.from(entry as Uint8Array).toString("utf8"));
}
