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
  let run = known ?? fresh(job, tools);
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
  { runs, clock, report, pace }: RunTools,
  shown: Pick<RunProgress, "unit" | "phaseNumber" | "phases">,
): Promise<Run> {
  let run = begun;
  await runs.save(run);
  report({ ...run, ...shown });
  for (;;) {
    const began = clock();
    const { place, done, failed = 0 } = await phase.step(run);
    run = { ...run, place: place ?? run.place, done: run.done + done, failed: run.failed + failed };
    await runs.save(run);
    report({ ...run, ...shown });
    if (place === undefined) return run;
    await pace(clock() - began);
  }
}

const SLICE_MS = 500;

/**
 * A phase that waits until no process can act by what it knew before: after one TTL it has loaded anew or it fails, and
 * what it had begun by then is through after another while.
 */
export function settle(
  name: string,
  parts: {
    readonly ms: number;
    readonly clock: () => number;
    readonly wait: (ms: number) => Promise<void>;
  },
): Phase {
  return {
    name,
    unit: "ms",
    total: () => Promise.resolve(parts.ms),
    async step(run) {
      const left = run.phaseSinceMs + parts.ms - parts.clock();
      if (left <= 0) return { place: undefined, done: Math.max(0, parts.ms - run.done) };
      await parts.wait(Math.min(left, SLICE_MS));
      const waited = Math.min(parts.ms, parts.clock() - run.phaseSinceMs);
      return { place: "waiting", done: waited - run.done };
    },
  };
}
