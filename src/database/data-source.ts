import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { inspect } from "node:util";
import type Libsql from "libsql";
import {
  DataSource,
  type DataSourceOptions,
  type EntityManager,
  type MixedList,
  type QueryRunner,
} from "typeorm";
import { GuardedEntityManager } from "./guarded-entity-manager";
import LibsqlDriver from "./libsql-driver";
import type { DatabaseTarget } from "./target";

/** A class, as TypeORM's options take entities and migrations. */
type Class = new () => object;

/** What a data source is made of. */
export interface DataSourceParts {
  readonly target: DatabaseTarget;
  readonly entities: readonly Class[];
  readonly migrations: readonly Class[];
  /** Connections; SQLite has one. */
  readonly poolSize?: number;
  /** Lets statements take as long as they need, as migrations do. */
  readonly unbounded?: boolean;
  /** SQLite only: refuses writes by this connection. */
  readonly readOnly?: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;
const QUEUE_LIMIT = 2_000;
const BUSY_TIMEOUT_MS = 5_000;
/** What one statement may take on the server; a reader gives up earlier by its own time-out. */
const STATEMENT_SECONDS = 30;

/** A data source whose every entity manager, inside transactions too, is a guarded one. */
class GuardedDataSource extends DataSource {
  /** Its options hold the password of the database: what holds a data source must not show it. */
  [inspect.custom](): string {
    return `DataSource(${this.options.type})`;
  }

  toJSON(): string {
    return this[inspect.custom]();
  }

  override createEntityManager(queryRunner?: QueryRunner): EntityManager {
    return new GuardedEntityManager(this, queryRunner);
  }
}

/** Never logs: TypeORM's log lines carry parameters, which are what this product keeps secret. */
const NO_LOGGING = { logging: false } as const;

function list(classes: readonly Class[]): MixedList<Class> {
  return [...classes];
}

function sqliteOptions(path: string, parts: DataSourceParts): DataSourceOptions {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    type: "better-sqlite3",
    driver: LibsqlDriver,
    database: path,
    enableWAL: true,
    entities: list(parts.entities),
    migrations: list(parts.migrations),
    ...NO_LOGGING,
    prepareDatabase: (connection: Libsql.Database) => {
      connection.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`);
      // FULL: a commit is on the disk before it is answered, which is what the access log promises.
      connection.pragma("synchronous = FULL");
      if (parts.readOnly === true) connection.pragma("query_only = ON");
    },
  };
}

function mysqlOptions(
  target: Exclude<DatabaseTarget, { type: "sqlite" }>,
  parts: DataSourceParts,
): DataSourceOptions {
  const { type, host, port, username, password, database, tls } = target;
  return {
    type,
    host,
    port,
    username,
    password,
    database,
    charset: "utf8mb4",
    timezone: "Z",
    poolSize: parts.poolSize ?? 10,
    entities: list(parts.entities),
    migrations: list(parts.migrations),
    ...NO_LOGGING,
    ...(tls === null ? {} : { ssl: { ca: tls.ca, rejectUnauthorized: true } }),
    extra: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      queueLimit: QUEUE_LIMIT,
      // Without it any certificate of the authority is accepted, whatever host it was made for.
      ...(tls === null ? {} : { ssl: { ca: tls.ca, rejectUnauthorized: true, verifyIdentity: true } }),
    },
  };
}

/** A mysql2 pool, as far as it is used here. */
interface MysqlPool {
  query(sql: string, done: () => void): unknown;
  on(
    event: "connection",
    listener: (connection: { query(sql: string, done: () => void): unknown }) => void,
  ): unknown;
}

/** MariaDB and MySQL each know one of the first two, whichever the URL says the server is. */
const BOUNDS = [
  `SET SESSION max_statement_time = ${String(STATEMENT_SECONDS)}`,
  `SET SESSION max_execution_time = ${String(STATEMENT_SECONDS * 1_000)}`,
  "SET SESSION innodb_lock_wait_timeout = 5",
];

async function boundStatements(source: DataSource): Promise<void> {
  const { pool } = source.driver as DataSource["driver"] & { readonly pool: MysqlPool };
  // The connection that is there already, the only one, and all that come.
  for (const bound of BOUNDS)
    await new Promise<void>(
      (done) =>
        void pool.query(bound, () => {
          done();
        }),
    );
  pool.on("connection", (connection) => {
    for (const bound of BOUNDS) connection.query(bound, () => undefined);
  });
}

/** A data source that is not yet connected. TypeORM's own CLI takes one of these. */
export function makeDataSource(parts: DataSourceParts): DataSource {
  const { target } = parts;
  return new GuardedDataSource(
    target.type === "sqlite" ? sqliteOptions(target.path, parts) : mysqlOptions(target, parts),
  );
}

/** Connects. The schema is never synchronised: migrations make it. */
export async function openDataSource(parts: DataSourceParts): Promise<DataSource> {
  const source = makeDataSource(parts);
  await source.initialize();
  if (parts.target.type !== "sqlite" && parts.unbounded !== true) await boundStatements(source);
  return source;
}
