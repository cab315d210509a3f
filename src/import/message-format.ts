import type { ImportRow, RowDefaults } from "./import-row";
import type { Position, RecordStream } from "./source-record";

/** The formats that `--format` takes. */
export const FORMAT_NAMES = ["csv", "tsv", "ndjson", "twilio"] as const;

/** One of them. */
export type FormatName = (typeof FORMAT_NAMES)[number];

/** How a file is to be understood. */
export interface OpenOptions {
  readonly map: ReadonlyMap<string, string>;
  readonly defaults: RowDefaults;
}

/** A file whose columns are understood. */
export interface MessageFormat {
  /** Where the first message starts. */
  readonly start: Position;
  /** Reads the messages from `start`, or from the place after any record. */
  rows(from: Position): RecordStream<ImportRow>;
}
