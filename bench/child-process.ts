import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Children that still run. Only these are ever signalled. */
const running = new Set<ChildProcess>();

/** Ends the child, if it still runs, when the runner ends. */
export function endWithRunner(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}

/** Ends every child that still runs, and waits until it has ended. */
export async function endChildren(): Promise<void> {
  await Promise.all([...running].map(endChild));
}

/** By SIGTERM; after ten seconds by SIGKILL. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(timer);
}

export interface NodeChild {
  /** The first line that it printed, as JSON. */
  readonly ready: unknown;
  /** Ends it by SIGTERM and waits; after ten seconds by SIGKILL. */
  stop(): Promise<void>;
}

export interface NodeChildOptions {
  readonly script: string;
  readonly args?: readonly string[];
  readonly nodeFlags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;
const GRACE_MS = 10_000;

/** Starts a node script that prints one line of JSON on stdout when it is ready; its stderr is passed on. */
export async function startNodeChild(options: NodeChildOptions): Promise<NodeChild> {
  const child = spawn(process.execPath, [...options.nodeFlags, options.script, ...(options.args ?? [])], {
    env: { ...process.env, NODE_ENV: "production", ...options.environment },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  endWithRunner(child);
  try {
    return { ready: JSON.parse(await firstLine(child)), stop: () => endChild(child) };
  } catch (cause) {
    await endChild(child);
    throw new Error(`${options.script} did not start: ${String(cause)}`, { cause });
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(reason));
    };
    const timer = setTimeout(() => {
      fail(`It was not ready within ${String(READY_WITHIN_MS / 1_000)} seconds.`);
    }, READY_WITHIN_MS);
    child.once("error", (error) => {
      fail(error.message);
    });
    child.once("exit", (code) => {
      fail(`It ended with code ${String(code)} before it was ready.`);
    });
    if (child.stdout === null) return;
    // The reader stays: it drains what the child prints later.
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
}
