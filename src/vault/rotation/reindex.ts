import type { RandomBytes } from "../../crypto/random";
import { FieldwardError, StartupError } from "../../domain/errors";
import type { SealedColumn } from "../../domain/sealed";
import { slotOf, type BlindIndexes, type IndexState } from "../blind-indexes";
import type { KeyEncryptionKeys } from "../key-encryption-keys";
import type { KeyRing } from "../key-ring";
import type { KeyStore } from "../key-store";
import { makeRootKey } from "../root-keys";
import type { SubjectKeys } from "../subject-keys";
import { settle, type Job, type Phase, type Run, type Step } from "./run";
import type { SealedChange, SealedRows, StoredSealedRow } from "./sealed-rows";
import { walkPhase } from "./walk";

/** The vault database, as rotating the index key needs it. */
export interface ReindexStore extends Pick<KeyStore, "rootKeys" | "addRootKeys"> {
  /** Makes the incoming index key the current one and the current one retired, in one transaction. */
  switchIndexKeys(): Promise<void>;
  dropRetiredIndexKeys(): Promise<void>;
}

export interface ReindexParts {
  readonly store: ReindexStore;
  readonly rows: SealedRows;
  readonly indexes: BlindIndexes;
  readonly keyRing: KeyRing;
  readonly keks: KeyEncryptionKeys;
  readonly random: RandomBytes;
  readonly wait: (ms: number) => Promise<void>;
  readonly settleMs: number;
  /** Whether what cannot be indexed is left behind. */
  readonly leaveFailed: boolean;
}

/**
 * Rotates the key of the blind indexes while others look up and write: dual write → backfill → switch → drop.
 *
 * Each row has a second index column. Until the switch everyone finds by the old one, after it by the new one, and from
 * the first step to the last but one every writer fills both, so that at no moment a row is missed or a number can be taken
 * twice. Pseudonyms of looked-up fields are made of the index and change at the switch.
 */
export function reindexJob(parts: ReindexParts): Job {
  const { store, wait, settleMs: ms } = parts;
  const known = (name: string) => settle(name, { ms, wait });
  return {
    kind: "reindex",
    // Filled again before it is switched: what did not open may do so now.
    resume: (run) => (run.phase === SWITCH ? { ...run, phase: FILL, place: "", done: 0, failed: 0 } : run),
    phases: [
      once("new index key", () => begin(parts)),
      known("until every process writes both indexes"),
      fillPhase(parts),
      once(SWITCH, (run) => switchOver(parts, run)),
      known("until every process looks up by the new index"),
      once("destroy the old index key", () => store.dropRetiredIndexKeys()),
      known("until no process writes the old index"),
      clearPhase(parts),
    ],
  };
}

const FILL = "fill the new index";
const SWITCH = "switch to the new index";

/** @throws StartupError where values would not be found any more */
async function switchOver({ store, leaveFailed }: ReindexParts, { failed }: Run): Promise<void> {
  if (failed > 0 && !leaveFailed) {
    throw new StartupError(
      `${String(failed)} values could not be indexed and would not be found any more. Mend them and run it again, or leave them with --leave-failed.`,
    );
  }
  await store.switchIndexKeys();
}

const DONE: Step = { place: undefined, done: 1 };

function once(name: string, work: (run: Run) => Promise<void>): Phase {
  return {
    name,
    unit: "keys",
    total: () => Promise.resolve(1),
    async step(run) {
      await work(run);
      return DONE;
    },
  };
}

async function begin({ store, keks, random }: ReindexParts): Promise<void> {
  const keys = (await store.rootKeys()).filter(({ purpose }) => purpose === "blind-index");
  if (keys.some(({ state }) => state === "incoming")) return;
  const version = Math.max(...keys.map((key) => key.version)) + 1;
  await store.addRootKeys([
    await makeRootKey(keks, random, { purpose: "blind-index", version, state: "incoming" }),
  ]);
}

const indexedFields = (fields: readonly SealedColumn[]) => fields.filter(({ bi }) => bi !== undefined);

/** The tables of a walk: those with a field that can be looked up. */
function indexedTables({ rows }: ReindexParts) {
  return rows.tables.filter(({ fields }) => indexedFields(fields).length > 0);
}

function fillPhase(parts: ReindexParts): Phase {
  const { rows, keyRing, indexes } = parts;
  return walkPhase({
    name: FILL,
    rows,
    tables: indexedTables(parts),
    properties: ({ fields }) => indexedFields(fields).flatMap(({ ct, bi }) => [ct, ...(bi ?? [])]),
    async changes({ fields }, found) {
      const keys = await keyRing.require(found.map(({ subjectId }) => subjectId));
      const state = await indexes.load();
      let failed = 0;
      const changes = found.flatMap((row): SealedChange[] => {
        const own = keys.get(row.subjectId);
        if (own === undefined || own.gone) {
          // Nothing to be indexed, unless there is a value whose key is missing.
          if (indexedFields(fields).some(({ ct }) => row.values[ct] !== null)) failed += 1;
          return [];
        }
        try {
          return filled(indexedFields(fields), row, own, state);
        } catch (error) {
          if (!(error instanceof FieldwardError && error.code === "FIELD_TAMPERED")) throw error;
          // It is found by its old index until that goes, and cannot be opened anyway.
          failed += 1;
          return [];
        }
      });
      return { changes, failed };
    },
  });
}

/** The empty index columns of a row, filled. The envelope must still be the one that was opened. */
function filled(
  fields: readonly SealedColumn[],
  row: StoredSealedRow,
  keys: SubjectKeys,
  state: IndexState,
): SealedChange[] {
  const set: Record<string, string> = {};
  const where: Record<string, Uint8Array | string | null> = {};
  for (const field of fields) {
    const envelope = row.values[field.ct];
    if (!(envelope instanceof Uint8Array) || field.bi === undefined) continue;
    const indexes = state.write(field, keys.open(field, envelope, row.id));
    field.bi.forEach((property, slot) => {
      const index = indexes[slot];
      const found = row.values[property] ?? null;
      // Also where something else stands: what an earlier rotation could not empty must not be taken for this one's.
      if (typeof index !== "string" || found === index) return;
      set[property] = index;
      where[property] = found;
      where[field.ct] = envelope;
    });
  }
  return Object.keys(set).length === 0 ? [] : [{ id: row.id, set, where }];
}

/** Empties the column that no key writes any more, but where it is all that a row has: its value could not be opened. */
function clearPhase(parts: ReindexParts): Phase {
  const { rows, indexes } = parts;
  return walkPhase({
    name: "empty the old index",
    rows,
    tables: indexedTables(parts),
    properties: ({ fields }) => indexedFields(fields).flatMap(({ bi }) => [...(bi ?? [])]),
    async changes({ fields }, found) {
      const used = slotOf((await indexes.load()).current);
      const changes = found.flatMap((row) => cleared(indexedFields(fields), row, used));
      return { changes, failed: 0 };
    },
  });
}

function cleared(fields: readonly SealedColumn[], row: StoredSealedRow, used: 0 | 1): SealedChange[] {
  const set: Record<string, null> = {};
  const where: Record<string, string> = {};
  for (const { bi } of fields) {
    if (bi === undefined) continue;
    const [kept, emptied] = used === 0 ? bi : [bi[1], bi[0]];
    const [keeps, empties] = [row.values[kept], row.values[emptied]];
    if (typeof keeps !== "string" || typeof empties !== "string") continue;
    set[emptied] = null;
    where[emptied] = empties;
    where[kept] = keeps;
  }
  return Object.keys(set).length === 0 ? [] : [{ id: row.id, set, where }];
}
