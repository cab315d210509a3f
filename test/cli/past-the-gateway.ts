import Libsql from "libsql";
import type { DatabaseName } from "../../src/database/target";
import { connectToServer, type Engine, type Installation } from "../support/engines";

/** Runs a statement on one of an installation's databases, as its administrator could. */
export async function statement(
  { server }: Engine,
  { databases }: Installation,
  name: DatabaseName,
  sql: string,
): Promise<void> {
  if (server === null) {
    const database = new Libsql(databases[name]);
    database.pragma("busy_timeout = 5000");
    database.exec(sql);
    database.close();
    return;
  }
  const connection = await connectToServer(server, databases[name]);
  await connection.query(sql);
  await connection.end();
}

/** Changes the first entry of each log. */
export function alterLog(engine: Engine, installation: Installation): Promise<void> {
  return statement(engine, installation, "audit", "UPDATE audit_entry SET entry = X'7b7d' WHERE place = 0");
}
