import { KEY_BYTES, type Suite } from "../../crypto/suites";
import type { RandomBytes } from "../../crypto/random";
import { FieldwardError } from "../../domain/errors";
import type { SealedColumn } from "../../domain/sealed";
import type { KeyRing } from "../key-ring";
import type { StoredSubjectKey } from "../key-store";
import type { SubjectKeys } from "../subject-keys";
import { settle, type Job, type Phase, type Run } from "./run";
import type { SealedChange, SealedRows, StoredSealedRow } from "./sealed-rows";
import { walkPhase } from "./walk";

/** The vault database, as resealing needs it. */
export interface ResealStore {
  /** Active keys made before a time, in the order of their ids. */
  activeKeysBefore(ms: number, afterId: string, limit: number): Promise<readonly StoredSubjectKey[]>;
  countActiveKeysBefore(ms: number): Promise<number>;
  /**
   * Retires keys and adds their successors, in one transaction. A successor is added only where its predecessor was retired
   * by this very call: a customer that is shredded in between gets no new key.
   */
  succeed(
    runId: string,
    atMs: number,
    pairs: readonly { readonly old: StoredSubjectKey; readonly next: StoredSubjectKey }[],
  ): Promise<void>;
  /** Makes the keys that a subject retired stay, since something under them does not open. */
  keep(subjectIds: readonly string[]): Promise<void>;
  countRetiredBy(runId: string): Promise<number>;
  /** Destroys some of the keys that a run retired and that are not kept. Answers how many; 0: all are gone. */
  dropRetiredBy(runId: string, limit: number): Promise<number>;
}

export interface ResealParts {
  readonly store: ResealStore;
  readonly rows: SealedRows;
  readonly keyRing: KeyRing;
  readonly suite: Suite;
  readonly random: RandomBytes;
  readonly clock: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** After so long every process has loaded its keys anew, and what it had begun before is through. */
  readonly settleMs: number;
}

const KEYS_PER_STEP = 200;
const LAST_LOOK = "values, a last look";

/**
 * Gives every subject a new data key and seals all its values under it, while others read and write.
 *
 * 1. Every key that was active gets a successor and retires. Who reads a value under a key that it does not know loads the
 *    subject's keys anew, so that both open everywhere at once.
 * 2. Wait, until no process seals with a retired key any more.
 * 3. Seal each value anew, in the place of the very envelope that was opened: what was written meanwhile stays.
 * 4. Wait, until no request holds an envelope under a retired key.
 * 5. Look at every value once more. There is nothing to be done unless a process went by a longer TTL than this one; then
 *    the old key of that value stays.
 * 6. Destroy the retired keys.
 */
export function resealJob(parts: ResealParts): Job {
  const { wait, settleMs: ms } = parts;
  return {
    kind: "reseal",
    phases: [
      retirePhase(parts),
      settle("until no process seals with an old key", { ms, wait }),
      valuesPhase("values", parts),
      settle("until no request holds an old value", { ms, wait }),
      valuesPhase(LAST_LOOK, parts),
      dropPhase(parts),
    ],
  };
}

function retirePhase(parts: ResealParts): Phase {
  const { store, clock } = parts;
  return {
    name: "new data keys",
    unit: "keys",
    total: (run) => store.countActiveKeysBefore(run.startedAtMs),
    async step(run) {
      const keys = await store.activeKeysBefore(run.startedAtMs, run.place, KEYS_PER_STEP);
      const last = keys.at(-1);
      if (last === undefined) return { place: undefined, done: 0 };
      const made = await Promise.all(keys.map((old) => successorOf(old, parts)));
      const pairs = made.filter((pair) => pair !== undefined);
      // Never before the run began, whatever this machine's clock says: its own successors would be succeeded again.
      const atMs = Math.max(clock(), run.startedAtMs);
      if (pairs.length > 0) await store.succeed(run.id, atMs, pairs);
      return { place: last.id, done: keys.length, failed: keys.length - pairs.length };
    },
  };
}

/** A key and its successor; undefined where the tenant's provider is away: its customers keep their keys. */
async function successorOf(old: StoredSubjectKey, { keyRing, random }: ResealParts) {
  const secret = random(KEY_BYTES);
  try {
    return { old, next: await keyRing.wrapNew({ id: old.subjectId, tenantId: old.tenantId }, secret) };
  } catch (error) {
    if (isOutOfReach(error)) return undefined;
    throw error;
  } finally {
    secret.fill(0);
  }
}

/** Whether a value or a key cannot be had now, for reasons that concern it alone. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof FieldwardError && ["FIELD_TAMPERED", "VAULT_UNAVAILABLE"].includes(error.code);
}

function valuesPhase(name: string, { store, rows, keyRing, suite }: ResealParts): Phase {
  return walkPhase({
    name,
    rows,
    tables: rows.tables,
    properties: ({ fields }) => fields.map(({ ct }) => ct),
    async changes({ fields }, found) {
      const keys = await keysOf(keyRing, found);
      const stuck = new Set<string>();
      const changes = found.flatMap((row): SealedChange[] => {
        try {
          return resealed(suite, fields, row, keys?.get(row.subjectId));
        } catch (error) {
          if (!isOutOfReach(error)) throw error;
          stuck.add(row.subjectId);
          return [];
        }
      });
      // Found on the last look: someone still had it sealed under the old key, and may have it in hand.
      const late = new Set(name === LAST_LOOK ? changes.map(({ id }) => id) : []);
      const lateSubjects = found.filter(({ id }) => late.has(id)).map(({ subjectId }) => subjectId);
      if (stuck.size + lateSubjects.length > 0) await store.keep([...stuck, ...lateSubjects]);
      // Each is counted once, on the first look.
      return { changes, failed: name === LAST_LOOK ? 0 : stuck.size };
    },
  });
}

/** The keys of some rows; undefined where none of them can be had now. */
async function keysOf(keyRing: KeyRing, rows: readonly StoredSealedRow[]) {
  try {
    return await keyRing.require(rows.map(({ subjectId }) => subjectId));
  } catch (error) {
    if (isOutOfReach(error)) return undefined;
    throw error;
  }
}

/** The row's envelopes that are not under the active key, under it. @throws FieldwardError FIELD_TAMPERED, VAULT_UNAVAILABLE */
function resealed(
  suite: Suite,
  fields: readonly SealedColumn[],
  row: StoredSealedRow,
  keys: SubjectKeys | undefined,
): SealedChange[] {
  if (keys === undefined) throw new FieldwardError("VAULT_UNAVAILABLE");
  if (keys.gone) return [];
  const set: Record<string, Uint8Array> = {};
  const where: Record<string, Uint8Array> = {};
  for (const field of fields) {
    const envelope = row.values[field.ct];
    if (!(envelope instanceof Uint8Array) || keys.isUnderActive(envelope)) continue;
    set[field.ct] = keys.seal(suite, field, row.id, keys.open(field, envelope, row.id));
    where[field.ct] = envelope;
  }
  return Object.keys(set).length === 0 ? [] : [{ id: row.id, set, where }];
}

function dropPhase({ store }: ResealParts): Phase {
  return {
    name: "destroy old data keys",
    unit: "keys",
    total: (run: Run) => store.countRetiredBy(run.id),
    async step(run) {
      const done = await store.dropRetiredBy(run.id, KEYS_PER_STEP);
      return { place: done === 0 ? undefined : "dropping", done };
    },
  };
}
