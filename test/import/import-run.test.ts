import type { ImportRow } from "../../src/import/import-messages";
import { ImportRun } from "../../src/import/import-run";
import { silentProgress } from "../../src/import/progress";
import { RejectsFile } from "../../src/import/rejects-file";
import type { RecordStream } from "../../src/import/source-record";
import { MemoryStore, useScratch } from "./scratch";

const scratch = useScratch();

function row(line: number): ImportRow {
  return {
    line,
    externalId: `m${line}`,
    customerNumber: "+447700900123",
    direction: "INBOUND",
    senderId: null,
    body: "Hi",
    status: null,
    encoding: null,
    segments: null,
    errorCode: null,
    sentAt: new Date("2026-11-11T00:00:00Z"),
    deliveredAt: null,
  };
}

async function run(rows: () => RecordStream<ImportRow>, store: MemoryStore["store"]): Promise<unknown> {
  const file = scratch("run", "");
  const rejects = await RejectsFile.open(file, 0);
  const parts = {
    file,
    identity: { file: { sizeBytes: 0, headSha256: "" }, readingSha256: "" },
    format: { start: { byte: 0, line: 1 }, rows },
    rejects,
    resumed: null,
    batchSize: 1,
    store,
    progress: silentProgress,
    clock: () => 0,
    signal: undefined,
  };
  try {
    return await new ImportRun(parts).finish();
  } finally {
    await rejects.close();
  }
}

async function* rowsUntil(beforeSecond: () => void): RecordStream<ImportRow> {
  for (const line of [1, 2, 3]) {
    if (line === 2) beforeSecond();
    const at = { byte: line, line };
    yield [{ at, next: { byte: line + 1, line: line + 1 }, kind: "whole", content: row(line) }];
    await Promise.resolve();
  }
}

describe("an import run", () => {
  it("parses the next batch while one is being stored", async () => {
    const memory = new MemoryStore();
    let release = (): void => undefined;
    const nextIsParsed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const counts = await run(
      () => rowsUntil(release),
      async (rows) => {
        await nextIsParsed;
        return memory.store(rows);
      },
    );
    expect(counts).toEqual({ read: 3, stored: 3, duplicates: 0, rejected: 0 });
  });

  it("that cannot read on finishes the batch that is being stored", async () => {
    const memory = new MemoryStore();
    const failing = run(
      () =>
        rowsUntil(() => {
          throw new Error("unreadable");
        }),
      memory.store,
    );
    await expect(failing).rejects.toThrow("unreadable");
    expect([...memory.rows.keys()]).toEqual(["m1"]);
  });
});
