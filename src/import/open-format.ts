import { extname } from "node:path";

import { namesPositions, checkColumnMap } from "./column-map";
import { openDelimited, readFirstRecord } from "./delimited-format";
import { CSV, TSV } from "./delimited-records";
import { FORMAT_NAMES, type FormatName, type MessageFormat, type OpenOptions } from "./message-format";
import { openNdjson } from "./ndjson-format";
import type { SourceFile } from "./source-file";
import { isTwilioHeader, openTwilio } from "./twilio-format";
import { ImportUsageError } from "./usage-error";

const FORMAT_BY_EXTENSION: ReadonlyMap<string, FormatName> = new Map([
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".tab", "tsv"],
  [".ndjson", "ndjson"],
  [".jsonl", "ndjson"],
]);

type OpenFormat = (source: SourceFile, options: OpenOptions) => Promise<MessageFormat>;

const OPEN_BY_FORMAT: Readonly<Record<FormatName, OpenFormat>> = {
  csv: async (source, options) => openDelimited(source, CSV, await readFirstRecord(source, CSV), options),
  tsv: async (source, options) => openDelimited(source, TSV, await readFirstRecord(source, TSV), options),
  twilio: async (source, options) => openTwilio(source, await readFirstRecord(source, CSV), options),
  ndjson: openNdjson,
};

/** Opens a file as what it was said to be. @throws ImportUsageError when it cannot be that */
export function openFormat(
  name: FormatName,
  source: SourceFile,
  options: OpenOptions,
): Promise<MessageFormat> {
  return OPEN_BY_FORMAT[name](source, options);
}

/** Guesses by extension and, for CSV with a header, whether it is Twilio's. @throws ImportUsageError when it cannot */
export async function guessFormat(source: SourceFile, options: OpenOptions): Promise<FormatName> {
  const format = FORMAT_BY_EXTENSION.get(extname(source.path).toLowerCase());
  if (format === undefined) {
    throw new ImportUsageError(
      `The name of ${source.path} does not tell its format: say --format ${FORMAT_NAMES.join("|")}.`,
    );
  }
  if (format !== "csv" || namesPositions(checkColumnMap(options.map))) return format;
  const { cells } = await readFirstRecord(source, CSV);
  return isTwilioHeader(cells) ? "twilio" : "csv";
}
