import { existsSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_DIR, readSettings, SETTING_NAMES } from "../src/config";

const CANARY = "c4n4ry";

function refusalOf(environment: Readonly<Record<string, string>>): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof Error && error.name === "StartupError") return error.message;
    throw error;
  }
  throw new Error("the settings were taken");
}

describe("the settings", () => {
  it("have a default each, or are off", () => {
    expect(readSettings({})).toEqual({
      FIELDWARD_DATA_URL: "sqlite:var/data.db",
      FIELDWARD_VAULT_URL: "sqlite:var/vault.db",
      FIELDWARD_AUDIT_URL: "sqlite:var/audit.db",
      FIELDWARD_KEY_PROVIDER: "local:var/keyset.json",
      FIELDWARD_KEY_TTL_SECONDS: 60,
      FIELDWARD_POLICY_DIR: join(PACKAGE_DIR, "policy"),
      FIELDWARD_LISTEN: "127.0.0.1:4000",
      FIELDWARD_SUITE: "xchacha20-poly1305",
      FIELDWARD_LOG_LEVEL: "info",
      FIELDWARD_DATABASE: "data",
    });
    expect(existsSync(join(PACKAGE_DIR, "package.json"))).toBe(true);
  });

  it("are those of the environment that have our prefix, an empty one being none", () => {
    const settings = readSettings({ FIELDWARD_LISTEN: "[::1]:5000", FIELDWARD_LOG_LEVEL: "", LISTEN: "x" });
    expect(settings).toMatchObject({ FIELDWARD_LISTEN: "[::1]:5000", FIELDWARD_LOG_LEVEL: "info" });
    expect(settings).not.toHaveProperty("LISTEN");
  });

  it("leave the names of the tests and of the benchmark alone", () => {
    expect(() => readSettings({ FIELDWARD_TEST_MYSQL_URL: "x", FIELDWARD_BENCH_SECONDS: "5" })).not.toThrow();
  });

  it.each([
    ["FIELDWARD_DATA_ULR", "FIELDWARD_DATA_URL"],
    ["FIELDWARD_LISTENS", "FIELDWARD_LISTEN"],
    ["FIELDWARD_KEYPROVIDER", "FIELDWARD_KEY_PROVIDER"],
    ["FIELDWARD_LOGLEVEL", "FIELDWARD_LOG_LEVEL"],
    ["FIELDWARD_Audit_URL", "FIELDWARD_AUDIT_URL"],
  ])("refuse %s and propose %s", (unknown, meant) => {
    expect(refusalOf({ [unknown]: CANARY })).toBe(`There is no setting ${unknown}. Did you mean ${meant}?`);
  });

  it.each([
    ["FIELDWARD_KEY_PROVIDER", `vault:${CANARY}`, /must be local:PATH/],
    ["FIELDWARD_KEY_PROVIDER", "local:", /must be local:PATH/],
    ["FIELDWARD_LISTEN", CANARY, /must be HOST:PORT/],
    ["FIELDWARD_LISTEN", "127.0.0.1:65536", /has a port above 65535/],
    ["FIELDWARD_SUITE", CANARY, /xchacha20-poly1305/],
    ["FIELDWARD_LOG_LEVEL", CANARY, /silent/],
    ["FIELDWARD_DATABASE", CANARY, /vault/],
  ])("refuse %s=%s by name, without its value", (name, value, rule) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal.startsWith(`${name} `)).toBe(true);
    expect(refusal).toMatch(rule);
    expect(refusal).not.toContain(CANARY);
  });

  it("never repeat the password in a URL, whichever other setting is wrong", () => {
    const url = `mysql://root:${CANARY}@localhost/data`;
    for (const name of SETTING_NAMES.filter((known) => !known.endsWith("_URL"))) {
      if (/_(?:POLICY_DIR|TLS_\w+|OIDC_AUDIENCE|TRANSIT_\w+)$/.test(name)) continue;
      expect(refusalOf({ FIELDWARD_DATA_URL: url, [name]: "?" })).not.toContain(CANARY);
    }
  });
});
