import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

/** Opens a file that only its owner may read, creating it if need be; never through a symbolic link. */
export async function openPrivateFile(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    // The mode above holds for a new file only.
    await handle.chmod(0o600);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
