import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";

import { importMessages, type FormatName, type ImportSummary } from "../../src/import/import-messages";
import { Killed, killedAfter, lines, MemoryStore, options, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER = "externalId,customerNumber,direction,body,sentAt";

const record = (id: string, sentAt = "2026-11-11"): string => `${id},+447700900123,inbound,Hi,${sentAt}`;

interface Kill {
  readonly batches: number;
  readonly isLastOneStored: boolean;
}

/** Imports with kills on the way; each run but the last is killed, unless it comes to the end before. */
async function importWithKills(
  file: string,
  format: FormatName,
  batchSize: number,
  kills: readonly Kill[],
  memory: MemoryStore,
): Promise<ImportSummary> {
  const common = { format, batchSize, defaults: { direction: "INBOUND", senderId: null } } as const;
  let resume = false;
  for (const { batches, isLastOneStored } of kills) {
    const attempt = importMessages(
      options(file, { ...common, resume }),
      killedAfter(memory, batches, isLastOneStored),
    );
    const outcome: unknown = await attempt.catch((error: unknown) => error);
    if (!(outcome instanceof Killed)) return attempt;
    // What a kill between the rejects and the checkpoint leaves.
    appendFileSync(`${file}.rejects.ndjson`, '{"line":1,"reason":"to');
    resume = true;
  }
  return importMessages(options(file, { ...common, resume }), memory.store);
}

const awkward = fc.string({
  unit: fc.constantFrom("a", '"', ",", "\t", "\n", "\r\n", "\r", "é", "🙂", " ", "\ufffd"),
  maxLength: 12,
});

const kills = fc.array(fc.record({ batches: fc.nat(4), isLastOneStored: fc.boolean() }), { maxLength: 4 });

interface Content {
  readonly texts: readonly string[];
  readonly blankAfter: readonly boolean[];
  readonly hasBom: boolean;
  readonly newline: string;
  readonly endsWithNewline: boolean;
}

const contents: fc.Arbitrary<Content> = fc.record({
  texts: fc.array(awkward, { minLength: 1, maxLength: 20 }),
  blankAfter: fc.array(fc.boolean(), { maxLength: 20 }),
  hasBom: fc.boolean(),
  newline: fc.constantFrom("\n", "\r\n"),
  endsWithNewline: fc.boolean(),
});

type WriteRecord = (cells: readonly string[]) => string;

const COLUMNS = ["externalId", "body", "customerNumber", "sentAt"];

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

const WRITE: Readonly<Record<"csv" | "tsv" | "ndjson", WriteRecord>> = {
  csv: (cells) => cells.map((cell) => (/[",\r\n]/.test(cell) ? quoted(cell) : cell)).join(","),
  tsv: (cells) => cells.map((cell) => cell.replace(/[\t\r\n]/g, " ")).join("\t"),
  ndjson: (cells) => JSON.stringify(Object.fromEntries(COLUMNS.map((name, index) => [name, cells[index]]))),
};

function fileText(write: WriteRecord, hasHeader: boolean, content: Content): string {
  const { texts, blankAfter, hasBom, newline, endsWithNewline } = content;
  const records = texts.map((text, index) => {
    const blank = blankAfter[index] === true ? newline : "";
    return write([`m${index}`, text, "+447700900123", "2026-11-11T09:00:00Z"]) + newline + blank;
  });
  const whole = (hasBom ? "\ufeff" : "") + (hasHeader ? write(COLUMNS) + newline : "") + records.join("");
  return endsWithNewline ? whole : whole.replace(/[\r\n]+$/, "");
}

describe("an import killed after any batches and resumed", () => {
  it.each(["csv", "tsv", "ndjson"] as const)(
    "stores each row of a %s file once, and exactly as it is",
    async (format) => {
      const write = WRITE[format];
      await fc.assert(
        fc.asyncProperty(
          contents,
          fc.integer({ min: 1, max: 4 }),
          kills,
          async (content, batchSize, planned) => {
            const file = scratch("property", fileText(write, format !== "ndjson", content));
            const memory = new MemoryStore();
            const summary = await importWithKills(file, format, batchSize, planned, memory);
            const kept =
              format === "tsv" ? content.texts.map((text) => text.replace(/[\t\r\n]/g, " ")) : content.texts;
            const expected = kept.flatMap((body, index) => (body === "" ? [] : [[`m${index}`, body]]));
            expect(memory.all.map(({ externalId, body }) => [externalId, body])).toEqual(expected);
            expect(summary).toMatchObject({ read: kept.length, rejected: kept.length - expected.length });
            expect(summary.stored + summary.duplicates).toBe(expected.length);
            unlinkSync(file);
          },
        ),
        { numRuns: 50 },
      );
    },
  );

  it.each(["csv", "tsv", "ndjson"] as const)(
    "ends as an unbroken one does for any %s text",
    async (format) => {
      const header = format === "ndjson" ? "" : `${WRITE[format](COLUMNS)}\n`;
      const good = WRITE[format](["m", "x", "+447700900123", "2026-11-11"]);
      const piece = fc.oneof(
        { weight: 1, arbitrary: fc.constant(`\n${good}\n`) },
        { weight: 3, arbitrary: awkward },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 12 }), kills, async (pieces, planned) => {
          const text = `${header}${good}\n${pieces.join("")}`;
          const endings = await Promise.all(
            [[], planned].map(async (someKills) => {
              const file = scratch("any", text);
              const memory = new MemoryStore();
              const { read, rejected, rejectsFile } = await importWithKills(
                file,
                format,
                2,
                someKills,
                memory,
              );
              const rejects = rejectsFile === null ? "" : readFileSync(rejectsFile, "utf8");
              return { rows: memory.all, read, rejected, rejects };
            }),
          );
          expect(endings[1]).toEqual(endings[0]);
        }),
        { numRuns: 50 },
      );
    },
  );
});

describe("a process killed by signal 9", () => {
  it("loses nothing and doubles nothing", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `m${index}`);
    const file = scratch(
      "real.csv",
      lines(HEADER, ...ids.map((id, index) => record(id, index % 10 === 3 ? "?" : undefined))),
    );
    const stored = scratch("stored.log", "");
    const child = spawn(process.execPath, [join(__dirname, "killed-import.cjs"), file, stored, "3"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);

    const memory = new MemoryStore();
    const summary = await importMessages(options(file, { batchSize: 5, resume: true }), memory.store);
    const all = [...readFileSync(stored, "utf8").trim().split("\n"), ...memory.rows.keys()];
    expect(all).toEqual(ids.filter((_, index) => index % 10 !== 3));
    expect(summary).toMatchObject({ read: 50, stored: 45, rejected: 5 });
    expect(readFileSync(`${file}.rejects.ndjson`, "utf8").match(/"line":\d+/g)).toEqual(
      [5, 15, 25, 35, 45].map((line) => `"line":${line}`),
    );
  });
});
