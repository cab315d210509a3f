import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { endWithRunner } from "../child-process";
import type { Place } from "./place";
import { COMMAND_LINE, environmentOf } from "./serving";

const Progress = z.object({
  kind: z.string(),
  phase: z.string(),
  phaseNumber: z.number(),
  unit: z.enum(["keys", "rows", "ms"]),
  failed: z.number(),
});

/** A line of progress of a command that runs for long. */
export type CommandProgress = z.infer<typeof Progress>;

/** A `fieldward keys` command that runs. */
export interface RunningCommand {
  /** By SIGKILL: nothing of it gets to tidy up. */
  kill(): void;
  readonly ended: Promise<EndedCommand>;
}

export interface EndedCommand {
  readonly code: number | null;
  readonly killed: boolean;
  /** What it printed. */
  readonly output: string;
  /** The last lines that it wrote to standard error. */
  readonly said: readonly string[];
}

/** What is told of a command while it runs. */
export interface CommandListener {
  progress(progress: CommandProgress): void;
  /** It waits for the lease of a run that was killed. */
  waits(): void;
}

const DEAF: CommandListener = { progress: () => undefined, waits: () => undefined };
const SAID_LINES = 5;

function readLine(line: string, listener: CommandListener): void {
  if (line.startsWith("Another run has the lease")) {
    listener.waits();
    return;
  }
  if (!line.startsWith("{")) return;
  const progress = Progress.safeParse(JSON.parse(line));
  if (progress.success) listener.progress(progress.data);
}

/** Starts `fieldward keys …` as a process of its own. */
export function startKeys(
  place: Place,
  args: readonly string[],
  listener: CommandListener = DEAF,
): RunningCommand {
  const child = spawn(process.execPath, [COMMAND_LINE, "keys", ...args, "--json"], {
    cwd: place.directory,
    env: environmentOf(place),
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithRunner(child);
  let output = "";
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line);
    if (said.length > SAID_LINES) said.shift();
    readLine(line, listener);
  });
  const ended = new Promise<EndedCommand>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, killed: signal === "SIGKILL", output, said });
    });
  });
  return { kill: () => child.kill("SIGKILL"), ended };
}

/** Runs a command to its end. @throws Error with what it said, where it fails */
export async function runKeys(place: Place, args: readonly string[]): Promise<unknown> {
  const ended = await startKeys(place, args).ended;
  requireSuccess(args, ended);
  return JSON.parse(ended.output);
}

/** @throws Error with what it said */
export function requireSuccess(args: readonly string[], { code, said }: EndedCommand): void {
  if (code === 0) return;
  throw new Error(`fieldward keys ${args.join(" ")} ended with ${String(code)}:\n${said.join("\n")}`);
}
