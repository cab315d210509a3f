/** Imports FILE in batches of 5, lists what it stores in STORED, and hangs in the batch after COUNT until it is killed. */
const { appendFileSync, readFileSync } = require("node:fs");

const { transformSync } = require("@swc/core");

require.extensions[".ts"] = (module, path) => {
  module._compile(transformSync(readFileSync(path, "utf8"), { filename: path }).code, path);
};

const { importMessages } = require("../../src/import/import-messages.ts");
const { silentProgress } = require("../../src/import/progress.ts");

const [file, stored, count] = process.argv.slice(2);
let left = Number(count);

const options = {
  file,
  format: "csv",
  map: new Map(),
  defaults: { direction: null, senderId: null },
  resume: false,
  batchSize: 5,
  progress: silentProgress,
  clock: () => 0,
};

// An open pipe keeps the process alive while it hangs.
process.stdin.resume();

void importMessages(options, (rows) => {
  if (left-- === 0) {
    process.stdout.write("hanging\n");
    return new Promise(() => undefined);
  }
  appendFileSync(stored, rows.map(({ externalId }) => `${externalId}\n`).join(""));
  return Promise.resolve(rows.map(() => ({ kind: "stored" })));
});
