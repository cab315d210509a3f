// `npm run migrations:check`: from nothing, the migrations alone must make exactly the tables that the entities describe.
const { spawnSync } = require("node:child_process");
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const scratch = mkdtempSync(join(tmpdir(), "fieldward-migrations-"));
const env = {
  ...process.env,
  FIELDWARD_DATA_URL: `sqlite:${join(scratch, "data.db")}`,
  FIELDWARD_VAULT_URL: `sqlite:${join(scratch, "vault.db")}`,
  FIELDWARD_AUDIT_URL: `sqlite:${join(scratch, "audit.db")}`,
};

function succeeds(...words) {
  const { status } = spawnSync(process.execPath, ["dist/src/cli/fieldward.js", "migrate", ...words], {
    env,
    stdio: "inherit",
  });
  return status === 0;
}

try {
  process.exitCode = succeeds() && succeeds("--check") ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
