import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Installation } from "../support/engines";
import { ensureCompiled, ROOT } from "./compiled";

/** What a command that has ended leaves. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with which settings a command runs. */
export interface Surroundings {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

const PROGRAM = join(ROOT, "dist/src/cli/fieldward.js");

/** The surroundings that an installation's settings make. */
export function surroundingsOf({ directory, settings }: Installation): Surroundings {
  return {
    directory,
    environment: {
      FIELDWARD_DATA_URL: settings.FIELDWARD_DATA_URL,
      FIELDWARD_VAULT_URL: settings.FIELDWARD_VAULT_URL,
      FIELDWARD_AUDIT_URL: settings.FIELDWARD_AUDIT_URL,
      FIELDWARD_KEY_PROVIDER: settings.FIELDWARD_KEY_PROVIDER,
      FIELDWARD_LISTEN: "127.0.0.1:0",
    },
  };
}

/** The same surroundings with other settings. */
export function withSettings(at: Surroundings, environment: Readonly<Record<string, string>>): Surroundings {
  return { ...at, environment: { ...at.environment, ...environment } };
}

/** What a test that failed may have left running. */
const children = new Set<ChildProcess>();

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts the compiled program, with no setting but those given. */
export function start(at: Surroundings, args: readonly string[], input = ""): Running {
  ensureCompiled();
  const env = { PATH: process.env["PATH"] ?? "", ...at.environment };
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: at.directory, env });
  children.add(child);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  child.stdin.end(input);
  const ended = once(child, "close").then(([code]): Ended => ({
    code: typeof code === "number" ? code : null,
    ...output,
  }));
  return { process: child, ended };
}

/** Runs the compiled program to its end. */
export function run(at: Surroundings, args: readonly string[], input?: string): Promise<Ended> {
  return start(at, args, input).ended;
}

/** Runs what must work, so that a failure shows what was said. */
export async function mustRun(at: Surroundings, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(at, args, input);
  if (code !== 0) throw new Error(`fieldward ${args.join(" ")} exited ${String(code)}: ${stderr}`);
  return stdout;
}

/** The one line of JSON that a command with --json prints. */
export function oneJsonLine(stdout: string): Record<string, unknown> {
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What `demo --json` prints when it is ready. */
export interface DemoLine {
  readonly url: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly purposes: Readonly<Record<string, string>>;
  readonly query: string;
}

/** A demo that serves. */
export interface Demo extends DemoLine {
  /** Sends a query as one of the demo's callers and gives the body of the answer. */
  ask(caller: string, query?: string): Promise<Record<string, unknown>>;
  stop(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<Ended>;
}

/** Starts `demo --json` and waits until it is ready. */
export async function startDemo(at: Surroundings): Promise<Demo> {
  const { process: child, ended } = start(at, ["demo", "--json"]);
  if (child.stdout === null) throw new Error("the demo has no standard output");
  const firstLine = once(createInterface(child.stdout), "line").then(([line]) => String(line));
  const line = await Promise.race([firstLine, ended]);
  if (typeof line !== "string") throw new Error(`the demo exited ${String(line.code)}: ${line.stderr}`);
  const ready = JSON.parse(line) as DemoLine;
  const ask = async (caller: string, query = ready.query): Promise<Record<string, unknown>> => {
    const response = await fetch(ready.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${ready.credentials[caller] ?? ""}`,
        "fieldward-purpose": ready.purposes[caller] ?? "",
      },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const stop = (signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return { ...ready, ask, stop };
}
