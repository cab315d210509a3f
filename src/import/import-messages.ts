import { importIdentity, loadCheckpoint, removeCheckpoint, type Checkpoint } from "./checkpoint";
import type { RowDefaults, StoreRows } from "./import-row";
import { ImportRun, type ImportRunParts } from "./import-run";
import type { FormatName } from "./message-format";
import { guessFormat, openFormat } from "./open-format";
import type { ProgressReport } from "./progress";
import { RejectsFile } from "./rejects-file";
import { SourceFile } from "./source-file";
import { ImportUsageError } from "./usage-error";

export { parseMapOptions } from "./column-map";
export type { ImportField, ImportRow, RowDefaults, RowOutcome, StoreRows } from "./import-row";
export { FORMAT_NAMES, type FormatName } from "./message-format";
export { ImportUsageError } from "./usage-error";

const DEFAULT_BATCH_SIZE = 1000;

/** What to import, and how. */
export interface ImportOptions {
  readonly file: string;
  /** Null guesses by the file's extension and, for CSV, by Twilio's header. */
  readonly format: FormatName | null;
  /** Field by column name, or by column number for a file without a header. */
  readonly map: ReadonlyMap<string, string>;
  readonly defaults: RowDefaults;
  /** Goes on where a stopped import of the same file stopped; starts at the beginning if none did. */
  readonly resume: boolean;
  /** Records stored, and recorded as done, at a time: 1000 unless told. */
  readonly batchSize?: number;
  readonly progress: ProgressReport;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Stops between two batches; the import can be resumed. */
  readonly signal?: AbortSignal;
}

/** What became of a file's records, by this run and those it resumed. */
export interface ImportSummary {
  readonly read: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Of this run. */
  readonly seconds: number;
  /** Of this run. */
  readonly rowsPerSecond: number;
  /** Null when nothing was rejected. */
  readonly rejectsFile: string | null;
  /** Null when the run began at the beginning. */
  readonly resumedAtByte: number | null;
}

/**
 * Imports a file of messages: checks each record and hands batches of good ones to the store.
 *
 * Beside the file it writes `<file>.rejects.ndjson` (lines and reasons) and, while it runs,
 * `<file>.fieldward-import.json` (the checkpoint); both are for their owner's eyes only.
 *
 * @throws ImportUsageError when the file or an option cannot work, before anything is stored or written
 * @throws whatever the store throws, or the signal's reason; the import can then be resumed
 */
export async function importMessages(options: ImportOptions, store: StoreRows): Promise<ImportSummary> {
  const source = await SourceFile.open(options.file);
  try {
    return await importFrom(source, options, store);
  } finally {
    await source.close();
  }
}

async function importFrom(
  source: SourceFile,
  options: ImportOptions,
  store: StoreRows,
): Promise<ImportSummary> {
  const { file, progress, clock, signal } = options;
  const batchSize = checkedBatchSize(options);
  const name = options.format ?? (await guessFormat(source, options));
  const format = await openFormat(name, source, options);
  const identity = importIdentity(source, { ...options, format: name });
  const resumed = options.resume ? await loadCheckpoint(file, identity) : null;
  const rejects = await RejectsFile.open(file, resumed?.rejectsBytes ?? 0);
  try {
    // A fresh start must not leave another run's checkpoint for a later --resume to find.
    if (resumed === null) await removeCheckpoint(file);
    const parts = { file, identity, format, rejects, resumed, batchSize, store, progress, clock, signal };
    return await runToEnd(parts);
  } finally {
    await rejects.close();
  }
}

async function runToEnd(parts: ImportRunParts): Promise<ImportSummary> {
  const { file, rejects, resumed } = parts;
  const run = new ImportRun(parts);
  const counts = await run.finish();
  const hasRejects = await rejects.removeIfEmpty();
  await removeCheckpoint(file);
  return {
    ...counts,
    seconds: run.seconds,
    rowsPerSecond: run.rowsPerSecond,
    rejectsFile: hasRejects ? rejects.path : null,
    resumedAtByte: startByte(resumed),
  };
}

function startByte(resumed: Checkpoint | null): number | null {
  return resumed?.next.byte ?? null;
}

function checkedBatchSize({ batchSize = DEFAULT_BATCH_SIZE }: ImportOptions): number {
  if (Number.isInteger(batchSize) && batchSize > 0) return batchSize;
  throw new ImportUsageError("The batch size must be a whole number from 1 on.");
}
