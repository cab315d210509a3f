/** A place between two records of a file: the next byte, and the line (from 1) that it is on. */
export interface Position {
  readonly byte: number;
  readonly line: number;
}

/** One record of a file: what it holds, or why it cannot be read. */
export type SourceRecord<T> = { readonly at: Position; readonly next: Position } & (
  { readonly kind: "whole"; readonly content: T } | { readonly kind: "broken"; readonly reason: string }
);

/** Records in file order, in handfuls: one asynchronous step a record would cost more than the parsing. */
export type RecordStream<T> = AsyncGenerator<readonly SourceRecord<T>[], void, undefined>;

/** Longest record that is looked at; beyond it a line break is presumed missing or a quote left open. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** Thrown while a record is read, to refuse that record alone; the reason must not quote it. */
export class RowRejected extends Error {
  override readonly name = "RowRejected";
}

/** Applies a reading to the records that are whole; a `RowRejected` makes the record a broken one. */
export async function* readRecords<T, U>(
  records: RecordStream<T>,
  read: (content: T, line: number) => U,
): RecordStream<U> {
  for await (const handful of records) {
    yield handful.map((record) => readRecord(record, read));
  }
}

function readRecord<T, U>(record: SourceRecord<T>, read: (content: T, line: number) => U): SourceRecord<U> {
  if (record.kind === "broken") return record;
  const { at, next } = record;
  try {
    return { at, next, kind: "whole", content: read(record.content, at.line) };
  } catch (error) {
    if (!(error instanceof RowRejected)) throw error;
    return { at, next, kind: "broken", reason: error.message };
  }
}
