import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

import { importMessages, ImportUsageError } from "../../src/import/import-messages";
import { Killed, killedAfter, lines, MemoryStore, options, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER = "externalId,customerNumber,direction,body,sentAt";

const record = (id: string, sentAt = "2026-11-11"): string => `${id},+447700900123,inbound,Hi,${sentAt}`;

const fiveRecords = lines(HEADER, ...["m1", "m2", "m3", "m4", "m5"].map((id) => record(id)));

async function stopAfter(file: string, batches: number, memory = new MemoryStore()): Promise<MemoryStore> {
  const attempt = importMessages(options(file, { batchSize: 1 }), killedAfter(memory, batches, false));
  await expect(attempt).rejects.toThrow(Killed);
  return memory;
}

describe("a resumed import", () => {
  it("goes on at the record after the last stored batch", async () => {
    const file = scratch("resumed.csv", fiveRecords);
    const memory = await stopAfter(file, 2);
    const summary = await importMessages(options(file, { batchSize: 1, resume: true }), memory.store);
    expect(memory.all.map(({ line, externalId }) => `${externalId}@${line}`).join(" ")).toBe(
      "m1@2 m2@3 m3@4 m4@5 m5@6",
    );
    expect(summary).toMatchObject({
      read: 5,
      stored: 5,
      duplicates: 0,
      resumedAtByte: lines(HEADER, record("m1"), record("m2")).length,
    });
    expect(existsSync(`${file}.fieldward-import.json`)).toBe(false);
  });

  it("is not misled by what a kill left of a half-written checkpoint", async () => {
    const file = scratch("half.csv", fiveRecords);
    writeFileSync(`${file}.fieldward-import.json.tmp`, "x".repeat(10_000));
    const memory = await stopAfter(file, 2);
    writeFileSync(`${file}.fieldward-import.json.tmp`, "x".repeat(10_000));
    const common = { batchSize: 1, resume: true };
    await expect(importMessages(options(file, common), killedAfter(memory, 1, false))).rejects.toThrow(
      Killed,
    );
    const summary = await importMessages(options(file, common), memory.store);
    expect(summary).toMatchObject({ read: 5, stored: 5, duplicates: 0 });
  });

  it("counts its own rows only in rows per second", async () => {
    const file = scratch("speed.csv", fiveRecords);
    const memory = await stopAfter(file, 3);
    let now = 0;
    const summary = await importMessages(options(file, { resume: true, clock: () => now }), (rows) => {
      now += 1_000;
      return memory.store(rows);
    });
    expect(summary).toMatchObject({ read: 5, rowsPerSecond: 2 });
  });

  it("starts at the beginning when none was stopped", async () => {
    const file = scratch("none.csv", fiveRecords);
    const memory = new MemoryStore();
    const summary = await importMessages(options(file, { resume: true }), memory.store);
    expect(summary).toMatchObject({ stored: 5, resumedAtByte: null });
  });

  it("cuts the rejects file back to the checkpoint, so that no line is doubled", async () => {
    const file = scratch(
      "rejects.csv",
      lines(HEADER, record("m1", "?"), record("m2"), record("m3", "?"), record("m4")),
    );
    const memory = await stopAfter(file, 0);
    appendFileSync(`${file}.rejects.ndjson`, '{"line":4,"reason":"of a batch that was nev');
    const summary = await importMessages(options(file, { batchSize: 1, resume: true }), memory.store);
    expect(summary).toMatchObject({ read: 4, stored: 2, rejected: 2 });
    const reason = "sentAt is not an ISO 8601 or RFC 2822 date";
    expect(readFileSync(`${file}.rejects.ndjson`, "utf8")).toBe(
      lines(`{"line":2,"reason":"${reason}"}`, `{"line":4,"reason":"${reason}"}`),
    );
  });

  it.each([
    [
      "another length",
      (file: string) => {
        appendFileSync(file, record("m6"));
      },
    ],
    [
      "another beginning",
      (file: string) => {
        writeFileSync(file, fiveRecords.replace("m1", "n1"));
      },
    ],
  ])("refuses a file with %s", async (_, change) => {
    const file = scratch("changed.csv", fiveRecords);
    await stopAfter(file, 2);
    change(file);
    const attempt = importMessages(options(file, { resume: true }), new MemoryStore().store);
    await expect(attempt).rejects.toThrow("was changed since the import stopped: import without --resume.");
  });

  it.each([
    ["format", { format: "csv" as const }],
    ["map", { map: new Map([["body", "body"]]) }],
    ["default", { defaults: { direction: null, senderId: "TEAROOM" } }],
  ])("refuses another %s", async (_, changes) => {
    const header = `${HEADER},Sid,From,To,SentDate`;
    const file = scratch(
      "other.csv",
      lines(header, ...["m1", "m2", "m3"].map((id) => `${record(id)},S${id},a,b,2026-11-11`)),
    );
    await stopAfter(file, 1);
    const attempt = importMessages(options(file, { resume: true, ...changes }), new MemoryStore().store);
    await expect(attempt).rejects.toThrow("The stopped import had another --format, --map or default");
  });

  it.each([
    ["damaged checkpoint", ".fieldward-import.json", "is damaged: import without --resume."],
    ["shortened rejects file", ".rejects.ndjson", "was changed since: import without --resume."],
  ])("refuses a %s", async (_, ending, message) => {
    const file = scratch("damaged.csv", lines(HEADER, record("m1", "?"), record("m2"), record("m3")));
    await stopAfter(file, 1);
    writeFileSync(`${file}${ending}`, "{}");
    const attempt = importMessages(options(file, { resume: true }), new MemoryStore().store);
    await expect(attempt).rejects.toThrow(ImportUsageError);
    await expect(attempt).rejects.toThrow(message);
  });
});

describe("a fresh import", () => {
  it("ignores a checkpoint, starts over and leaves no checkpoint of an older run behind", async () => {
    const file = scratch("fresh.csv", fiveRecords);
    const memory = await stopAfter(file, 3);
    await stopAfter(file, 0, memory);
    expect(existsSync(`${file}.fieldward-import.json`)).toBe(false);
    const summary = await importMessages(options(file), memory.store);
    expect(summary).toMatchObject({ read: 5, stored: 2, duplicates: 3, resumedAtByte: null });
  });
});
