import type { DataSource } from "typeorm";
import type { Run, RunStore } from "../vault/rotation/run";
import { placeholders, rowSource, type Row } from "./rows";

const COLUMNS = "id, kind, phase, phase_since, place, done, total, failed, started_at";

function readRun([id, kind, phase, phaseSince, place, done, total, failed, startedAt]: Row): Run {
  return {
    id: String(id),
    kind: String(kind),
    phase: String(phase),
    phaseSinceMs: Number(phaseSince),
    place: String(place),
    done: Number(done),
    total: Number(total),
    failed: Number(failed),
    startedAtMs: Number(startedAt),
  };
}

/** How far rotations are, in the vault database. */
export function sqlRunStore(vault: DataSource): RunStore & { all(): Promise<readonly Run[]> } {
  const rows = rowSource(vault);
  const unfinished = `SELECT ${COLUMNS} FROM rotation_run WHERE finished_at IS NULL`;
  return {
    async all() {
      return (await rows.rows({ text: `${unfinished} ORDER BY id`, values: [] })).map(readRun);
    },
    async unfinished(kind) {
      const text = `${unfinished} AND kind = ? ORDER BY id LIMIT 1`;
      return (await rows.rows({ text, values: [kind] })).map(readRun)[0];
    },
    start: ({ id, kind, phase, phaseSinceMs, place, done, total, failed, startedAtMs }) =>
      rows.run({
        text: `INSERT INTO rotation_run (${COLUMNS}) VALUES (${placeholders(9)})`,
        values: [id, kind, phase, phaseSinceMs, place, done, total, failed, startedAtMs],
      }),
    save: ({ id, phase, phaseSinceMs, place, done, total, failed }) =>
      rows.run({
        text: "UPDATE rotation_run SET phase = ?, phase_since = ?, place = ?, done = ?, total = ?, failed = ? WHERE id = ?",
        values: [phase, phaseSinceMs, place, done, total, failed, id],
      }),
    finish: ({ id }, atMs) =>
      rows.run({ text: "UPDATE rotation_run SET finished_at = ? WHERE id = ?", values: [atMs, id] }),
  };
}
