import { SingleBar } from "cli-progress";
import type { Run, RunProgress } from "../vault/rotation/run";

/** Shows how far a rotation is. */
export interface RunReport {
  update(progress: RunProgress): void;
  finish(): void;
}

const LINE_INTERVAL_MS = 5_000;

/** Seconds until the phase is through, at the pace so far; null: too early to tell. */
export function secondsLeft({ done, total, phaseSinceMs }: Run, nowMs: number): number | null {
  if (done <= 0 || nowMs <= phaseSinceMs) return null;
  return Math.max(0, Math.round(((total - done) * (nowMs - phaseSinceMs)) / done / 1_000));
}

function counts({ unit, done, total }: RunProgress): string {
  if (unit === "ms") return `${String(Math.round((total - done) / 1_000))} s to wait`;
  return `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}`;
}

/** `reseal 3/5, values: 1,200 of 4,000 rows, 12 s left`. */
function progressLine(progress: RunProgress, nowMs: number): string {
  const { kind, phase, phaseNumber, phases, failed, unit } = progress;
  const left = unit === "ms" ? null : secondsLeft(progress, nowMs);
  const parts = [
    `${kind} ${String(phaseNumber)}/${String(phases)}, ${phase}: ${counts(progress)}`,
    ...(left === null ? [] : [`${String(left)} s left`]),
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
  ];
  return parts.join(", ");
}

/** A line at the beginning of each phase and now and then, for logs; with `json` as lines of JSON. */
export function lineReport(
  write: (line: string) => void,
  clock: () => number,
  format: (progress: RunProgress, nowMs: number) => string = progressLine,
): RunReport {
  let lastMs = -Infinity;
  let lastPhase = "";
  return {
    update(progress) {
      const nowMs = clock();
      if (progress.phase === lastPhase && nowMs - lastMs < LINE_INTERVAL_MS) return;
      lastMs = nowMs;
      lastPhase = progress.phase;
      write(format(progress, nowMs));
    },
    finish: () => undefined,
  };
}

/** A progress report as one line of JSON. */
export function jsonLine(progress: RunProgress, nowMs: number): string {
  const { kind, phase, phaseNumber, phases, unit, done, total, failed } = progress;
  const left = secondsLeft(progress, nowMs);
  return JSON.stringify({ kind, phase, phaseNumber, phases, unit, done, total, failed, secondsLeft: left });
}

/** A bar on a terminal, a new one for each phase. */
export function barReport(stream: NodeJS.WritableStream, clock: () => number): RunReport {
  let bar: SingleBar | undefined;
  let phase = "";
  return {
    update(progress) {
      const line = progressLine(progress, clock());
      if (progress.phase !== phase || bar === undefined) {
        bar?.stop();
        bar = new SingleBar({
          stream,
          format: "{bar} {percentage}% | {line}",
          hideCursor: true,
          gracefulExit: false,
        });
        bar.start(Math.max(1, progress.total), progress.done, { line });
        phase = progress.phase;
      } else bar.update(progress.done, { line });
    },
    finish: () => bar?.stop(),
  };
}
