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

/**
 * Gives every subject a new data key and seals all its values under it, while others read and write.
 *
 * 1. Every key that was active gets a successor and retires. Who reads a value under a key that it does not know loads the
 *    subject's keys anew, so that both open everywhere at once.
 * 2. Wait, until no process seals with a retired key any more.
 * 3. Seal each value anew, in the place of the very envelope that was opened: what was written meanwhile stays.
 * 4. Wait, until no request holds an envelope under a retired key.
 * 5. Destroy the retired keys.
 */
export function resealJob(parts: ResealParts): Job {
  const { clock, wait, settleMs: ms } = parts;
  return {
    kind: "reseal",
    phases: [
      retirePhase(parts),
      settle("until no process seals with an old key", { ms, clock, wait }),
      valuesPhase(parts),
      settle("until no request holds an old value", { ms, clock, wait }),
      dropPhase(parts),
    ],
  };
}

function retirePhase({ store, keyRing, random, clock }: ResealParts): Phase {
  return {
    name: "new data keys",
    unit: "keys",
    total: (run) => store.countActiveKeysBefore(run.startedAtMs),
    async step(run) {
      const keys = await store.activeKeysBefore(run.startedAtMs, run.place, KEYS_PER_STEP);
      const last = keys.at(-1);
      if (last === undefined) return { place: undefined, done: 0 };
      const pairs = await Promise.all(
        keys.map(async (old) => {
          const secret = random(KEY_BYTES);
          const next = await keyRing.wrapNew({ id: old.subjectId, tenantId: old.tenantId }, secret);
          secret.fill(0);
          return { old, next };
        }),
      );
      await store.succeed(run.id, clock(), pairs);
      return { place: last.id, done: keys.length };
    },
  };
}

function valuesPhase({ store, rows, keyRing, suite }: ResealParts): Phase {
  const envelopes = (fields: readonly SealedColumn[]) => fields.map(({ ct }) => ct);
  return walkPhase({
    name: "values",
    rows,
    tables: rows.tables,
    properties: ({ fields }) => envelopes(fields),
    async changes({ fields }, found) {
      const keys = await keyRing.require(found.map(({ subjectId }) => subjectId));
      const failed = new Set<string>();
      const changes = found.flatMap((row): SealedChange[] => {
        const own = keys.get(row.subjectId);
        if (own === undefined || own.gone) return [];
        try {
          return resealed(suite, fields, row, own);
        } catch (error) {
          if (!(error instanceof FieldwardError && error.code === "FIELD_TAMPERED")) throw error;
          failed.add(row.subjectId);
          return [];
        }
      });
      if (failed.size > 0) await store.keep([...failed]);
      return { changes, failed: failed.size };
    },
  });
}

/** The row's envelopes that are not under the active key, under it. */
function resealed(
  suite: Suite,
  fields: readonly SealedColumn[],
  row: StoredSealedRow,
  keys: SubjectKeys,
): SealedChange[] {
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
