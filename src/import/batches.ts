import type { ImportRow } from "./import-row";
import type { Position, RecordStream, SourceRecord } from "./source-record";

/** A record that is not imported; the reason does not quote it. */
export interface Reject {
  readonly line: number;
  readonly reason: string;
}

/** Successive records that are stored, and recorded as done, together. */
export interface Batch {
  readonly rows: readonly ImportRow[];
  readonly rejects: readonly Reject[];
  /** The place after the last of them. */
  readonly next: Position;
}

/** Cuts the records into batches of so many, counting good and bad ones. */
export async function* batches(
  records: RecordStream<ImportRow>,
  size: number,
): AsyncGenerator<Batch, void, undefined> {
  let pending: SourceRecord<ImportRow>[] = [];
  for await (const handful of records) {
    for (const record of handful) {
      pending.push(record);
      if (pending.length < size) continue;
      yield batchOf(pending, record.next);
      pending = [];
    }
  }
  const last = pending.at(-1);
  if (last !== undefined) yield batchOf(pending, last.next);
}

function batchOf(records: readonly SourceRecord<ImportRow>[], next: Position): Batch {
  const rows: ImportRow[] = [];
  const rejects: Reject[] = [];
  for (const record of records) {
    if (record.kind === "whole") rows.push(record.content);
    else rejects.push({ line: record.at.line, reason: record.reason });
  }
  return { rows, rejects, next };
}
