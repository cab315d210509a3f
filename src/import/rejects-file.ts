import { unlink, type FileHandle } from "node:fs/promises";

import type { Reject } from "./batches";
import { openPrivateFile } from "./private-file";
import { ImportUsageError } from "./usage-error";

/** The list of records that were not imported: `{"line":N,"reason":"…"}`, and never what they hold. */
export class RejectsFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private lengthBytes: number,
  ) {}

  /**
   * Opens the list of a file, and cuts it back to what is known to be complete.
   *
   * @throws ImportUsageError when it is shorter than that
   */
  static async open(importedFile: string, keepBytes: number): Promise<RejectsFile> {
    const path = `${importedFile}.rejects.ndjson`;
    const handle = await openPrivateFile(path);
    try {
      const { size } = await handle.stat();
      if (size < keepBytes) throw new ImportUsageError(`${path} was changed since: import without --resume.`);
      await handle.truncate(keepBytes);
      return new RejectsFile(path, handle, keepBytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** How much of it is complete and on disk. */
  get sizeBytes(): number {
    return this.lengthBytes;
  }

  /** Adds records, in line order, and waits until they are on disk. */
  async append(rejects: readonly Reject[]): Promise<void> {
    if (rejects.length === 0) return;
    const ordered = [...rejects].sort((one, other) => one.line - other.line);
    const bytes = Buffer.from(
      ordered.map(({ line, reason }) => `${JSON.stringify({ line, reason })}\n`).join(""),
    );
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.handle.write(bytes, written, null, this.lengthBytes + written);
      written += bytesWritten;
    }
    await this.handle.datasync();
    this.lengthBytes += bytes.length;
  }

  /** Lets go of the file. */
  close(): Promise<void> {
    return this.handle.close();
  }

  /** Removes a list on which there is nothing; returns whether there is one left. */
  async removeIfEmpty(): Promise<boolean> {
    if (this.lengthBytes === 0) await unlink(this.path);
    return this.lengthBytes > 0;
  }
}
