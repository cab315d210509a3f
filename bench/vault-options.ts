import { Command, Option } from "commander";
import { DEFAULT_URL, toCount, toUrl } from "./options";

export interface VaultBenchOptions {
  readonly rounds: number;
  /** Server for the databases of the cold-cache part. */
  readonly url: string;
  readonly json: boolean;
}

/** @throws Exits with 2 on wrong use. */
export function readVaultOptions(argv: readonly string[]): VaultBenchOptions {
  const command = new Command("bench vault")
    .description("Measures sealing, opening and the key cache, and says whether they keep to their bars.")
    .option("--rounds <n>", "rounds, each of every case in turn", toCount, 100)
    .option("--json", "print the results as JSON", false)
    .addOption(
      new Option("--url <url>", "database server")
        .argParser(toUrl)
        .default(DEFAULT_URL)
        .env("FIELDWARD_BENCH_URL"),
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" });
  return command.opts<VaultBenchOptions>();
}
