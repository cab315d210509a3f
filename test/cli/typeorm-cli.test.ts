import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { ROOT } from "./compiled";
import { mustRun, surroundingsOf, type Surroundings } from "./command-line";

jest.setTimeout(120_000);

describe.each(engines)("TypeORM's own command line on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    await mustRun(at, ["migrate"]);
  });
  afterAll(() => installation.remove());

  it.each([
    ["data", "CreateDataTables"],
    ["vault", "CreateVaultTables"],
    ["audit", "CreateAuditTables"],
  ])("shows that the migrations of the %s database have run", (name, migration) => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules/typeorm/cli-ts-node-commonjs.js"), "-d", "ormconfig.ts", "migration:show"],
      {
        cwd: ROOT,
        encoding: "utf8",
        // Types are checked by `npm run types`; here it would only take its time.
        env: {
          PATH: process.env["PATH"] ?? "",
          TS_NODE_TRANSPILE_ONLY: "1",
          ...at.environment,
          ...(name === "data" ? {} : { FIELDWARD_DATABASE: name }),
        },
      },
    );
    expect(stdout).toMatch(new RegExp(`\\[X\\] (?:\\d+ )?${migration}\\d+`));
    expect(stdout).not.toContain("[ ]");
    expect(status).toBe(0);
  });
});
