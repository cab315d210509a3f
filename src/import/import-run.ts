import { batches, type Batch, type Reject } from "./batches";
import { saveCheckpoint, type Checkpoint, type ImportIdentity } from "./checkpoint";
import type { RowOutcome, StoreRows } from "./import-row";
import type { MessageFormat } from "./message-format";
import type { Progress, ProgressReport } from "./progress";
import type { RejectsFile } from "./rejects-file";
import type { Position } from "./source-record";

/** How many records became what. */
export type Counts = Checkpoint["counts"];

const NO_COUNTS: Counts = { read: 0, stored: 0, duplicates: 0, rejected: 0 };

/** Everything a run needs, opened and checked. */
export interface ImportRunParts {
  readonly file: string;
  readonly identity: ImportIdentity;
  readonly format: MessageFormat;
  readonly rejects: RejectsFile;
  readonly resumed: Checkpoint | null;
  readonly batchSize: number;
  readonly store: StoreRows;
  readonly progress: ProgressReport;
  readonly clock: () => number;
  readonly signal: AbortSignal | undefined;
}

/** One pass over the rest of a file: parse a batch while the one before it is being stored. */
export class ImportRun {
  private position: Position;
  private counts: Counts;
  private readonly readBefore: number;
  private readonly startMs: number;

  constructor(private readonly parts: ImportRunParts) {
    this.position = parts.resumed?.next ?? parts.format.start;
    this.counts = parts.resumed?.counts ?? NO_COUNTS;
    this.readBefore = this.counts.read;
    this.startMs = parts.clock();
  }

  /** Imports to the end, or throws where it stopped, with a checkpoint of all that was stored. */
  async finish(): Promise<Counts> {
    const { progress } = this.parts;
    progress.update(this.progressNow());
    try {
      await this.storeAll();
      return this.counts;
    } finally {
      progress.finish(this.progressNow());
    }
  }

  /** Seconds since the run began. */
  get seconds(): number {
    return (this.parts.clock() - this.startMs) / 1000;
  }

  /** Records read by this run in a second; 0 while no time has passed. */
  get rowsPerSecond(): number {
    const { seconds } = this;
    return seconds > 0 ? (this.counts.read - this.readBefore) / seconds : 0;
  }

  private async storeAll(): Promise<void> {
    const { format, batchSize, signal } = this.parts;
    let inFlight: Promise<void> = Promise.resolve();
    try {
      for await (const batch of batches(format.rows(this.position), batchSize)) {
        await inFlight;
        signal?.throwIfAborted();
        inFlight = this.settle(batch);
        // It is awaited above, one batch later; until then a failure is not an unhandled one.
        inFlight.catch(() => undefined);
      }
    } finally {
      await inFlight;
    }
  }

  private async settle(batch: Batch): Promise<void> {
    const outcomes = batch.rows.length === 0 ? [] : await this.parts.store(batch.rows);
    const refused = refusedByStore(batch, outcomes);
    await this.parts.rejects.append([...batch.rejects, ...refused]);
    this.counts = {
      read: this.counts.read + batch.rows.length + batch.rejects.length,
      stored: this.counts.stored + countKind(outcomes, "stored"),
      duplicates: this.counts.duplicates + countKind(outcomes, "duplicate"),
      rejected: this.counts.rejected + batch.rejects.length + refused.length,
    };
    this.position = batch.next;
    await this.saveCheckpoint();
    this.parts.progress.update(this.progressNow());
  }

  private saveCheckpoint(): Promise<void> {
    const { file, identity, rejects } = this.parts;
    return saveCheckpoint(file, {
      version: 1,
      ...identity,
      next: this.position,
      counts: this.counts,
      rejectsBytes: rejects.sizeBytes,
    });
  }

  private progressNow(): Progress {
    return {
      bytes: this.position.byte,
      totalBytes: this.parts.identity.file.sizeBytes,
      rows: this.counts.read,
      rejected: this.counts.rejected,
      rowsPerSecond: this.rowsPerSecond,
    };
  }
}

function countKind(outcomes: readonly RowOutcome[], kind: RowOutcome["kind"]): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length;
}

function refusedByStore(batch: Batch, outcomes: readonly RowOutcome[]): readonly Reject[] {
  if (outcomes.length !== batch.rows.length) {
    throw new Error(`The store answered for ${outcomes.length} of ${batch.rows.length} rows.`);
  }
  return batch.rows.flatMap(({ line }, index) => {
    const outcome = outcomes[index];
    return outcome?.kind === "rejected" ? [{ line, reason: outcome.reason }] : [];
  });
}
