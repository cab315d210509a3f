import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { withShuffle, type RowShuffle } from "../../src/cli/export-shuffle";
import type { AnonymisedRow } from "../../src/lifecycle/anonymised-export-row";

const rowOf = (message: string, body = "Hi"): AnonymisedRow => ({
  message,
  customer: "0b",
  direction: "INBOUND",
  sender: null,
  country: "GB",
  language: null,
  date: "2026-W47",
  body,
});

const hex = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));
const row = fc.record({ id: hex, body: fc.string({ unit: "binary" }) });
const pages = fc
  .uniqueArray(row, { selector: ({ id }) => id, maxLength: 60 })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.integer({ min: 1, max: 20 })));

async function written(shuffle: RowShuffle): Promise<AnonymisedRow[]> {
  const rows: AnonymisedRow[] = [];
  for await (const bucket of shuffle.buckets()) rows.push(...bucket);
  return rows;
}

describe("the shuffle of an export", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fieldward-shuffle-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("gives every row back as it was, in the order of the ids, however they came page by page", async () => {
    const isOrdered = async ([rows, size]: [readonly { id: string; body: string }[], number]) => {
      const came = rows.map(({ id, body }) => rowOf(id, body));
      const given = await withShuffle(directory, async (shuffle) => {
        for (let from = 0; from < came.length; from += size) await shuffle.add(came.slice(from, from + size));
        return written(shuffle);
      });
      expect(given).toEqual(came.toSorted((one, other) => (one.message < other.message ? -1 : 1)));
    };
    await fc.assert(fc.asyncProperty(pages, isOrdered), { numRuns: 25 });
  });

  it("has forgotten what it is told to", async () => {
    const [one, other] = [rowOf("0a"), rowOf("0b")];
    const given = await withShuffle(directory, async (shuffle) => {
      await shuffle.add([one]);
      await shuffle.clear();
      await shuffle.add([other]);
      return written(shuffle);
    });
    expect(given).toEqual([other]);
  });

  it("leaves nothing, whatever becomes of the work", async () => {
    const failing = withShuffle(directory, async (shuffle) => {
      await shuffle.add([rowOf("0a")]);
      throw new Error("full");
    });
    await expect(failing).rejects.toThrow("full");
    expect(readdirSync(directory)).toEqual([]);
  });
});
