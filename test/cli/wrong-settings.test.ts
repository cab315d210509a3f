import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshInstallation, type Installation } from "../support/engines";
import { run, surroundingsOf, withSettings, type Surroundings } from "./command-line";

const CANARY = "c4n4ry-password";

jest.setTimeout(60_000);

describe("the command line before anything is set up", () => {
  let installation: Installation;
  let at: Surroundings;

  beforeAll(async () => {
    installation = await freshInstallation({ name: "SQLite", server: null });
    at = surroundingsOf(installation);
  });
  afterAll(() => installation.remove());

  it("lists its commands by --help", async () => {
    const { code, stdout } = await run(at, ["--help"]);
    expect(code).toBe(0);
    for (const name of ["demo", "serve", "init", "migrate", "import", "user", "token", "tenant", "audit"])
      expect(stdout).toContain(`  ${name}`);
  });

  it.each([
    ["no command", []],
    ["an unknown command", ["frobnicate"]],
    ["an unknown option", ["migrate", "--frobnicate"]],
    ["a missing option", ["tenant", "add", "northgate"]],
    ["a missing argument", ["import", "messages"]],
  ])("exits 2 for %s", async (_, args) => {
    const { code, stdout, stderr } = await run(at, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toBe("");
  });

  it.each([
    ["FIELDWARD_DATA_ULR", "sqlite:x.db", /no setting FIELDWARD_DATA_ULR. Did you mean FIELDWARD_DATA_URL\?/],
    ["FIELDWARD_DATA_URL", `postgres://root:${CANARY}@localhost/x`, /FIELDWARD_DATA_URL must be sqlite:PATH/],
    ["FIELDWARD_DATA_URL", `mysql://root:${CANARY}@db.example.com/x`, /without TLS.*tls-ca=/],
    [
      "FIELDWARD_VAULT_URL",
      `mysql://root:${CANARY}@127.0.0.1:1/x`,
      /FIELDWARD_VAULT_URL: .*nothing listens.*ECONNREFUSED/,
    ],
    ["FIELDWARD_AUDIT_URL", "sqlite:/", /FIELDWARD_AUDIT_URL: .*cannot be opened/],
    [
      "FIELDWARD_DATA_URL",
      `mysql://root:${CANARY}@db.example.com/x?tls-ca=/nowhere/ca.pem`,
      /\/nowhere\/ca.pem does not exist/,
    ],
    ["FIELDWARD_KEY_PROVIDER", `aws:${CANARY}`, /FIELDWARD_KEY_PROVIDER must be local:PATH/],
    ["FIELDWARD_LISTEN", "127.0.0.1:70000", /FIELDWARD_LISTEN has a port above 65535/],
  ])("exits 2 and says what is wrong with %s=%s", async (name, value, said) => {
    const { code, stdout, stderr } = await run(withSettings(at, { [name]: value }), ["migrate", "--json"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain(CANARY);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("names the unknown setting of a .env too", async () => {
    const directory = join(installation.directory, "with-env");
    mkdirSync(directory);
    writeFileSync(join(directory, ".env"), "FIELDWARD_LISTN=127.0.0.1:4000\n");
    const { code, stderr } = await run({ ...at, directory }, ["migrate"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean FIELDWARD_LISTEN?");
  });
});
