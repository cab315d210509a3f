import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";

import { ImportUsageError } from "./usage-error";

const CHUNK_BYTES = 64 * 1024;

/** Small, so that a reading which starts again a line further, after a broken quote, finds it in the window. */
const FIRST_CHUNK_BYTES = 1024;

/** How much of the file's beginning identifies it. */
const HEAD_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

const UNREADABLE_BEGINNINGS: readonly { readonly bytes: Buffer; readonly advice: string }[] = [
  { bytes: Buffer.from([0xff, 0xfe]), advice: "is UTF-16: save it as UTF-8" },
  { bytes: Buffer.from([0xfe, 0xff]), advice: "is UTF-16: save it as UTF-8" },
  { bytes: Buffer.from([0x1f, 0x8b]), advice: "is compressed by gzip: unpack it first" },
  {
    bytes: Buffer.from("PK\u0003\u0004"),
    advice: "is a ZIP archive or a spreadsheet: unpack it, or save it as CSV",
  },
];

/** The file to import: as long as it was when opened, and read from any byte on. */
export class SourceFile {
  /** What was read last. */
  private window = { start: 0, bytes: Buffer.alloc(0) };

  private constructor(
    readonly path: string,
    readonly sizeBytes: number,
    private readonly handle: FileHandle,
    private readonly head: Buffer,
  ) {}

  /** @throws ImportUsageError when there is no readable, regular, non-empty text file at the path */
  static async open(path: string): Promise<SourceFile> {
    const handle = await openForReading(path);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new ImportUsageError(`${path} is not a regular file.`);
      if (stats.size === 0) throw new ImportUsageError(`${path} is empty: there is nothing to import.`);
      const head = Buffer.alloc(Math.min(HEAD_BYTES, stats.size));
      await readFully(handle, head, 0);
      refuseUnreadable(path, head);
      return new SourceFile(path, stats.size, handle, head);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** SHA-256 of the first 64 KiB, in hexadecimal. */
  get headSha256(): string {
    return createHash("sha256").update(this.head).digest("hex");
  }

  /** The first byte of text: 3 after a byte order mark, otherwise 0. */
  get textStart(): number {
    return startsWith(this.head, UTF8_BOM) ? UTF8_BOM.length : 0;
  }

  /** Reads on from a byte to the end, one chunk for each demand, the first ones smaller. */
  async *chunks(fromByte: number): AsyncGenerator<Buffer, void, undefined> {
    let start = fromByte;
    let lengthBytes = FIRST_CHUNK_BYTES;
    while (start < this.sizeBytes) {
      const end = Math.min(start + lengthBytes, this.sizeBytes);
      yield await this.slice(start, end);
      start = end;
      lengthBytes = Math.min(lengthBytes * 2, CHUNK_BYTES);
    }
  }

  /** Reads the bytes from `start` up to, but not including, `end`; they must not be changed. */
  async slice(start: number, end: number): Promise<Buffer> {
    const { window } = this;
    const isInWindow = start >= window.start && end <= window.start + window.bytes.length;
    if (isInWindow) return window.bytes.subarray(start - window.start, end - window.start);
    const wanted = Math.max(end, Math.min(start + CHUNK_BYTES, this.sizeBytes));
    const bytes = Buffer.allocUnsafe(wanted - start);
    await readFully(this.handle, bytes, start);
    this.window = { start, bytes };
    return bytes.subarray(0, end - start);
  }

  /** Finds the byte after the next line break, or the end of the file. */
  async nextLineStart(fromByte: number): Promise<number> {
    let chunkStart = fromByte;
    for await (const chunk of this.chunks(fromByte)) {
      const index = chunk.indexOf(NEWLINE);
      if (index !== -1) return chunkStart + index + 1;
      chunkStart += chunk.length;
    }
    return this.sizeBytes;
  }

  /** Lets go of the file. */
  close(): Promise<void> {
    return this.handle.close();
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw new ImportUsageError(`${path} cannot be opened for reading.`, { cause: error });
  }
}

function refuseUnreadable(path: string, head: Buffer): void {
  const known = UNREADABLE_BEGINNINGS.find(({ bytes }) => startsWith(head, bytes));
  if (known !== undefined) throw new ImportUsageError(`${path} ${known.advice}.`);
}

function startsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.subarray(0, beginning.length).equals(beginning);
}

async function readFully(handle: FileHandle, target: Buffer, fromByte: number): Promise<void> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, fromByte + filled);
    if (bytesRead === 0) throw new Error("The file became shorter while it was being imported.");
    filled += bytesRead;
  }
}
