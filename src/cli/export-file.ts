import { constants } from "node:fs";
import { access, link, open, rename, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { StartupError } from "../domain/errors";

/** Where an export is written. */
export interface ExportTarget {
  /** Where its rows may lie until they are written: for a file its own folder, which was chosen to hold them. */
  readonly folder: string;
  write(text: string): Promise<void>;
  /** The export is whole. */
  finish(): Promise<void>;
  /** It will not be: nothing of it is left where that can be helped. */
  discard(): Promise<void>;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function refuseExisting(path: string): Promise<void> {
  const isThere = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (isThere) throw new StartupError(`${path} is there already, and an export overwrites nothing.`);
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "ax", 0o600);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    throw new StartupError(
      `${path} is there: another export writes it, or one was killed. If none runs, remove it.`,
    );
  }
}

/** Gives a finished file its name, and takes none that has come to be there meanwhile. */
async function giveName(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
    await rm(partial);
  } catch {
    // There by now, or a file system without hard links.
    await refuseExisting(path);
    await rename(partial, path);
  }
}

/**
 * A file that only its owner may read: `FILE.partial` until the export is whole, so that what has the name of an export is
 * one. One that was stopped is removed, since it could not go on: its ids were of a key that is gone.
 *
 * @throws StartupError where the file or its partial one is there
 */
export async function fileTarget(path: string): Promise<ExportTarget> {
  await refuseExisting(path);
  const partial = `${path}.partial`;
  const handle = await openNew(partial);
  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(partial, { force: true });
  };
  return {
    folder: dirname(path),
    write: async (text) => {
      await handle.appendFile(text);
    },
    finish: async () => {
      await handle.sync();
      await handle.close();
      try {
        await giveName(partial, path);
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
    discard,
  };
}

/** A stream, such as standard output: what reads it sets the pace, and what was written cannot be taken back. */
export function streamTarget(stream: NodeJS.WritableStream): ExportTarget {
  // The same error is handed to the callback of the write.
  stream.on("error", () => undefined);
  return {
    folder: tmpdir(),
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error == null) resolve();
          else reject(hasCode(error, "EPIPE") ? new StartupError("What read the output has gone.") : error);
        });
      }),
    finish: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}
