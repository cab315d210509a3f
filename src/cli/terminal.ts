import { loadDotEnv, readSettings, type Settings } from "../config";
import { failureOf } from "./failure";

/** The options that every reporting command has. */
export interface ReportOptions {
  readonly json?: boolean;
}

/** The settings of the environment and of `.env`. */
export function settingsHere(): Settings {
  loadDotEnv();
  return readSettings(process.env);
}

/** Writes a command's result to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes what is not the result, such as progress, to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints a result as one line of JSON or as text for people. */
export function report(options: ReportOptions, result: object, text: string): void {
  print(options.json === true ? JSON.stringify(result) : text);
}

/** Says why the command failed, and what to do, on standard error. */
function fail(error: unknown): void {
  const { text, exitCode } = failureOf(error);
  say(`fieldward: ${text}`);
  process.exitCode = exitCode;
}

/** Runs a command's work and turns a failure into an exit code. */
export function command<Args extends unknown[]>(
  work: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await work(...args);
    } catch (error) {
      fail(error);
    }
  };
}

/** Resolves at the first SIGINT or SIGTERM. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}

/** Is aborted at the first SIGINT or SIGTERM, and says so: what is in hand is finished first. */
export function stopSignal(text: string): AbortSignal {
  const controller = new AbortController();
  void untilStopped().then(() => {
    say(text);
    controller.abort();
  });
  return controller.signal;
}
