import { FieldwardError } from "../../domain/errors";

/** A rotation that is under way: where it stands is stored after every step, so that it goes on there after a crash. */
export interface Run {
  readonly id: string;
  readonly kind: string;
  readonly phase: string;
  readonly phaseSinceMs: number;
  /** After what the phase goes on; empty at its beginning. Only the phase itself reads it. */
  readonly place: string;
  /** Of the phase, in its own unit: keys, rows or milliseconds. */
  readonly done: number;
  readonly total: number;
  /** What could not be done, of the whole run. */
  readonly failed: number;
  readonly startedAtMs: number;
}

/** Where runs are stored. */
export interface RunStore {
  /** The run of this kind that has not finished. */
  unfinished(kind: string): Promise<Run | undefined>;
  start(run: Run): Promise<void>;
  save(run: Run): Promise<void>;
  finish(run: Run, atMs: number): Promise<void>;
}

/** What one step did. */
export interface Step {
  /** Where the next step goes on; undefined: the phase is through. */
  readonly place: string | undefined;
  readonly done: number;
  readonly failed?: number;
}

/** A part of a rotation. Every step can be done again: whatever it finds done it leaves alone. */
export interface Phase {
  readonly name: string;
  readonly unit: "keys" | "rows" | "ms";
  total(run: Run): Promise<number>;
  step(run: Run): Promise<Step>;
}

/** A rotation as a list of phases. */
export interface Job {
  readonly kind: string;
  readonly phases: readonly Phase[];
  /** Where a run that was cut off goes on, if not just where it was. */
  readonly resume?: (run: Run) => Run;
}

/** How far a run is. */
export interface RunProgress extends Run {
  readonly unit: Phase["unit"];
  /** The number of the phase, from 1, and of how many. */
  readonly phaseNumber: number;
  readonly phases: number;
}

export interface RunTools {
  readonly runs: RunStore;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly report: (progress: RunProgress) => void;
  /** Waits between steps, by how long the last one took, and keeps the lease. Throws to stop the run. */
  readonly pace: (workedMs: number) => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
}

function fresh(job: Job, { clock, newId }: RunTools): Run {
  const now = clock();
  const phase = job.phases[0]?.name ?? "";
  const nothing = { place: "", done: 0, total: 0, failed: 0 };
  return { id: newId(), kind: job.kind, phase, phaseSinceMs: now, ...nothing, startedAtMs: now };
}

/** Runs a rotation to its end: a new one, or the one that was cut off. */
export async function runJob(job: Job, tools: RunTools): Promise<Run> {
  const known = await tools.runs.unfinished(job.kind);
  let run = known === undefined ? fresh(job, tools) : (job.resume?.(known) ?? known);
  if (known === undefined) await tools.runs.start(run);
  const first = Math.max(
    0,
    job.phases.findIndex(({ name }) => name === run.phase),
  );
  for (const [i, phase] of job.phases.entries()) {
    if (i < first) continue;
    if (phase.name !== run.phase)
      run = { ...run, phase: phase.name, phaseSinceMs: tools.clock(), place: "", done: 0 };
    run = await runPhase(phase, { ...run, total: await phase.total(run) }, tools, {
      unit: phase.unit,
      phaseNumber: i + 1,
      phases: job.phases.length,
    });
  }
  await tools.runs.finish(run, tools.clock());
  return run;
}

async function runPhase(
  phase: Phase,
  begun: Run,
  { runs, clock, report, pace, wait }: RunTools,
  shown: Pick<RunProgress, "unit" | "phaseNumber" | "phases">,
): Promise<Run> {
  let run = begun;
  await runs.save(run);
  report({ ...run, ...shown });
  for (;;) {
    const began = clock();
    const { place, done, failed = 0 } = await stepAgain(phase, run, wait);
    run = { ...run, place: place ?? run.place, done: run.done + done, failed: run.failed + failed };
    await runs.save(run);
    report({ ...run, ...shown });
    if (place === undefined) return run;
    await pace(clock() - began);
  }
}

const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/** Does a step, again where the database could not do it: a deadlock, or a lock that was waited for too long. */
async function stepAgain(phase: Phase, run: Run, wait: RunTools["wait"]): Promise<Step> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await phase.step(run);
    } catch (error) {
      const passes = error instanceof FieldwardError && error.code === "DATABASE_UNAVAILABLE";
      if (!passes || attempt === ATTEMPTS) throw error;
      await wait(PAUSE_MS * attempt);
    }
  }
}

const SLICE_MS = 500;

interface SettleParts {
  readonly ms: number;
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * A phase that waits until no process can act by what it knew before: after one TTL it has loaded anew or it fails, and
 * what it had begun by then is through after another while.
 */
export function settle(name: string, { ms, wait }: SettleParts): Phase {
  // What this process has waited itself: the clocks of two machines, or of one that was set, say nothing.
  let waited = 0;
  return {
    name,
    unit: "ms",
    total: () => Promise.resolve(ms),
    async step(run) {
      if (waited >= ms) return { place: undefined, done: Math.max(0, ms - run.done) };
      const slice = Math.min(ms - waited, SLICE_MS);
      await wait(slice);
      waited += slice;
      return { place: "waiting", done: Math.max(0, waited - run.done) };
    },
  };
}
