import { FieldwardError } from "../../domain/errors";
import type { Phase, Run, Step } from "./run";
import {
  readPlace,
  writePlace,
  type SealedChange,
  type SealedRows,
  type SealedTableName,
  type StoredSealedRow,
  type WalkPlace,
} from "./sealed-rows";

/** How many rows a step looks at: some 10 ms of work, so that nobody waits long for a lock. */
const ROWS_PER_STEP = 200;

/** How often rows are read and changed anew that others change at the same time. */
const ATTEMPTS = 20;

/** What is to be changed in some rows, and how many cannot be. */
export interface Changes {
  readonly changes: readonly SealedChange[];
  readonly failed: number;
}

/** What a walk makes of the rows that it comes to. */
export interface Walker {
  readonly name: string;
  readonly rows: SealedRows;
  readonly tables: readonly SealedTableName[];
  /** The columns that it looks at. */
  readonly properties: (table: SealedTableName) => readonly string[];
  readonly changes: (table: SealedTableName, rows: readonly StoredSealedRow[], run: Run) => Promise<Changes>;
}

/** A phase that goes once over all sealed rows, table by table in the order of ids. */
export function walkPhase(walker: Walker): Phase {
  const { rows, tables } = walker;
  const begin = async (table: SealedTableName | undefined): Promise<WalkPlace | undefined> =>
    table === undefined ? undefined : { table, id: "", lastId: await rows.lastId(table) };
  return {
    name: walker.name,
    unit: "rows",
    async total() {
      const counts = await Promise.all(tables.map((table) => rows.count(table)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async step(run): Promise<Step> {
      const at = run.place === "" ? await begin(tables[0]) : readPlace(tables, run.place);
      if (at === undefined) return { place: undefined, done: 0 };
      const found = await rows.after(at.table, walker.properties(at.table), at.id, ROWS_PER_STEP);
      const due = found.filter(({ id }) => id <= at.lastId);
      const failed = due.length === 0 ? 0 : await changeAll(walker, at.table, due, run);
      const last = due.at(-1);
      if (last !== undefined && due.length === found.length)
        return { place: writePlace({ ...at, id: last.id }), done: due.length, failed };
      const next = await begin(tables[tables.indexOf(at.table) + 1]);
      return { place: next === undefined ? undefined : writePlace(next), done: due.length, failed };
    },
  };
}

/** Changes what is to be changed in some rows. What others have changed meanwhile is read again, until nothing is left. */
async function changeAll(
  walker: Walker,
  table: SealedTableName,
  found: readonly StoredSealedRow[],
  run: Run,
): Promise<number> {
  let left = found;
  let failed = 0;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = await walker.changes(table, left, run);
    const { missed, refused } = await change(walker, table, found.changes);
    failed += found.failed + refused;
    if (missed.length === 0) return failed;
    left = await walker.rows.byIds(table, walker.properties(table), missed);
  }
  throw new Error("rows are changed by others faster than they can be sealed anew");
}

/** Changes rows at once, and one by one where one of them is in another's way: that one is left. */
async function change(walker: Walker, table: SealedTableName, changes: readonly SealedChange[]) {
  if (changes.length === 0) return { missed: [], refused: 0 };
  try {
    return { missed: await walker.rows.change(table, changes), refused: 0 };
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const missed: string[] = [];
  let refused = 0;
  for (const one of changes) {
    try {
      missed.push(...(await walker.rows.change(table, [one])));
    } catch (error) {
      if (!isConflict(error)) throw error;
      refused += 1;
    }
  }
  return { missed, refused };
}

function isConflict(error: unknown): boolean {
  return error instanceof FieldwardError && error.code === "CONFLICT";
}
