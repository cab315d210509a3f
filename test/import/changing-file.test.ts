import { appendFileSync, truncateSync } from "node:fs";

import { importMessages } from "../../src/import/import-messages";
import { lines, MemoryStore, options, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER = "externalId,customerNumber,direction,body,sentAt";

const record = (id: string): string => `${id},+447700900123,inbound,Hi,2026-11-11`;

describe("an import of a file that changes on the way", () => {
  it("reads no further than the file was long at the start", async () => {
    const file = scratch("growing.csv", lines(HEADER, record("m1"), record("m2")));
    const memory = new MemoryStore();
    await importMessages(options(file, { batchSize: 1 }), (rows) => {
      appendFileSync(file, record("later"));
      return memory.store(rows);
    });
    expect([...memory.rows.keys()]).toEqual(["m1", "m2"]);
  });

  it("fails when the file becomes shorter on the way", async () => {
    const text = lines(HEADER, ...Array.from({ length: 2_000 }, (_, i) => record(`m${i}`)));
    const file = scratch("shrinking.csv", text);
    const memory = new MemoryStore();
    const attempt = importMessages(options(file, { batchSize: 100 }), (rows) => {
      truncateSync(file, 1_000);
      return memory.store(rows);
    });
    await expect(attempt).rejects.toThrow("The file became shorter while it was being imported.");
    expect(memory.rows.size).toBeGreaterThan(0);
  });
});
