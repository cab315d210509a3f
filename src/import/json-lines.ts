import { isUtf8 } from "node:buffer";

import type { SourceFile } from "./source-file";
import {
  MAX_RECORD_BYTES,
  readRecords,
  RowRejected,
  type Position,
  type RecordStream,
  type SourceRecord,
} from "./source-record";

const NEWLINE = 0x0a;

/** One line of an NDJSON file. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads NDJSON objects from a position on, without blank lines. */
export function jsonLines(source: SourceFile, from: Position): RecordStream<JsonObject> {
  return readRecords(textLines(source, from), parseObject);
}

async function* textLines(source: SourceFile, from: Position): RecordStream<Buffer> {
  const splitter = new LineSplitter(from);
  for await (const chunk of source.chunks(from.byte)) yield splitter.feed(chunk);
  yield splitter.finish();
}

/** Cuts chunks into lines; of a line that is too long it keeps only the length. */
class LineSplitter {
  private pieces: Buffer[] = [];
  private lengthBytes = 0;

  constructor(private position: Position) {}

  feed(chunk: Buffer): SourceRecord<Buffer>[] {
    const lines: SourceRecord<Buffer>[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.add(chunk.subarray(start, end + 1));
      this.cut(lines);
      start = end + 1;
    }
    this.add(chunk.subarray(start));
    return lines;
  }

  finish(): SourceRecord<Buffer>[] {
    const lines: SourceRecord<Buffer>[] = [];
    this.cut(lines);
    return lines;
  }

  private add(piece: Buffer): void {
    this.lengthBytes += piece.length;
    if (this.isTooLong) this.pieces = [];
    else this.pieces.push(piece);
  }

  private cut(lines: SourceRecord<Buffer>[]): void {
    const at = this.position;
    const next = { byte: at.byte + this.lengthBytes, line: at.line + 1 };
    const content = Buffer.concat(this.pieces);
    if (this.isTooLong) lines.push({ at, next, kind: "broken", reason: "the line is longer than 1 MiB" });
    else if (!isBlank(content)) lines.push({ at, next, kind: "whole", content });
    this.position = next;
    this.pieces = [];
    this.lengthBytes = 0;
  }

  private get isTooLong(): boolean {
    return this.lengthBytes > MAX_RECORD_BYTES;
  }
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE);
}

function parseObject(line: Buffer): JsonObject {
  if (!isUtf8(line)) throw new RowRejected("not valid UTF-8");
  const value = parseJson(line.toString("utf8"));
  if (!isObject(value)) throw new RowRejected("not a JSON object");
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the cause: V8's message quotes the text.
    throw new RowRejected("not valid JSON");
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
