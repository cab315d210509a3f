import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { readSettings, type Settings } from "../../src/config";
import { DATABASES, type DatabaseName } from "../../src/database/target";

/** A database engine that the tests run on. */
export interface Engine {
  readonly name: "SQLite" | "MySQL or MariaDB";
  /** The server's URL without a database; null: SQLite. */
  readonly server: string | null;
}

const found = process.env["FIELDWARD_TEST_MYSQL_FOUND"];

/** The engines at hand: SQLite always, and the server that was found before all tests. For `describe.each(engines)`. */
export const engines: readonly Engine[] = [
  { name: "SQLite", server: null },
  ...(found === undefined ? [] : [{ name: "MySQL or MariaDB" as const, server: found }]),
];

/** A fresh installation: three empty databases, a directory for the keyset, and the settings that name them. */
export interface Installation {
  readonly settings: Settings;
  readonly directory: string;
  /** The names of the server's databases, or the paths of SQLite's files. */
  readonly databases: Readonly<Record<DatabaseName, string>>;
  remove(): Promise<void>;
}

/** A connection to the server as its administrator, past the gateway. */
export function connectToServer(server: string, database?: string): Promise<Connection> {
  const url = new URL(server);
  return createConnection({
    host: url.hostname,
    port: url.port === "" ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(database === undefined ? {} : { database }),
  });
}

async function onServer(server: string, statements: readonly string[]): Promise<void> {
  const connection = await connectToServer(server);
  for (const statement of statements) await connection.query(statement);
  await connection.end();
}

function settingsOf(directory: string, urls: Readonly<Record<DatabaseName, string>>): Settings {
  return readSettings({
    FIELDWARD_DATA_URL: urls.data,
    FIELDWARD_VAULT_URL: urls.vault,
    FIELDWARD_AUDIT_URL: urls.audit,
    FIELDWARD_KEY_PROVIDER: `local:${join(directory, "keyset.json")}`,
    FIELDWARD_LISTEN: "127.0.0.1:0",
    FIELDWARD_LOG_LEVEL: "silent",
  });
}

function byDatabase<T>(value: (name: DatabaseName) => T): Record<DatabaseName, T> {
  return { data: value("data"), vault: value("vault"), audit: value("audit") };
}

/** Makes a fresh installation on an engine. Nothing is migrated yet. */
export async function freshInstallation({ server }: Engine): Promise<Installation> {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-test-"));
  if (server === null) {
    const databases = byDatabase((name) => join(directory, `${name}.db`));
    const settings = settingsOf(
      directory,
      byDatabase((name) => `sqlite:${databases[name]}`),
    );
    return {
      settings,
      directory,
      databases,
      remove: () => {
        rmSync(directory, { recursive: true });
        return Promise.resolve();
      },
    };
  }
  const prefix = `fieldward_test_${randomBytes(6).toString("hex")}`;
  const databases = byDatabase((name) => `${prefix}_${name}`);
  await onServer(
    server,
    DATABASES.map((name) => `CREATE DATABASE ${databases[name]}`),
  );
  return {
    settings: settingsOf(
      directory,
      byDatabase((name) => `${server}/${databases[name]}`),
    ),
    directory,
    databases,
    remove: async () => {
      await onServer(
        server,
        DATABASES.map((name) => `DROP DATABASE ${databases[name]}`),
      );
      rmSync(directory, { recursive: true });
    },
  };
}
