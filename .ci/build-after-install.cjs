// npm runs this as `prepare`, at the end of `npm ci`: builds dist/ wherever that can be done.
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");

const compiler = "node_modules/typescript/bin/tsc";
// Optional peers of the dependencies bring TypeScript along even without the development dependencies; this comes with them only.
const baseSettings = "node_modules/@tsconfig/strictest/tsconfig.json";
const settings = "tsconfig.build.json";

if (!existsSync(compiler) || !existsSync(baseSettings)) {
  console.log("prepare: nothing built without development dependencies; dist/ must come from elsewhere.");
} else if (!existsSync(settings) || !existsSync("src")) {
  console.log("prepare: nothing built, the source is not here yet; run `npm run build` once it is.");
} else {
  const { status } = spawnSync(process.execPath, [compiler, "--project", settings], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
