import { AsyncLocalStorage } from "node:async_hooks";
import type { DataSource } from "typeorm";
import type * as rows from "../../../src/database/rows";

/** What one request made the gateway do, as far as it takes time. */
export interface Trace {
  /** Statements, with the number of rows that came back. */
  readonly statements: { readonly text: string; rows: number | null }[];
  /** The columns of which values were opened. */
  readonly opened: string[];
}

/** The request that is being answered: what no request caused, such as a timer's statements, belongs to none. */
const requests = new AsyncLocalStorage<Trace>();

/** All that follows in this request counts for a trace. */
export function traceFromHere(trace: Trace): void {
  requests.enterWith(trace);
}

export function noteOpened(column: string): void {
  requests.getStore()?.opened.push(column);
}

/** Requests that arrive together go on the access log together, and ask together who is beyond a budget. */
function isShared(database: string, text: string): boolean {
  return database === "audit" || /\bdisclosure\b/.test(text);
}

/** Notes a statement, and answers where the number of its rows goes. */
export function noteStatement({ options }: DataSource, text: string): Trace["statements"][number] {
  const database = /(data|vault|audit)(?:\.db)?$/.exec(String(options.database))?.[1] ?? "?";
  const statement = { text: `${database}: ${text}`, rows: null };
  if (!isShared(database, text)) requests.getStore()?.statements.push(statement);
  return statement;
}

/** The lean way to rows with what it sends noted: for `jest.mock` of `src/database/rows`. */
export function tracedRows(actual: typeof rows): typeof rows {
  const rowSource: typeof actual.rowSource = (source) => {
    const inner = actual.rowSource(source);
    return {
      rows: async (sql) => {
        const noted = noteStatement(source, sql.text);
        const found = await inner.rows(sql);
        noted.rows = found.length;
        return found;
      },
      run: (sql) => {
        noteStatement(source, sql.text);
        return inner.run(sql);
      },
      runPrepared: (sql) => {
        noteStatement(source, sql.text);
        return inner.runPrepared(sql);
      },
      runAll: (statements) => {
        for (const { text } of statements) noteStatement(source, text);
        return inner.runAll(statements);
      },
    };
  };
  return { ...actual, rowSource };
}
