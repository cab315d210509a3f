import type { Phase, Run, Step } from "./run";
import {
  nextTable,
  readPlace,
  walkPlace,
  type SealedChange,
  type SealedRows,
  type SealedTableName,
  type StoredSealedRow,
} from "./sealed-rows";

/** How many rows a step looks at: some 10 ms of work, so that nobody waits long for a lock. */
const ROWS_PER_STEP = 200;

/** What a walk makes of the rows that it comes to. */
export interface Walker {
  readonly name: string;
  readonly rows: SealedRows;
  readonly tables: readonly SealedTableName[];
  /** The columns that it looks at. */
  readonly properties: (table: SealedTableName) => readonly string[];
  /** What is to be changed in these rows, and how many cannot be. */
  readonly changes: (
    table: SealedTableName,
    rows: readonly StoredSealedRow[],
    run: Run,
  ) => Promise<{ readonly changes: readonly SealedChange[]; readonly failed: number }>;
}

/** A phase that goes once over all sealed rows, table by table in the order of ids. */
export function walkPhase(walker: Walker): Phase {
  const { rows, tables } = walker;
  return {
    name: walker.name,
    unit: "rows",
    async total() {
      const counts = await Promise.all(tables.map((table) => rows.count(table)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async step(run): Promise<Step> {
      const at = readPlace(tables, run.place);
      if (at === undefined) return { place: undefined, done: 0 };
      const found = await rows.after(at.table, walker.properties(at.table), at.id, ROWS_PER_STEP);
      const last = found.at(-1);
      if (last === undefined) return { place: nextTable(tables, at.table), done: 0 };
      const { changes, failed } = await walker.changes(at.table, found, run);
      if (changes.length > 0) await rows.change(at.table, changes);
      return { place: walkPlace(at.table.table, last.id), done: found.length, failed };
    },
  };
}
