import { Command, InvalidArgumentError, Option } from "commander";
import { QUERIES, type BenchQuery } from "./queries";

export interface BenchOptions {
  readonly queries: readonly BenchQuery[];
  readonly clients: readonly number[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly customers: number;
  readonly messages: number;
  readonly seed: number;
  readonly url: string;
  readonly nodeFlags: readonly string[];
  readonly reload: boolean;
  readonly json: boolean;
  /** Where the protected server's processor profile goes. */
  readonly profile?: string;
  /** Compare the baseline with itself: how far from 1 a ratio gets by chance. */
  readonly self: boolean;
}

interface RawOptions extends Omit<BenchOptions, "warmUpSeconds" | "profile"> {
  readonly warmUp: number;
  readonly profile?: string | true;
}

export const DEFAULT_URL = "mysql://root@127.0.0.1:3306";
const DEFAULT_NODE_FLAGS = "--max-semi-space-size=64";
const DEFAULT_PROFILE_DIR = "var/bench-profile";

function toQueries(text: string): readonly BenchQuery[] {
  return text.split(",").map((name) => {
    const query = QUERIES.find((candidate) => candidate.name === name.trim().toUpperCase());
    if (query === undefined)
      throw new InvalidArgumentError(`There is ${QUERIES.map((q) => q.name).join(", ")}.`);
    return query;
  });
}

export function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text.trim())) throw new InvalidArgumentError("Give a whole number above 0.");
  return Number(text);
}

function toCounts(text: string): readonly number[] {
  return text.split(",").map(toCount);
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 3_600)) throw new InvalidArgumentError("Give seconds from 0.1 to 3600.");
  return seconds;
}

function toFlags(text: string): readonly string[] {
  return text.split(/\s+/).filter((flag) => flag !== "");
}

export function toUrl(text: string): string {
  if (!URL.canParse(text) || !/^(mysql|mariadb):$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Give a URL like mysql://user:password@127.0.0.1:3306.");
  }
  return text.replace(/^mariadb:/, "mysql:");
}

/** @throws Exits with 2 on wrong use, as the whole command line of Fieldward does. */
export function readOptions(argv: readonly string[]): BenchOptions {
  const command = new Command("bench")
    .description("Compares Fieldward with the same GraphQL work unprotected, in one run.")
    .addOption(
      new Option("--queries <list>", "which to measure").argParser(toQueries).default(QUERIES, "Q1,Q2,Q3,Q4"),
    )
    .addOption(
      new Option("--clients <list>", "numbers of connections").argParser(toCounts).default([1, 32], "1,32"),
    )
    .option("--seconds <n>", "time measured, for each side and round", toSeconds, 4)
    .option("--warm-up <n>", "seconds of load before that", toSeconds, 1)
    .option("--rounds <n>", "pairs of measurements", toCount, 3)
    .option("--customers <n>", "size of the data", toCount, 10_000)
    .option("--messages <n>", "size of the data", toCount, 500_000)
    .option("--seed <n>", "another seed gives other data", toCount, 1)
    .option("--reload", "load the data even if it is there", false)
    .option("--json", "print the results as JSON", false)
    .addOption(
      new Option("--url <url>", "database server")
        .argParser(toUrl)
        .default(DEFAULT_URL)
        .env("FIELDWARD_BENCH_URL"),
    )
    .addOption(
      new Option("--node-flags <flags>", "node flags for both servers")
        .argParser(toFlags)
        .default([DEFAULT_NODE_FLAGS], DEFAULT_NODE_FLAGS),
    )
    .option("--profile [dir]", `write a --cpu-prof of Fieldward (${DEFAULT_PROFILE_DIR})`)
    .addOption(new Option("--self", "compare the baseline with itself").default(false).hideHelp())
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv);
  const { warmUp, profile, ...rest } = command.opts<RawOptions>();
  return {
    ...rest,
    warmUpSeconds: warmUp,
    ...(profile === undefined ? {} : { profile: profile === true ? DEFAULT_PROFILE_DIR : profile }),
  };
}
