import { escape, type Connection } from "mysql2/promise";
import { connectToServer } from "../support/engines";

/** What a server wrote down of the statements that reached some databases. */
export interface ServerLogs {
  readonly general: readonly Buffer[];
  readonly slow: readonly Buffer[];
}

/** A server that writes every statement down, until it is stopped. */
export interface Recording {
  /** Puts the server's settings back, and answers what came over connections to these databases since it began. */
  stop(databases: readonly string[]): Promise<ServerLogs>;
}

/** In the order in which they are set. The filter is MariaDB's own: as it comes, it lets most statements pass. */
const WANTED: readonly (readonly [string, string])[] = [
  ["log_output", "TABLE"],
  ["long_query_time", "0"],
  ["log_slow_filter", ""],
  ["general_log", "ON"],
  ["slow_query_log", "ON"],
];

/** One run at a time may change the server's settings: the next would take them for those to be put back. */
const LOCK = "fieldward_server_logs";
const LOCK_SECONDS = 300;

async function select(admin: Connection, sql: string, values: readonly unknown[] = []) {
  const [rows] = await admin.query(sql, [...values]);
  return rows as readonly Readonly<Record<string, unknown>>[];
}

/** The settings as they stand, in the order of WANTED; those that the server does not have are left out. */
async function settingsNow(admin: Connection): Promise<(readonly [string, string])[]> {
  const names = WANTED.map(([name]) => name);
  const rows = await select(admin, "SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)", [names]);
  const values = new Map(rows.map((row) => [String(row["Variable_name"]), String(row["Value"])]));
  return names.flatMap((name): (readonly [string, string])[] => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value]];
  });
}

async function set(admin: Connection, settings: readonly (readonly [string, string])[]): Promise<void> {
  for (const [name, value] of settings) {
    const literal = /^(?:\d[\d.]*|DEFAULT)$/.test(value) ? value : escape(value);
    await admin.query(`SET GLOBAL ${name} = ${literal}`);
  }
}

/** Whether a run that was killed left the settings so: no administrator asks for all of them at once. */
function isLeftOver(settings: readonly (readonly [string, string])[]): boolean {
  const wanted = new Map(WANTED);
  return settings.every(
    ([name, value]) => value === wanted.get(name) || Number(value) === Number(wanted.get(name)),
  );
}

async function isEmpty(admin: Connection, table: string): Promise<boolean> {
  return (await select(admin, `SELECT 1 FROM mysql.${table} LIMIT 1`)).length === 0;
}

/** Statements are logged without their database: what tells them apart is the connection that they came over. */
async function logged(admin: Connection, databases: readonly string[]): Promise<ServerLogs> {
  const connects = await select(
    admin,
    "SELECT thread_id, argument FROM mysql.general_log WHERE command_type IN ('Connect', 'Init DB')",
  );
  const threads = connects
    .filter(({ argument }) => databases.some((name) => String(argument).includes(name)))
    .map((row) => row["thread_id"]);
  const bytes = ({ said }: Readonly<Record<string, unknown>>): Buffer => Buffer.from(said as string | Buffer);
  const general = "SELECT argument AS said FROM mysql.general_log WHERE thread_id IN (?)";
  const slow = "SELECT sql_text AS said FROM mysql.slow_log WHERE db IN (?)";
  return {
    general: (await select(admin, general, [[...threads, 0]])).map(bytes),
    slow: (await select(admin, slow, [[...databases, ""]])).map(bytes),
  };
}

/** Whether the account may not do this, rather than that something is wrong. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).includes("ACCESS_DENIED");
}

/**
 * Makes a server write every statement of new connections into its log tables. Undefined, said aloud, where the account is
 * no administrator; with FIELDWARD_TEST_REQUIRE_MYSQL=1 that is a failure.
 */
export async function recordStatements(server: string): Promise<Recording | undefined> {
  const admin = await connectToServer(server);
  await admin.query("SELECT GET_LOCK(?, ?)", [LOCK, LOCK_SECONDS]);
  const found = await settingsNow(admin);
  const leftOver = isLeftOver(found);
  const before = leftOver ? found.map(([name]) => [name, "DEFAULT"] as const) : found;
  const putBack = (): Promise<void> => set(admin, before.toReversed());
  const known = new Set(before.map(([name]) => name));
  try {
    const wereEmpty = {
      general_log: leftOver || (await isEmpty(admin, "general_log")),
      slow_log: leftOver || (await isEmpty(admin, "slow_log")),
    };
    await set(
      admin,
      WANTED.filter(([name]) => known.has(name)),
    );
    return {
      stop: async (databases) => {
        await putBack();
        const logs = await logged(admin, databases);
        // Where someone else keeps a log, it stays as it is.
        for (const [table, wasEmpty] of Object.entries(wereEmpty))
          if (wasEmpty) await admin.query(`TRUNCATE mysql.${table}`);
        await admin.end();
        return logs;
      },
    };
  } catch (error) {
    if (!isRefused(error) || process.env["FIELDWARD_TEST_REQUIRE_MYSQL"] === "1") {
      await putBack().finally(() => admin.end());
      throw error;
    }
    // What the account could set it can put back.
    await putBack().catch(() => undefined);
    await admin.end();
    process.stderr.write(`\nThis account may not turn the server's logs on: they are not searched.\n\n`);
    return undefined;
  }
}
