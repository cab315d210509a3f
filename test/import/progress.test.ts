import { PassThrough } from "node:stream";

import { lineProgress, silentProgress, ttyProgress, type Progress } from "../../src/import/progress";

const at = (bytes: number, rows: number): Progress => ({
  bytes,
  totalBytes: 1_000,
  rows,
  rejected: 1,
  rowsPerSecond: 12.4,
});

describe("progress in lines", () => {
  it("is written every five seconds at most, and at the end", () => {
    const written: string[] = [];
    let nowMs = 0;
    const progress = lineProgress(
      (line) => written.push(line),
      () => nowMs,
    );
    for (const [ms, rows] of [
      [0, 0],
      [4_999, 10],
      [5_000, 20],
      [9_999, 30],
      [10_000, 40],
    ] as const) {
      nowMs = 1_000_000 + ms;
      progress.update(at(rows * 10, rows));
    }
    progress.finish(at(1_000, 100));
    expect(written).toEqual([
      "20 %, 20 rows, 1 rejected, 12 rows/s",
      "40 %, 40 rows, 1 rejected, 12 rows/s",
      "100 %, 100 rows, 1 rejected, 12 rows/s",
    ]);
  });
});

describe("progress on a terminal", () => {
  it("is a bar with rows, speed and time left, and gives the cursor back", () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
    const progress = ttyProgress(terminal);
    progress.update(at(0, 0));
    progress.update(at(500, 50));
    progress.finish(at(1_000, 100));
    const drawn = String(terminal.read());
    expect(drawn).toMatch(/100% \| 100 rows \| 12 rows\/s \| 1 rejected \| 0s left/);
    expect(drawn).toContain("\u001B[?25h");
  });
});

describe("silent progress", () => {
  it("takes every call", () => {
    expect(() => {
      silentProgress.update(at(0, 0));
      silentProgress.finish(at(0, 0));
    }).not.toThrow();
  });
});
