import { SingleBar } from "cli-progress";

/** How far a long job is, on stderr: a bar on a terminal, a line every tenth otherwise. */
export interface Progress {
  advance(count: number): void;
  stop(): void;
}

export function startProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? startBar(title, total) : startLines(title, total);
}

/** One line of what the runner is doing. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

function startBar(title: string, total: number): Progress {
  const bar = new SingleBar({
    format: `${title} {bar} {percentage}% {value}/{total} rows, {duration_formatted}`,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    advance: (count) => {
      bar.increment(count);
    },
    stop: () => {
      bar.stop();
    },
  };
}

function startLines(title: string, total: number): Progress {
  const startedAt = Date.now();
  let done = 0;
  let nextTenth = 1;
  return {
    advance(count) {
      done += count;
      if (done < (total * nextTenth) / 10) return;
      nextTenth = Math.floor((done / total) * 10) + 1;
      const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
      report(`${title}: ${String(done)} of ${String(total)} rows, ${seconds} s`);
    },
    stop: () => undefined,
  };
}
