import type { DataSource } from "typeorm";
import { asDatabaseError } from "./faults";

/** What a statement takes as a parameter. */
export type SqlValue = string | number | Uint8Array | null;

/** A row as the driver gives it: the columns in the order that they were asked for. */
export type Row = readonly unknown[];

/** A piece of SQL with its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/**
 * Reads and writes rows without TypeORM's hydration, which costs most of what a list takes. Values always travel as
 * parameters.
 *
 * @throws FieldwardError DATABASE_UNAVAILABLE, CONFLICT or INTERNAL, with neither SQL nor values in it
 */
export interface RowSource {
  rows(sql: Sql): Promise<readonly Row[]>;
  /** Runs one statement in a transaction of its own. */
  run(sql: Sql): Promise<void>;
  /**
   * The same, prepared: bytes travel as they are, not as hexadecimal text twice as long. The server keeps every text that
   * it was sent, so the text must be one of few.
   */
  runPrepared(sql: Sql): Promise<void>;
  /**
   * Runs statements in one transaction, all or none, and answers how many rows each changed. They are all known before the
   * first runs: on SQLite nothing else of this process can come in between.
   */
  runAll(statements: readonly Sql[]): Promise<readonly number[]>;
}

const STATEMENT_TIMEOUT_MS = 10_000;
const STATEMENTS_KEPT = 256;

type Send = (
  options: { sql: string; values: readonly SqlValue[]; rowsAsArray: boolean; timeout: number },
  done: (error: Error | null, rows: unknown) => void,
) => void;

interface MysqlConnection {
  readonly query: Send;
  readonly execute: Send;
}

interface MysqlPool extends MysqlConnection {
  getConnection(done: (error: Error | null, connection: MysqlPoolConnection) => void): void;
}

interface MysqlPoolConnection extends MysqlConnection {
  release(): void;
  destroy(): void;
}

interface SqliteStatement {
  raw(on: boolean): this;
  all(...values: readonly SqlValue[]): unknown[];
  run(...values: readonly SqlValue[]): { readonly changes: number };
}

interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
}

function send(to: MysqlConnection, method: "query" | "execute", { text, values }: Sql): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { sql: text, values, rowsAsArray: true, timeout: STATEMENT_TIMEOUT_MS };
    to[method](options, (error, rows) => {
      if (error === null) resolve(rows);
      else reject(asDatabaseError(error));
    });
  });
}

function connectionOf(pool: MysqlPool): Promise<MysqlPoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error === null) resolve(connection);
      else reject(asDatabaseError(error));
    });
  });
}

const affected = (result: unknown): number =>
  (result as { readonly affectedRows?: number }).affectedRows ?? 0;

async function runAllOn(pool: MysqlPool, statements: readonly Sql[]): Promise<readonly number[]> {
  const connection = await connectionOf(pool);
  const step = (text: string) => send(connection, "query", { text, values: [] });
  try {
    await step("START TRANSACTION");
    const changed: number[] = [];
    for (const statement of statements) changed.push(affected(await send(connection, "query", statement)));
    await step("COMMIT");
    connection.release();
    return changed;
  } catch (error) {
    // The server rolls back what a closed connection has not committed; whether a ROLLBACK would arrive is not known here.
    connection.destroy();
    throw error;
  }
}

function mysqlRows(pool: MysqlPool): RowSource {
  return {
    rows: async (sql) => (await send(pool, "query", sql)) as readonly Row[],
    run: async (sql) => {
      await send(pool, "query", sql);
    },
    runPrepared: async (sql) => {
      await send(pool, "execute", sql);
    },
    runAll: (statements) => runAllOn(pool, statements),
  };
}

/** In one turn of the event loop: nothing else of this process comes in between. */
function allOrNone(
  prepared: (text: string) => SqliteStatement,
  statements: readonly Sql[],
): readonly number[] {
  prepared("BEGIN IMMEDIATE").run();
  try {
    const changed = statements.map(({ text, values }) => prepared(text).run(...values).changes);
    prepared("COMMIT").run();
    return changed;
  } catch (error) {
    prepared("ROLLBACK").run();
    throw error;
  }
}

function sqliteRows(connection: SqliteConnection): RowSource {
  const statements = new Map<string, SqliteStatement>();
  const prepared = (text: string): SqliteStatement => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS_KEPT) statements.clear();
    const statement = connection.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const guard = <T>(work: () => T): Promise<T> => {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(asDatabaseError(error));
    }
  };
  const run = (sql: Sql): Promise<void> =>
    guard(() => {
      prepared(sql.text).run(...sql.values);
    });
  return {
    rows: (sql) =>
      guard(
        () =>
          prepared(sql.text)
            .raw(true)
            .all(...sql.values) as readonly Row[],
      ),
    run,
    runPrepared: run,
    runAll: (statements) => guard(() => allOrNone(prepared, statements)),
  };
}

/** The lean way into a connected data source. */
export function rowSource(source: DataSource): RowSource {
  const driver = source.driver as DataSource["driver"] & {
    readonly pool?: MysqlPool;
    readonly databaseConnection?: SqliteConnection;
  };
  if (source.options.type === "better-sqlite3" && driver.databaseConnection)
    return sqliteRows(driver.databaseConnection);
  if (driver.pool) return mysqlRows(driver.pool);
  throw new Error("the data source is not connected");
}

/** `?, ?, ?` for so many values. */
export function placeholders(count: number): string {
  return new Array<string>(count).fill("?").join(", ");
}

/** Resolves where all these databases answer. @throws FieldwardError DATABASE_UNAVAILABLE */
export async function answerAll(sources: readonly DataSource[]): Promise<void> {
  await Promise.all(sources.map((source) => rowSource(source).rows({ text: "SELECT 1", values: [] })));
}
