import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { importMessages } from "../../src/import/import-messages";
import type {
  ImportOptions,
  ImportRow,
  ImportSummary,
  RowOutcome,
  StoreRows,
} from "../../src/import/import-messages";
import { silentProgress } from "../../src/import/progress";

/** Makes real files in a folder that goes away after the tests of a file. */
export function useScratch(): (name: string, content: string | Buffer) => string {
  const folder = mkdtempSync(join(tmpdir(), "fieldward-import-"));
  let made = 0;
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return (name, content) => {
    const path = join(folder, `${made++}-${name}`);
    writeFileSync(path, content);
    return path;
  };
}

/** The options of a plain import, with what a test changes. */
export function options(file: string, changes: Partial<ImportOptions> = {}): ImportOptions {
  return {
    file,
    format: null,
    map: new Map(),
    defaults: { direction: null, senderId: null },
    resume: false,
    progress: silentProgress,
    clock: () => 0,
    ...changes,
  };
}

/** Keeps rows in memory, once for each external id, as the database does. */
export class MemoryStore {
  readonly rows = new Map<string, ImportRow>();
  readonly batchSizes: number[] = [];

  readonly store: StoreRows = (rows) => {
    this.batchSizes.push(rows.length);
    return Promise.resolve(rows.map((row) => this.keep(row)));
  };

  get all(): readonly ImportRow[] {
    return [...this.rows.values()];
  }

  private keep(row: ImportRow): RowOutcome {
    if (this.rows.has(row.externalId)) return { kind: "duplicate" };
    this.rows.set(row.externalId, row);
    return { kind: "stored" };
  }
}

/** Imports a file into memory. */
export async function imported(
  file: string,
  changes: Partial<ImportOptions> = {},
): Promise<{ readonly rows: readonly ImportRow[]; readonly summary: ImportSummary }> {
  const memory = new MemoryStore();
  const summary = await importMessages(options(file, changes), memory.store);
  return { rows: memory.all, summary };
}

/** Joins lines as a file has them. */
export function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

/** What a killed import fails with. */
export class Killed extends Error {}

/** Stores some batches, then dies as by kill -9: before the batch is stored or between that and the checkpoint. */
export function killedAfter(
  memory: MemoryStore,
  batches: number,
  isLastOneStored: boolean,
): MemoryStore["store"] {
  let left = batches;
  return async (rows) => {
    if (left-- > 0) return memory.store(rows);
    if (isLastOneStored) await memory.store(rows);
    throw new Killed();
  };
}
