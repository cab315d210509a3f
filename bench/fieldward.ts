import { rmSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { z } from "zod";
import { migrateAll } from "../src/cli/migrate";
import { initialise } from "../src/installation";
import { makeLog, openFieldward } from "../src/main";
import { startNodeChild } from "./child-process";
import { FIELDWARD_DATABASES, fieldwardSettings } from "./fieldward-settings";
import { FieldwardSink } from "./fieldward-sink";
import type { BenchSink, LoadOptions, RunningServer, StartOptions } from "./target";

async function isLoaded(mysqlUrl: string, fingerprint: string): Promise<boolean> {
  const connection = await createConnection({ uri: mysqlUrl });
  try {
    const sql = `SELECT 1 FROM ${FIELDWARD_DATABASES.data}.bench_meta WHERE fingerprint = ?`;
    const [rows] = await connection.query<RowDataPacket[]>(sql, [fingerprint]);
    return rows.length > 0;
  } catch {
    return false;
  } finally {
    await connection.end();
  }
}

async function recreateDatabases(mysqlUrl: string): Promise<void> {
  const connection = await createConnection({ uri: mysqlUrl });
  for (const database of Object.values(FIELDWARD_DATABASES)) {
    await connection.query(`DROP DATABASE IF EXISTS ${database}`);
    await connection.query(`CREATE DATABASE ${database}`);
  }
  await connection.end();
}

/** A sink that seals the rows into Fieldward's databases, or undefined if the wanted rows are there already. */
export async function loadFieldward(options: LoadOptions): Promise<BenchSink | undefined> {
  const { mysqlUrl, fingerprint, reload } = options;
  if (!reload && (await isLoaded(mysqlUrl, fingerprint))) return undefined;
  await recreateDatabases(mysqlUrl);
  const settings = fieldwardSettings(mysqlUrl);
  rmSync(settings.FIELDWARD_KEY_PROVIDER.slice("local:".length), { force: true });
  await migrateAll(settings);
  await initialise(settings, Date.now);
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  return FieldwardSink.open(fieldward, settings.FIELDWARD_DATA_URL, fingerprint);
}

const readySchema = z.object({ url: z.string(), token: z.string() });

/** Starts Fieldward as a child process with exactly `nodeFlags`, and answers when it is ready. */
export async function startFieldward({ mysqlUrl, nodeFlags }: StartOptions): Promise<RunningServer> {
  const script = join(__dirname, "fieldward-server.js");
  const child = await startNodeChild({ script, args: [mysqlUrl], nodeFlags, environment: {} });
  const { url, token } = readySchema.parse(child.ready);
  const headers = { authorization: `Bearer ${token}`, "fieldward-purpose": "support" };
  return { url, headers, stop: () => child.stop() };
}
