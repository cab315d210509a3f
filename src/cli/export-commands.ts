import type { Command } from "commander";
import { exportAnonymised, type ExportOptions } from "./export-anonymised";
import { command, settingsHere } from "./terminal";

/** `fieldward export` */
export function exportCommands(program: Command): void {
  program
    .command("export")
    .description("write data out for analysis")
    .command("anonymised")
    .description(
      "messages by their anonymised twins, without groups of few customers, under ids of this export and group",
    )
    .requiredOption("--tenant <slug>", "whose messages")
    .requiredOption("--format <format>", "ndjson or csv")
    .option("--out <file>", "a file that is not there yet (default: standard output)")
    .option("--from <date>", "the first day, UTC; with its whole week or month where dates are cut to these")
    .option("--to <date>", "the last day, likewise; the current day, week or month is never exported")
    .option("--json", "report as one line of JSON on standard error, progress as lines before it")
    .action(command((options: ExportOptions) => exportAnonymised(settingsHere(), options)));
}
