import Libsql from "libsql";

type Method = (...values: unknown[]) => unknown;

function withArrayParameters(statement: Libsql.Statement): Libsql.Statement {
  for (const name of ["run", "all", "get"] as const) {
    const method: Method = statement[name].bind(statement);
    Object.defineProperty(statement, name, { value: (...values: unknown[]) => method(values) });
  }
  return statement;
}

/**
 * libsql with its parameters always handed over as one array. libsql 0.5 aborts the whole process, past any catch, when a
 * statement's only parameter is a Buffer or a Date, and throws when it is a lone null; TypeORM spreads its parameters.
 *
 * A function that TypeORM calls with `new`, as it does a class: what it returns is the connection.
 *
 * @see https://github.com/tursodatabase/libsql-js/pull/234
 */
export default function LibsqlDriver(path: string, options?: Libsql.Options): Libsql.Database {
  const connection = new Libsql(path, options);
  const prepare = connection.prepare.bind(connection);
  Object.defineProperty(connection, "prepare", { value: (sql: string) => withArrayParameters(prepare(sql)) });
  return connection;
}
