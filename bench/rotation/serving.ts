import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { migrateAll } from "../../src/cli/migrate";
import { PACKAGE_DIR } from "../../src/config";
import { initialise } from "../../src/installation";
import { makeLog, openFieldward } from "../../src/main";
import { endWithRunner } from "../child-process";
import type { Dataset } from "../data";
import { fill } from "../fill";
import type { RunningServer } from "../target";
import type { Place } from "./place";
import { RotationSink } from "./sink";

const DAY_MS = 86_400_000;

/** The command line that is measured, compiled. */
export const COMMAND_LINE = join(PACKAGE_DIR, "dist", "src", "cli", "fieldward.js");

/** The environment of a process at a place: ours, without settings that are not the place's. */
export function environmentOf({ environment }: Place): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("FIELDWARD_"));
  return { ...Object.fromEntries(own), NODE_ENV: "production", ...environment };
}

/** Makes the tables and fills them. Answers the headers of a caller who sees everything. */
export async function fillPlace(place: Place, dataset: Dataset): Promise<RunningServer["headers"]> {
  await migrateAll(place.settings);
  await initialise(place.settings, Date.now);
  const surroundings = { log: makeLog(place.settings), clock: Date.now };
  const fieldward = await openFieldward(place.settings, surroundings);
  try {
    const sink = new RotationSink(fieldward);
    await sink.tenants();
    await fill(sink, dataset, place.engine);
    const { accounts, sessions } = fieldward.services;
    const staffId = await accounts.addStaff({
      email: "bench.reader@staff.example.com",
      name: "Bench Reader",
      role: "reader",
      password: randomBytes(18).toString("base64url"),
      trainedUntil: new Date(Date.now() + DAY_MS),
    });
    const { token } = await sessions.open(staffId, { secondFactor: true });
    return { authorization: `Bearer ${token}`, "fieldward-purpose": "support" };
  } finally {
    await fieldward.close();
  }
}

/** Starts `fieldward serve` as a process of its own. */
export async function startServing(place: Place, headers: RunningServer["headers"]): Promise<RunningServer> {
  const child = spawn(process.execPath, [COMMAND_LINE, "serve"], {
    cwd: place.directory,
    env: environmentOf(place),
    stdio: ["ignore", "inherit", "pipe"],
  });
  endWithRunner(child);
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", () => {
      reject(new Error("fieldward serve ended before it was ready."));
    });
    lines.on("line", (line) => {
      const ready = /^Fieldward serves (\S+)$/.exec(line)?.[1];
      if (ready === undefined) process.stderr.write(`serve: ${line}\n`);
      else resolve(ready);
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return { url, headers, stop };
}
