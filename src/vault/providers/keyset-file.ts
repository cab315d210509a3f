import type { Stats } from "node:fs";
import { mkdir, open, realpath, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StartupError } from "../../domain/errors";
import { errorCode } from "./error-code";
import { KeysetCodec, type Keyset, type KeysetSealing } from "./keyset-codec";

const OTHERS = 0o077;
const OWNER_ONLY = 0o600;
const MODE_BITS = 0o777;
/** Some thousand keys. */
const MAX_BYTES = 1024 * 1024;

/** Opens a file beside the target that is not there yet: who has it, and nobody else, may replace the target. */
async function openLock(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", OWNER_ONLY);
  } catch (error) {
    if (errorCode(error) !== "EEXIST")
      throw new StartupError(`${path} cannot be written (${errorCode(error) ?? "unknown"}).`);
    throw new StartupError(
      `${path} is there: another process is changing the keyset, or stopped half-way. Remove it if none is running.`,
    );
  }
}

/** Makes the new name of a file in a directory outlive a power cut. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Replaces a file at once and for good: its new content is on the disk before it has the name, so that a crash leaves the
 * old file or the new one. The temporary file is the lock as well, as Git's `index.lock` is: `content` may read the target
 * and be sure that nobody else replaces it meanwhile.
 */
async function replaceFile(target: string, content: () => Promise<string>, owner?: Stats): Promise<void> {
  const temporary = `${target}.lock`;
  const file = await openLock(temporary);
  try {
    await file.writeFile(await content());
    // A keyset that root rotated must still be its owner's.
    if (owner !== undefined) await file.chown(owner.uid, owner.gid);
    await file.sync();
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary);
    throw error;
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(target));
}

/** A keyset on the disk: read with its mode checked, and replaced whole. */
export class KeysetFile {
  readonly #codec: KeysetCodec;

  constructor(
    private readonly path: string,
    sealing: KeysetSealing,
  ) {
    this.#codec = new KeysetCodec(path, sealing);
  }

  /** Writes a new file, readable by its owner only, in a directory that only the owner enters. Never overwrites one. */
  async create(keyset: Keyset): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    // Where the directory is a link, its own name could be another's tomorrow.
    const target = join(await realpath(dirname(this.path)), basename(this.path));
    await replaceFile(target, async () => {
      const there = await stat(target).catch((error: unknown) => {
        if (errorCode(error) !== "ENOENT") throw error;
      });
      if (there !== undefined) throw new StartupError(`There is a keyset at ${this.path} already.`);
      return this.#codec.encode(keyset);
    });
  }

  /** @throws StartupError where the file is missing, open to others, malformed or not to be opened. */
  async read(): Promise<Keyset> {
    let file: FileHandle;
    try {
      file = await open(this.path, "r");
    } catch (error) {
      throw new StartupError(
        errorCode(error) === "ENOENT"
          ? `There is no keyset at ${this.path}. Run "fieldward init", or put the file back from its backup.`
          : `The keyset ${this.path} cannot be read (${errorCode(error) ?? "unknown"}).`,
      );
    }
    try {
      // Of the file that is open, and not of what has the name a moment later.
      this.#check(await file.stat());
      return await this.#codec.decode(await file.readFile("utf8"));
    } finally {
      await file.close();
    }
  }

  /** Replaces the keyset by what `change` makes of it as it is on the disk now: another process may have changed it. */
  async change(change: (keyset: Keyset) => Keyset): Promise<Keyset> {
    // The file itself, should its path be a link to it: rename() would replace the link.
    const target = await realpath(this.path);
    let changed: Keyset | undefined;
    const content = async (): Promise<string> => {
      changed = change(await this.read());
      return this.#codec.encode(changed);
    };
    await replaceFile(target, content, await stat(target));
    return changed ?? this.read();
  }

  #check(stats: Stats): void {
    if (!stats.isFile()) throw new StartupError(`The keyset ${this.path} is not a file.`);
    const { mode, size } = stats;
    if ((mode & OTHERS) !== 0) {
      throw new StartupError(
        `The keyset ${this.path} can be read by others (mode ${(mode & MODE_BITS).toString(8)}). Run: chmod 600 ${this.path}`,
      );
    }
    if (size > MAX_BYTES) throw new StartupError(`The keyset ${this.path} is larger than a keyset can be.`);
  }
}
