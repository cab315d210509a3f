import type { DataSource } from "typeorm";
import type * as rows from "../../src/database/rows";
import type { TestGateway } from "../support/gateway";

/** The text of every statement that was sent, with the database that it went to. */
const sent: string[] = [];

function note({ options }: DataSource, text: string): void {
  const database = /(data|vault|audit)(?:\.db)?$/.exec(String(options.database))?.[1] ?? "?";
  sent.push(`${database}: ${text}`);
}

/** The lean way to rows, with what it sends kept: for `jest.mock` of `src/database/rows`. */
export function watchedRows(actual: typeof rows): typeof rows {
  const rowSource: typeof actual.rowSource = (source) => {
    const inner = actual.rowSource(source);
    const noted =
      <T>(send: (sql: rows.Sql) => Promise<T>) =>
      (sql: rows.Sql): Promise<T> => {
        note(source, sql.text);
        return send(sql);
      };
    return {
      rows: noted((sql) => inner.rows(sql)),
      run: noted((sql) => inner.run(sql)),
      runPrepared: noted((sql) => inner.runPrepared(sql)),
      runAll: (statements) => {
        for (const { text } of statements) note(source, text);
        return inner.runAll(statements);
      },
    };
  };
  return { ...actual, rowSource };
}

/** Keeps what goes by way of TypeORM's entity managers too, as all writes do. */
export function watchEntities({ fieldward }: TestGateway): void {
  const { data, vault, audit } = fieldward.databases;
  for (const source of new Set([data.reader, data.writer, vault, audit]))
    source.subscribers.push({
      beforeQuery: ({ query }) => {
        note(source, query);
      },
    });
}

/** What was sent since this was last asked, in one order: which of two at once went first is chance. */
export function takeSent(): string[] {
  return sent.splice(0).sort();
}
