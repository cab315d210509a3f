import { leafHash, MerkleRange } from "../crypto/merkle";
import { FieldwardError } from "../domain/errors";
import { encodeEntry, type AccessEntry } from "./access-entry";

/** The access log, as the rest of the gateway sees it. */
export interface AccessLog {
  /**
   * Resolves once the entry is committed. Nothing that it tells of may leave before.
   *
   * @throws FieldwardError AUDIT_UNAVAILABLE where it cannot be
   */
  append(entry: AccessEntry): Promise<void>;
}

/** An entry in its place in the writer's tree. */
export interface AuditRow {
  readonly id: string;
  readonly writerId: string;
  readonly place: number;
  readonly atMs: number;
  readonly actorId: string | null;
  readonly entry: Uint8Array;
  readonly leafHash: string;
  readonly rootHash: string | null;
}

/** The audit database, as the log needs it: it can only add and read. */
export interface AuditStore {
  /** Commits all rows or none. */
  add(rows: readonly AuditRow[]): Promise<void>;
  /** The leaf hashes of a writer from a place on, in order. */
  leavesFrom(writerId: string, place: number): Promise<readonly string[]>;
}

export interface GroupCommitOptions {
  readonly writerId: string;
  readonly clock: () => number;
  readonly newId: () => string;
}

interface Waiting {
  readonly entries: readonly {
    readonly bytes: Buffer;
    readonly atMs: number;
    readonly actorId: string | null;
  }[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Resolves once what has arrived by now has been dealt with. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const BATCH_ENTRIES = 32;
const LONGEST_QUEUE = 10_000;

/**
 * One writer's log with group commit: what arrives while a commit is under way goes into the next one, all of it in one
 * statement. The tree only moves on once the commit has succeeded.
 *
 * Where a commit's outcome is unknown (the connection broke after the server had it), the next one first reads back what
 * is there, so that no place is written twice and none is left out.
 */
export class GroupCommitLog implements AccessLog {
  #tree = MerkleRange.empty;
  #queue: Waiting[] = [];
  #committing = false;
  #unsure = false;

  constructor(
    private readonly store: AuditStore,
    private readonly options: GroupCommitOptions,
  ) {}

  append(entry: AccessEntry): Promise<void> {
    if (this.#queue.length >= LONGEST_QUEUE) return Promise.reject(new FieldwardError("AUDIT_UNAVAILABLE"));
    const atMs = this.options.clock();
    const actorId = entry.principal?.id ?? null;
    const entries = encodeEntry(entry, new Date(atMs)).map((bytes) => ({ bytes, atMs, actorId }));
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    if (this.#committing) return;
    this.#committing = true;
    while (this.#queue.length > 0) {
      // All that this turn of the event loop still brings goes into the same commit.
      await endOfTurn();
      const batch = this.#queue.slice(0, BATCH_ENTRIES);
      this.#queue = this.#queue.slice(BATCH_ENTRIES);
      await this.#commit(batch);
    }
    this.#committing = false;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      if (this.#unsure) await this.#readBack();
      const { rows, tree } = this.#place(batch);
      await this.store.add(rows);
      this.#tree = tree;
      for (const waiting of batch) waiting.resolve();
    } catch (cause) {
      this.#unsure = true;
      const error = new FieldwardError("AUDIT_UNAVAILABLE", undefined, { cause });
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async #readBack(): Promise<void> {
    const leaves = await this.store.leavesFrom(this.options.writerId, this.#tree.size);
    this.#tree = leaves.reduce((tree, leaf) => tree.append(Buffer.from(leaf, "hex")), this.#tree);
    this.#unsure = false;
  }

  #place(batch: readonly Waiting[]): { rows: AuditRow[]; tree: MerkleRange } {
    let tree = this.#tree;
    const entries = batch.flatMap((waiting) => waiting.entries);
    const rows = entries.map(({ bytes, atMs, actorId }, i): AuditRow => {
      const leaf = leafHash(bytes);
      const place = tree.size;
      tree = tree.append(leaf);
      return {
        id: this.options.newId(),
        writerId: this.options.writerId,
        place,
        atMs,
        actorId,
        entry: bytes,
        leafHash: leaf.toString("hex"),
        rootHash: i === entries.length - 1 ? tree.root().toString("hex") : null,
      };
    });
    return { rows, tree };
  }
}
