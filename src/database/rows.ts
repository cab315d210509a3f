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
}

const STATEMENT_TIMEOUT_MS = 10_000;
const STATEMENTS_KEPT = 256;

type Send = (
  options: { sql: string; values: readonly SqlValue[]; rowsAsArray: boolean; timeout: number },
  done: (error: Error | null, rows: unknown) => void,
) => void;

interface MysqlPool {
  readonly query: Send;
  readonly execute: Send;
}

interface SqliteStatement {
  raw(on: boolean): this;
  all(...values: readonly SqlValue[]): unknown[];
  run(...values: readonly SqlValue[]): unknown;
}

interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
}

function mysqlRows(pool: MysqlPool): RowSource {
  const send = (method: "query" | "execute", { text, values }: Sql): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const options = { sql: text, values, rowsAsArray: true, timeout: STATEMENT_TIMEOUT_MS };
      pool[method](options, (error, rows) => {
        if (error === null) resolve(rows);
        else reject(asDatabaseError(error));
      });
    });
  return {
    rows: async (sql) => (await send("query", sql)) as readonly Row[],
    run: async (sql) => {
      await send("query", sql);
    },
    runPrepared: async (sql) => {
      await send("execute", sql);
    },
  };
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
