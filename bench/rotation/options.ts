import { Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_URL, toCount, toUrl } from "../options";

export const ENGINES = ["mariadb", "sqlite"] as const;
export type Engine = (typeof ENGINES)[number];

export interface RotationOptions {
  readonly engines: readonly Engine[];
  /** Messages; there is a customer to every five. */
  readonly rows: number;
  readonly clients: number;
  /** Requests sent, as a part of what is answered when each client sends the next as soon as it has an answer. */
  readonly load: number;
  /** `--share` of the commands; undefined: their own default. */
  readonly share: string | undefined;
  readonly baselineSeconds: number;
  readonly seed: number;
  /** Server for the run on MariaDB. */
  readonly url: string;
  readonly json: boolean;
}

type RawOptions = Omit<RotationOptions, "engines"> & { readonly engine: Engine | "both" };

function toLoad(text: string): number {
  const load = Number(text);
  if (!(load >= 0.05 && load <= 1)) throw new InvalidArgumentError("Give a number from 0.05 to 1.");
  return load;
}

/** @throws Exits with 2 on wrong use. */
export function readRotationOptions(argv: readonly string[]): RotationOptions {
  const command = new Command("bench rotation")
    .description("Rotates every key and shreds customers under a read load, and checks every answer.")
    .addOption(
      new Option("--engine <name>", "database").choices([...ENGINES, "both"]).default("both" as const),
    )
    .option("--rows <n>", "messages; there is a customer to every five", toCount, 100_000)
    .option("--clients <n>", "connections that read", toCount, 8)
    .option("--load <part>", "requests sent, as a part of what the server can answer", toLoad, 0.5)
    .option("--share <share>", "--share of the commands, if not their default")
    .option("--baseline-seconds <n>", "reading without rotation, before each command", toCount, 30)
    .option("--seed <n>", "another seed gives other data", toCount, 1)
    .option("--json", "print the results as JSON", false)
    .addOption(
      new Option("--url <url>", "server for the run on MariaDB")
        .argParser(toUrl)
        .default(DEFAULT_URL)
        .env("FIELDWARD_BENCH_URL"),
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" });
  const { engine, ...rest } = command.opts<RawOptions>();
  return { ...rest, engines: engine === "both" ? ENGINES : [engine] };
}
