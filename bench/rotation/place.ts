import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { PACKAGE_DIR, readSettings, type Settings } from "../../src/config";
import { DATABASES, type DatabaseName } from "../../src/database/target";
import type { Engine, RotationOptions } from "./options";

/** Fresh databases, a keyset and a policy for one run, and the settings that name them. */
export interface Place {
  readonly engine: Engine;
  readonly directory: string;
  /** For the processes that work there. */
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: Settings;
  /** Drops the databases and removes the files. */
  remove(): Promise<void>;
}

/** The two waits of a resealing last as long as the keys' time to live and 30 s: 32 s each, where the default makes it 90. */
export const KEY_TTL_SECONDS = 2;

/** Sees every field CLEAR, so that every value can be compared with what was stored. */
const ROLES = `reader:
  levels: { account: CLEAR, identity: CLEAR, contact: CLEAR, content: CLEAR, traffic: CLEAR, consent: CLEAR }
  lookup: [contact]
  purposes: [support]
  budget: 1000000
`;

function makePolicy(directory: string): string {
  const policy = join(directory, "policy");
  mkdirSync(policy);
  writeFileSync(join(policy, "roles.yaml"), ROLES);
  copyFileSync(join(PACKAGE_DIR, "bench", "policy", "purposes.yaml"), join(policy, "purposes.yaml"));
  return policy;
}

const mariadbName = (name: DatabaseName): string => `fieldward_bench_rotation_${name}`;

function databaseUrl(engine: Engine, serverUrl: string, directory: string, name: DatabaseName): string {
  if (engine === "sqlite") return `sqlite:${join(directory, `${name}.db`)}`;
  const url = new URL(serverUrl);
  url.pathname = `/${mariadbName(name)}`;
  return url.href;
}

async function onServer(serverUrl: string, statements: readonly string[]): Promise<void> {
  const connection = await createConnection({ uri: serverUrl });
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Makes a place with empty databases; on MariaDB those of an earlier run that was cut off are dropped first. */
export async function makePlace(engine: Engine, { url }: Pick<RotationOptions, "url">): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-bench-rotation-"));
  const drop = DATABASES.map((name) => `DROP DATABASE IF EXISTS ${mariadbName(name)}`);
  const create = DATABASES.map((name) => `CREATE DATABASE ${mariadbName(name)}`);
  if (engine === "mariadb") await onServer(url, [...drop, ...create]);
  const environment = {
    FIELDWARD_DATA_URL: databaseUrl(engine, url, directory, "data"),
    FIELDWARD_VAULT_URL: databaseUrl(engine, url, directory, "vault"),
    FIELDWARD_AUDIT_URL: databaseUrl(engine, url, directory, "audit"),
    FIELDWARD_KEY_PROVIDER: `local:${join(directory, "keyset.json")}`,
    FIELDWARD_KEY_TTL_SECONDS: String(KEY_TTL_SECONDS),
    FIELDWARD_POLICY_DIR: makePolicy(directory),
    FIELDWARD_LISTEN: "127.0.0.1:0",
    FIELDWARD_LOG_LEVEL: "warn",
  };
  const remove = async (): Promise<void> => {
    if (engine === "mariadb") await onServer(url, drop);
    rmSync(directory, { recursive: true, force: true });
  };
  return { engine, directory, environment, settings: readSettings(environment), remove };
}
