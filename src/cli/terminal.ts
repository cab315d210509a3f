import { FieldwardError, StartupError } from "../domain/errors";
import { loadDotEnv, readSettings, type Settings } from "../config";
import { ImportUsageError } from "../import/usage-error";

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

/** Ends the command with an error that says what to do. Errors of the set-up and of use exit 2, all others 1. */
export function fail(error: unknown): void {
  const usage = error instanceof StartupError || error instanceof ImportUsageError;
  const known = usage || error instanceof FieldwardError;
  // An unexpected error's message could hold a value; its stack's first line is kept out with it.
  say(known ? `fieldward: ${error.message}` : `fieldward: something unexpected failed (${nameOf(error)}).`);
  process.exitCode = usage ? 2 : 1;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error ? ` ${String(error.code)}` : "";
  return `${error.name}${code}`;
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
