import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { StartupError } from "../domain/errors";
import { loadPolicy, POLICY_FILES, type Policy } from "../policy/policy";

const run = promisify(execFile);

const MOST_BYTES = 16 * 1_024 * 1_024;

async function git(dir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", ["-C", dir, ...args], { maxBuffer: MOST_BYTES });
  return stdout;
}

/** The commit of a revision; what looks like an option is never taken for one. */
async function commitOf(dir: string, revision: string): Promise<string> {
  try {
    const found = await git(
      dir,
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    );
    return found.trim();
  } catch (cause) {
    throw new StartupError(
      `"${revision}" is neither a directory nor a revision of the git repository that holds ${dir}.`,
      { cause },
    );
  }
}

/** Writes the policy files of a commit into a directory. A file that the commit does not have is left out. */
async function extract(dir: string, commit: string, into: string): Promise<void> {
  const listed = await git(dir, "ls-tree", "-z", "--name-only", commit, "./");
  const present = new Set(listed.split("\0"));
  for (const name of Object.keys(POLICY_FILES).filter((file) => present.has(file))) {
    await writeFile(join(into, name), await git(dir, "show", `${commit}:./${name}`));
  }
}

async function loadRevision(dir: string, revision: string): Promise<Policy> {
  const commit = await commitOf(dir, revision);
  const into = await mkdtemp(join(tmpdir(), "fieldward-policy-"));
  try {
    await extract(dir, commit, into);
    return loadPolicy(into);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    throw new StartupError(error.message.replaceAll(`${into}/`, `${revision}:`), { cause: error });
  } finally {
    await rm(into, { recursive: true });
  }
}

/**
 * Loads another policy to compare with: of a directory, or of a git revision of the policy directory.
 *
 * @throws StartupError where it is neither, or cannot be read by this version
 */
export async function otherPolicy(dir: string, which: string): Promise<Policy> {
  const isDirectory = await stat(which).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isDirectory ? loadPolicy(which) : loadRevision(dir, which);
}
