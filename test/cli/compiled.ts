import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The checkout. */
export const ROOT = resolve(__dirname, "../..");

const STAMP = join(ROOT, "dist/.tests-ran-it");
const LOCK = join(ROOT, "dist/.tests-build-it");
const BUILD_MS = 120_000;

function newest(folder: string): number {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return Math.max(...names.map((name) => statSync(join(ROOT, folder, name)).mtimeMs));
}

function stampMs(): number {
  return statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function takeLock(): void {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  const giveUp = performance.now() + BUILD_MS;
  for (;;) {
    try {
      mkdirSync(LOCK);
      return;
    } catch {
      // Another worker builds; a lock that outlives any build was left by one that was killed.
      if (performance.now() > giveUp) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

let compiled = false;

/**
 * Compiles dist/ where the source is newer: what these tests run is what lies in src/. Type errors are left to
 * `npm run types`, the compiler writes dist/ all the same.
 */
export function ensureCompiled(): void {
  if (compiled) return;
  takeLock();
  try {
    if (stampMs() < Math.max(newest("src"), newest("migrations"))) compile();
    compiled = true;
  } finally {
    rmdirSync(LOCK);
  }
}

function compile(): void {
  const began = new Date();
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  spawnSync(process.execPath, [compiler, "--project", join(ROOT, "tsconfig.build.json")]);
  writeFileSync(STAMP, "");
  utimesSync(STAMP, began, began);
}
