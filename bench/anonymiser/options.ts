import { Command } from "commander";

const DEFAULT_CORPUS = "test/anonymise/corpus/held-back.jsonl";

export interface AnonymiserOptions {
  readonly corpus: string;
  /** Print what was missed and what was found wrongly. */
  readonly errors: boolean;
  /** A text file, one message a line: measures how fast it is read, and nothing else. */
  readonly speed?: string;
  readonly hostile: boolean;
  readonly compare: boolean;
  readonly json: boolean;
}

/** @throws Exits with 2 on wrong use. */
export function readAnonymiserOptions(argv: readonly string[]): AnonymiserOptions {
  return new Command("bench anonymiser")
    .description("Measures what the detector of personal data finds, misses and costs.")
    .option("--corpus <file>", "labelled messages, JSON Lines", DEFAULT_CORPUS)
    .option("--errors", "print each miss and each false alarm", false)
    .option("--speed <file>", "only the speed over a text file: a message a line, or label, tab, message")
    .option("--hostile", "only the time per character of texts made to be slow", false)
    .option("--compare", "only a table beside other libraries, which are downloaded", false)
    .option("--json", "print the results as JSON", false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" })
    .opts<AnonymiserOptions>();
}
