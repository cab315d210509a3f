import { isUtf8 } from "node:buffer";
import { once } from "node:events";

import { CsvError, parse, type CsvErrorCode, type Parser } from "csv-parse";

import type { SourceFile } from "./source-file";
import { MAX_RECORD_BYTES, type Position, type RecordStream, type SourceRecord } from "./source-record";

/** How values and records are set apart. */
export interface Dialect {
  readonly delimiter: string;
  /** Without one, quotes are text like any other. */
  readonly quote: string | null;
}

/** RFC 4180. */
export const CSV: Dialect = { delimiter: ",", quote: '"' };

/** Tab-separated values as databases write them: a tab or line break cannot be part of a value. */
export const TSV: Dialect = { delimiter: "\t", quote: null };

/** The values of one record. */
export type Cells = readonly string[];

// csv-parse's own messages quote the value, so they never leave this file.
const REASON_BY_CODE: Partial<Record<CsvErrorCode, string>> = {
  CSV_INVALID_CLOSING_QUOTE: "a quoted value goes on after its closing quote",
  CSV_MAX_RECORD_SIZE: "the record is longer than 1 MiB, or a quote is left open",
  CSV_QUOTE_NOT_CLOSED: "a quote is left open",
  INVALID_OPENING_QUOTE: "a quote inside a value that is not quoted",
};

/**
 * Reads CSV or TSV records from a position on, without blank lines.
 *
 * A broken quote costs the line on which its record starts and no more: csv-parse would look for the end of the
 * quote, through any number of good records, so it is started again on the next line instead.
 */
export async function* delimitedRecords(
  source: SourceFile,
  dialect: Dialect,
  from: Position,
): RecordStream<Cells> {
  let position = from;
  while (position.byte < source.sizeBytes) {
    const records = new RecordParser(dialect, position);
    const reason = yield* parsedRecords(source, records, position.byte);
    if (reason === null) return;
    const at = records.position;
    const next = { byte: await source.nextLineStart(at.byte), line: at.line + 1 };
    yield [{ at, next, kind: "broken", reason }];
    position = next;
  }
}

async function* parsedRecords(
  source: SourceFile,
  records: RecordParser,
  fromByte: number,
): AsyncGenerator<readonly SourceRecord<Cells>[], string | null, undefined> {
  for await (const chunk of source.chunks(fromByte)) {
    const reason = await records.feed(chunk);
    yield await wellEncoded(source, records.take());
    if (reason !== null) return reason;
  }
  const reason = await records.finish();
  yield await wellEncoded(source, records.take());
  return reason;
}

/**
 * A push parser over csv-parse: chunks in, whole records out, with the exact place of each.
 *
 * Records are caught in `on_record` and never enter the library's own output queue, since a stream that fails drops
 * what is still queued, and those records are good.
 */
class RecordParser {
  position: Position;
  private caught: SourceRecord<Cells>[] = [];
  private readonly parser: Parser;

  constructor(dialect: Dialect, from: Position) {
    this.position = from;
    this.parser = parse({
      ...dialect,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      max_record_size: MAX_RECORD_BYTES,
      on_record: (cells, context) => {
        this.catch(cells, from.byte + context.bytes);
        return null;
      },
    });
    // The error is returned by feed() and finish(); without a listener Node would throw it as well.
    this.parser.on("error", () => undefined);
  }

  /** Parses a chunk; returns why it stopped at `position`, or null. */
  feed(chunk: Buffer): Promise<string | null> {
    return new Promise((resolve, reject) => {
      this.parser.write(chunk, (error) => {
        settleReason(error, resolve, reject);
      });
    });
  }

  /** Parses what is left after the last chunk. */
  async finish(): Promise<string | null> {
    const finished = once(this.parser, "finish");
    this.parser.end();
    try {
      await finished;
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** Hands over the records parsed since the last call. */
  take(): readonly SourceRecord<Cells>[] {
    const { caught } = this;
    this.caught = [];
    return caught;
  }

  private catch(cells: Cells, endByte: number): void {
    const at = this.position;
    // Counted here, for csv-parse counts a CRLF inside quotes as two lines.
    const next = { byte: endByte, line: at.line + 1 + newlinesIn(cells) };
    this.position = next;
    if (cells.length > 1 || cells[0] !== "") this.caught.push({ at, next, kind: "whole", content: cells });
  }
}

function settleReason(
  error: unknown,
  resolve: (reason: string | null) => void,
  reject: (error: unknown) => void,
): void {
  if (error === null || error === undefined) resolve(null);
  else if (error instanceof CsvError) resolve(reasonOf(error));
  else reject(error);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof CsvError)) throw error;
  return REASON_BY_CODE[error.code] ?? "not a valid record";
}

function newlinesIn(cells: Cells): number {
  let count = 0;
  for (const cell of cells) {
    for (let index = cell.indexOf("\n"); index !== -1; index = cell.indexOf("\n", index + 1)) count++;
  }
  return count;
}

/** Breaks the records whose bytes are not UTF-8: decoding has put U+FFFD there, and the text would be lost unseen. */
async function wellEncoded(
  source: SourceFile,
  records: readonly SourceRecord<Cells>[],
): Promise<readonly SourceRecord<Cells>[]> {
  const checked: SourceRecord<Cells>[] = [];
  for (const record of records) {
    const { at, next } = record;
    const isGood = !hasReplacement(record) || isUtf8(await source.slice(at.byte, next.byte));
    checked.push(isGood ? record : { at, next, kind: "broken", reason: "not valid UTF-8" });
  }
  return checked;
}

function hasReplacement(record: SourceRecord<Cells>): boolean {
  return record.kind === "whole" && record.content.some((cell) => cell.includes("\uFFFD"));
}
