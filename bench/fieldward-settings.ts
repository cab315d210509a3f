import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_DIR, readSettings, type Settings } from "../src/config";
import type { DatabaseName } from "../src/database/target";

/** Fieldward's three databases on the server that is measured on. */
export const FIELDWARD_DATABASES: Readonly<Record<DatabaseName, string>> = {
  data: "fieldward_bench_data",
  vault: "fieldward_bench_vault",
  audit: "fieldward_bench_audit",
};

/** The settings that Fieldward is loaded and measured with. */
export function fieldwardSettings(mysqlUrl: string): Settings {
  const url = (name: DatabaseName): string => {
    const of = new URL(mysqlUrl);
    of.pathname = `/${FIELDWARD_DATABASES[name]}`;
    return of.href;
  };
  const directory = join(PACKAGE_DIR, "var", "bench");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return readSettings({
    FIELDWARD_DATA_URL: url("data"),
    FIELDWARD_VAULT_URL: url("vault"),
    FIELDWARD_AUDIT_URL: url("audit"),
    FIELDWARD_KEY_PROVIDER: `local:${join(directory, "keyset.json")}`,
    FIELDWARD_POLICY_DIR: join(PACKAGE_DIR, "bench", "policy"),
    FIELDWARD_LISTEN: "127.0.0.1:0",
    FIELDWARD_LOG_LEVEL: "warn",
  });
}
