import { createHash } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";

import { z } from "zod";

import type { RowDefaults } from "./import-row";
import type { FormatName } from "./message-format";
import { openPrivateFile } from "./private-file";
import type { SourceFile } from "./source-file";
import { ImportUsageError } from "./usage-error";

const count = z.int().nonnegative();

const checkpointSchema = z.strictObject({
  version: z.literal(1),
  file: z.strictObject({ sizeBytes: count, headSha256: z.string() }),
  /** SHA-256 of everything that decides what a record becomes. */
  readingSha256: z.string(),
  next: z.strictObject({ byte: count, line: count }),
  counts: z.strictObject({ read: count, stored: count, duplicates: count, rejected: count }),
  rejectsBytes: count,
});

/** How far an import has come, and of what. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** What an import can be recognised by when it is resumed. */
export type ImportIdentity = Pick<Checkpoint, "file" | "readingSha256">;

/** How a file is read, apart from its content. */
export interface Reading {
  readonly format: FormatName;
  readonly map: ReadonlyMap<string, string>;
  readonly defaults: RowDefaults;
}

/** Derives what identifies an import. */
export function importIdentity(source: SourceFile, { format, map, defaults }: Reading): ImportIdentity {
  const pairs = [...map].sort(([one], [other]) => (one < other ? -1 : 1));
  const reading = JSON.stringify([format, pairs, defaults.direction, defaults.senderId]);
  return {
    file: { sizeBytes: source.sizeBytes, headSha256: source.headSha256 },
    readingSha256: createHash("sha256").update(reading).digest("hex"),
  };
}

/** Reads where the import of a file stopped; null if it never stopped. @throws ImportUsageError if it is another's */
export async function loadCheckpoint(
  importedFile: string,
  identity: ImportIdentity,
): Promise<Checkpoint | null> {
  const path = checkpointPath(importedFile);
  const text = await readIfThere(path);
  if (text === null) return null;
  const checkpoint = parseCheckpoint(path, text);
  const { sizeBytes, headSha256 } = checkpoint.file;
  if (sizeBytes !== identity.file.sizeBytes || headSha256 !== identity.file.headSha256) {
    throw new ImportUsageError(
      `${importedFile} was changed since the import stopped: import without --resume.`,
    );
  }
  if (checkpoint.readingSha256 !== identity.readingSha256) {
    throw new ImportUsageError(
      "The stopped import had another --format, --map or default: give the same ones, or import without --resume.",
    );
  }
  return checkpoint;
}

/** Replaces the checkpoint in one step: after a crash there is the old one or the new one. */
export async function saveCheckpoint(importedFile: string, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointPath(importedFile);
  const temporary = `${path}.tmp`;
  const handle = await openPrivateFile(temporary);
  try {
    await handle.truncate(0);
    await handle.writeFile(JSON.stringify(checkpoint));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** Removes the checkpoint, if there is one. */
export async function removeCheckpoint(importedFile: string): Promise<void> {
  await rm(checkpointPath(importedFile), { force: true });
  await rm(`${checkpointPath(importedFile)}.tmp`, { force: true });
}

function checkpointPath(importedFile: string): string {
  return `${importedFile}.fieldward-import.json`;
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
}

function parseCheckpoint(path: string, text: string): Checkpoint {
  try {
    return checkpointSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ImportUsageError(`${path} is damaged: import without --resume.`, { cause: error });
  }
}
