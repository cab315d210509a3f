import type { BenchSink, LoadOptions, RunningServer, StartOptions } from "./target";

/** A sink that seals the rows into Fieldward's databases, or undefined if the wanted rows are there already. */
export function loadFieldward(_options: LoadOptions): Promise<BenchSink | undefined> {
  return Promise.reject(new Error("loadFieldward: written by the integrator"));
}

/**
 * Starts Fieldward as a child process with exactly `nodeFlags`, and answers when it is ready.
 *
 * `startNodeChild` of child-process.ts does it for a script that prints one line of JSON when ready. A profile is written only if
 * the child ends by itself on SIGTERM. `headers` must make the caller one who sees every field of the four queries CLEAR, without a disclosure budget.
 */
export function startFieldward(_options: StartOptions): Promise<RunningServer> {
  return Promise.reject(new Error("startFieldward: written by the integrator"));
}
