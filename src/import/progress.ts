import { SingleBar } from "cli-progress";

/** How far an import is. */
export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  /** Records read, by this run and those it resumes. */
  readonly rows: number;
  readonly rejected: number;
  /** Of this run. */
  readonly rowsPerSecond: number;
}

/** Shows how far an import is. */
export interface ProgressReport {
  /** Called at the start and after each batch. */
  update(progress: Progress): void;
  /** Called once at the end, also when the import fails. */
  finish(progress: Progress): void;
}

/** Shows nothing. */
export const silentProgress: ProgressReport = { update: () => undefined, finish: () => undefined };

const LINE_INTERVAL_MS = 5_000;

/** Writes a line now and then, for logs. */
export function lineProgress(write: (line: string) => void, clock: () => number): ProgressReport {
  let lastMs: number | null = null;
  return {
    update(progress) {
      const nowMs = clock();
      lastMs ??= nowMs;
      if (nowMs - lastMs < LINE_INTERVAL_MS) return;
      lastMs = nowMs;
      write(progressLine(progress));
    },
    finish(progress) {
      write(progressLine(progress));
    },
  };
}

/** Draws a bar on a terminal. */
export function ttyProgress(stream: NodeJS.WritableStream): ProgressReport {
  const bar = new SingleBar({
    stream,
    format:
      "{bar} {percentage}% | {rows} rows | {rowsPerSecond} rows/s | {rejected} rejected | {eta_formatted} left",
    hideCursor: true,
    // Signals are the caller's: it stops the import, and finish() restores the terminal.
    gracefulExit: false,
    etaBuffer: 100,
  });
  let isStarted = false;
  const draw = (progress: Progress) => {
    const { rows, rejected } = progress;
    const payload = { rows, rejected, rowsPerSecond: Math.round(progress.rowsPerSecond) };
    if (isStarted) bar.update(progress.bytes, payload);
    else bar.start(progress.totalBytes, progress.bytes, payload);
    isStarted = true;
  };
  return {
    update: draw,
    finish(progress) {
      draw(progress);
      bar.stop();
    },
  };
}

function progressLine({ bytes, totalBytes, rows, rejected, rowsPerSecond }: Progress): string {
  const percent = totalBytes === 0 ? 100 : Math.floor((bytes / totalBytes) * 100);
  return `${percent} %, ${rows} rows, ${rejected} rejected, ` + `${Math.round(rowsPerSecond)} rows/s`;
}
