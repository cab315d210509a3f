import { once } from "node:events";
import { createInterface } from "node:readline";
import { start, type Ended, type Surroundings } from "./command-line";

/** A `fieldward serve` that listens. */
export interface ServingProcess {
  readonly url: string;
  stop(signal: "SIGINT" | "SIGTERM"): Promise<Ended>;
}

/** Starts `serve` and waits until it says where it listens. */
export async function startServing(at: Surroundings): Promise<ServingProcess> {
  const { process: child, ended } = start(at, ["serve"]);
  if (child.stderr === null) throw new Error("the server has no standard error");
  const [line] = (await once(createInterface(child.stderr), "line")) as unknown[];
  const url = /Fieldward serves (\S+)/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`the server said: ${String(line)}`);
  const stop = (signal: "SIGINT" | "SIGTERM"): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return { url, stop };
}
