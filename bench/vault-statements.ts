import type { DataSource } from "typeorm";

/** The statements that were sent since the count began. */
export interface Count {
  statements: number;
}

type Method = (...values: unknown[]) => unknown;

interface Prepared {
  readonly all: Method;
  readonly run: Method;
}

interface SqliteConnection {
  prepare(sql: string): Prepared;
}

interface DriverParts {
  pool?: Record<"query" | "execute", Method>;
  databaseConnection?: SqliteConnection;
}

function countsOn(of: object, name: string, method: Method, count: Count): void {
  const counted: Method = function (this: unknown, ...values) {
    count.statements += 1;
    return method.apply(this, values);
  };
  Object.defineProperty(of, name, { value: counted });
}

/** A statement like this one, which stays as it is: its methods cannot be replaced. */
function countedStatement(statement: Prepared, count: Count): Prepared {
  const derived = Object.create(statement) as Prepared;
  countsOn(derived, "all", statement.all, count);
  countsOn(derived, "run", statement.run, count);
  return derived;
}

/** Counts what is sent over a data source's driver, from now on: Fieldward reads keys past TypeORM and its log. */
export function countStatements(source: DataSource): Count {
  const count: Count = { statements: 0 };
  const driver = source.driver as DataSource["driver"] & DriverParts;
  const { pool, databaseConnection } = driver;
  if (pool !== undefined) {
    countsOn(pool, "query", pool.query, count);
    countsOn(pool, "execute", pool.execute, count);
  } else if (databaseConnection !== undefined) {
    const prepare = (sql: string): Prepared => countedStatement(databaseConnection.prepare(sql), count);
    const derived = Object.create(databaseConnection) as SqliteConnection;
    driver.databaseConnection = Object.defineProperty(derived, "prepare", { value: prepare });
  } else throw new Error("the data source is not connected");
  return count;
}
