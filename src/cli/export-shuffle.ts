import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { AnonymisedRow } from "../lifecycle/anonymised-export-row";

/** As many as the first two hex digits of an id tell apart. One is held in memory at a time: of ten million rows 12 MB. */
const BUCKETS = 256;
const BUCKET_DIGITS = 2;

const bucketOf = ({ message }: AnonymisedRow): number => parseInt(message.slice(0, BUCKET_DIGITS), 16);

/**
 * Puts rows that come in the order of sending into the order of their ids, which are random: where a row stands tells nothing
 * of when its message was sent. They lie in temporary files by the first digits of the id until all are there.
 */
export class RowShuffle {
  readonly #files: FileHandle[] = [];

  private constructor(private readonly directory: string) {}

  /** Makes its files, each its owner's alone, in a directory of its own. */
  static async open(folder: string): Promise<RowShuffle> {
    const shuffle = new RowShuffle(await mkdtemp(join(folder, ".fieldward-export-")));
    try {
      await shuffle.#openFiles();
    } catch (error) {
      await shuffle.close();
      throw error;
    }
    return shuffle;
  }

  async #openFiles(): Promise<void> {
    for (let i = 0; i < BUCKETS; i += 1)
      this.#files.push(await open(join(this.directory, String(i)), "ax+", 0o600));
    // Without names, so that even a process that is killed leaves nothing. Not every file system lets go of them while open.
    await rm(this.directory, { recursive: true, force: true }).catch(() => undefined);
  }

  async add(rows: readonly AnonymisedRow[]): Promise<void> {
    const lines = new Map<number, string>();
    for (const row of rows) {
      const bucket = bucketOf(row);
      lines.set(bucket, `${lines.get(bucket) ?? ""}${JSON.stringify(row)}\n`);
    }
    await Promise.all([...lines].map(async ([bucket, added]) => this.#files[bucket]?.appendFile(added)));
  }

  async clear(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.truncate(0)));
  }

  /** All rows in the order of their ids, bucket by bucket, without the empty ones. */
  async *buckets(): AsyncGenerator<readonly AnonymisedRow[]> {
    for (const file of this.#files) {
      const lines = await text(file.createReadStream({ start: 0, autoClose: false }));
      if (lines === "") continue;
      const rows = lines.trimEnd().split("\n");
      yield rows
        .map((line) => JSON.parse(line) as AnonymisedRow)
        .sort((one, other) => (one.message < other.message ? -1 : 1));
    }
  }

  /** Nothing of it is left. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#files.map((file) => file.close()));
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Lends a shuffle for some work, with its files in a folder, and removes them whatever becomes of the work. */
export async function withShuffle<T>(folder: string, work: (shuffle: RowShuffle) => Promise<T>): Promise<T> {
  const shuffle = await RowShuffle.open(folder);
  try {
    return await work(shuffle);
  } finally {
    await shuffle.close();
  }
}
