import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { z } from "zod";
import { endWithRunner } from "../../child-process";
import { report } from "../../progress";
import type { LoadPackage } from "./rival";

/** Exact versions, so that the table can be made again. libphonenumber-js is Fieldward's own. */
const PACKAGES = {
  "redact-pii": "3.4.0",
  openredaction: "1.1.5",
  "@redactpii/node": "1.0.17",
  compromise: "14.17.0",
} as const;

const DIRECTORY = "var/anonymiser-compare";

const Manifest = z.object({ version: z.string() });

function isInstalled(directory: string, name: string, version: string): boolean {
  try {
    const manifest = readFileSync(join(directory, "node_modules", name, "package.json"), "utf8");
    return Manifest.parse(JSON.parse(manifest)).version === version;
  } catch {
    return false;
  }
}

/** Without running any script of theirs. @throws Error where npm fails */
async function install(directory: string, specifiers: readonly string[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), '{ "private": true }\n');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
  const child = spawn("npm", ["install", ...flags, ...specifiers], {
    cwd: directory,
    stdio: ["ignore", process.stderr, process.stderr],
  });
  endWithRunner(child);
  await once(child, "close");
  if (child.exitCode !== 0)
    throw new Error(`npm install ended with ${String(child.exitCode)} in ${directory}.`);
}

/** Installs the rivals, unless they are there, beside the project and not into it. */
export async function installRivals(): Promise<LoadPackage> {
  const directory = resolve(DIRECTORY);
  const packages = Object.entries(PACKAGES);
  if (packages.every(([name, version]) => isInstalled(directory, name, version))) {
    report(`the other libraries are there already, in ${DIRECTORY}`);
  } else {
    const specifiers = packages.map(([name, version]) => `${name}@${version}`);
    report(
      `Downloading ${specifiers.join(", ")} and what they need (70 MB) from the npm registry into ${DIRECTORY} ...`,
    );
    await install(directory, specifiers);
  }
  return createRequire(join(directory, "package.json"));
}

export const nameOf = (name: keyof typeof PACKAGES): string => `${name} ${PACKAGES[name]}`;
