import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";

import { importMessages } from "../../src/import/import-messages";
import type { Progress } from "../../src/import/progress";
import { imported, lines, MemoryStore, options, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER = "externalId,customerNumber,direction,body,sentAt";

const record = (id: string, body = "Hi", sentAt = "2026-11-11T09:00:00Z"): string =>
  `${id},+447700900123,inbound,${body},${sentAt}`;

describe("an imported CSV file", () => {
  it("gives each record as a typed row with the line it starts on", async () => {
    const file = scratch(
      "all.csv",
      "\uFEFFexternal_id,CustomerNumber,direction,sender id,body,status,encoding,segments,error-code,sent_at,deliveredAt\r\n" +
        '\r\nm1,+447700900123,OUTBOUND,TEAROOM,"Dear ""é🙂"",\r\nyour table",Delivered,GSM-7,2,30003,2026-11-11 09:00:00,2026-11-11T10:00:03+01:00\r\n' +
        "m2,+447700900124,inbound,,plain,,,,,2026-11-11,",
    );
    const { rows } = await imported(file);
    expect(rows).toEqual([
      {
        line: 3,
        externalId: "m1",
        customerNumber: "+447700900123",
        direction: "OUTBOUND",
        senderId: "TEAROOM",
        body: 'Dear "é🙂",\r\nyour table',
        status: "DELIVERED",
        encoding: "GSM-7",
        segments: 2,
        errorCode: "30003",
        sentAt: new Date("2026-11-11T09:00:00Z"),
        deliveredAt: new Date("2026-11-11T09:00:03Z"),
      },
      {
        line: 5,
        externalId: "m2",
        customerNumber: "+447700900124",
        direction: "INBOUND",
        senderId: null,
        body: "plain",
        status: null,
        encoding: null,
        segments: null,
        errorCode: null,
        sentAt: new Date("2026-11-11T00:00:00Z"),
        deliveredAt: null,
      },
    ]);
  });

  it("takes direction and sender from the defaults where it has none", async () => {
    const file = scratch(
      "defaults.csv",
      lines("externalId,customerNumber,senderId,body,sentAt", "m1,+447700900123,,Hi,2026-11-11"),
    );
    const { rows } = await imported(file, { defaults: { direction: "OUTBOUND", senderId: "TEAROOM" } });
    expect(rows).toMatchObject([{ direction: "OUTBOUND", senderId: "TEAROOM" }]);
  });

  it("has its columns renamed by the map, which goes before a column's own name", async () => {
    const file = scratch(
      "mapped.csv",
      lines("ref,phone,direction,body,text,sentAt", "m1,+447700900123,inbound,not this,but this,2026-11-11"),
    );
    const map = new Map([
      ["ref", "externalId"],
      ["Phone", "customerNumber"],
      ["text", "body"],
    ]);
    const { rows } = await imported(file, { map });
    expect(rows).toMatchObject([{ externalId: "m1", body: "but this" }]);
  });

  it("does not use a column that is mapped to one field for the field that it is called like", async () => {
    const file = scratch(
      "taken.csv",
      lines("externalId,customerNumber,direction,body,sentAt,status", `${record("m1")},30003`),
    );
    const { rows } = await imported(file, { map: new Map([["status", "errorCode"]]) });
    expect(rows).toMatchObject([{ errorCode: "30003", status: null }]);
  });

  it("has no header when the map names column numbers", async () => {
    const file = scratch(
      "headless.csv",
      lines("Hi,m1,+447700900123,2026-11-11", "Ho,m2,+447700900124,2026-11-12"),
    );
    const map = new Map([
      ["1", "body"],
      ["2", "externalId"],
      ["3", "customerNumber"],
      ["4", "sentAt"],
    ]);
    const { rows } = await imported(file, { map, defaults: { direction: "INBOUND", senderId: null } });
    expect(rows.map(({ line, externalId, body }) => [line, externalId, body])).toEqual([
      [1, "m1", "Hi"],
      [2, "m2", "Ho"],
    ]);
  });
});

describe("an imported TSV file", () => {
  it("takes quotes and commas as text", async () => {
    const file = scratch(
      "quotes.tsv",
      lines(
        "externalId\tcustomerNumber\tdirection\tbody\tsentAt",
        'm1\t+447700900123\tinbound\t"a, b\t2026-11-11',
      ),
    );
    expect((await imported(file)).rows).toMatchObject([{ body: '"a, b' }]);
  });
});

describe("an imported NDJSON file", () => {
  it("takes keys for columns, and numbers for text", async () => {
    const file = scratch(
      "messages.ndjson",
      '\uFEFF{"externalId":17,"customer_number":"+447700900123","direction":"mo","text":"é\\n🙂","sentAt":"2026-11-11","segments":2,"status":null}\r\n\n' +
        '{"sentAt":"2026-11-12","text":"x","direction":"mt","customer_number":"+447700900123","externalId":"b","extra":[1]}',
    );
    const { rows } = await imported(file, { map: new Map([["text", "body"]]) });
    expect(rows).toMatchObject([
      { line: 1, externalId: "17", direction: "INBOUND", body: "é\n🙂", segments: 2, status: null },
      { line: 3, externalId: "b", direction: "OUTBOUND", body: "x" },
    ]);
  });
});

describe("the summary", () => {
  it("counts duplicates within one file, as the store tells them", async () => {
    const file = scratch("twice.csv", lines(HEADER, record("m1"), record("m1"), record("m2")));
    const { summary } = await imported(file);
    expect(summary).toMatchObject({ read: 3, stored: 2, duplicates: 1, rejected: 0, rejectsFile: null });
  });

  it("tells seconds and rows per second by the given clock", async () => {
    const file = scratch("timed.csv", lines(HEADER, record("m1"), record("m2"), record("m3")));
    let now = 1_000;
    const memory = new MemoryStore();
    const summary = await importMessages(options(file, { clock: () => now }), (rows) => {
      now += 1_500;
      return memory.store(rows);
    });
    expect(summary).toMatchObject({ seconds: 1.5, rowsPerSecond: 2, resumedAtByte: null });
  });
});

describe("the files beside the imported one", () => {
  it("are gone after an import without rejects", async () => {
    const file = scratch("clean.csv", lines(HEADER, record("m1")));
    await imported(file);
    expect([`${file}.rejects.ndjson`, `${file}.fieldward-import.json`].filter(existsSync)).toEqual([]);
  });

  it("are for the owner only, also when they were there before with another mode", async () => {
    const file = scratch("modes.csv", lines(HEADER, record(""), record("m2")));
    writeFileSync(`${file}.rejects.ndjson`, "old\n", { mode: 0o644 });
    await expect(
      importMessages(options(file, { batchSize: 1 }), () => Promise.reject(new Error("gone"))),
    ).rejects.toThrow("gone");
    const modes = [`${file}.rejects.ndjson`, `${file}.fieldward-import.json`].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600]);
    expect(readFileSync(`${file}.rejects.ndjson`, "utf8")).toBe(
      '{"line":2,"reason":"externalId is empty"}\n',
    );
  });

  it("are never written through a symbolic link", async () => {
    const file = scratch("link.csv", lines(HEADER, record("")));
    const target = scratch("target", "precious");
    symlinkSync(target, `${file}.rejects.ndjson`);
    await expect(imported(file)).rejects.toThrow("ELOOP");
    expect(readFileSync(target, "utf8")).toBe("precious");
  });
});

describe("an import", () => {
  it("stores one batch at a time while it parses the next", async () => {
    const file = scratch(
      "overlap.csv",
      lines(HEADER, ...Array.from({ length: 10 }, (_, i) => record(`m${i}`))),
    );
    let inFlight = 0;
    let mostInFlight = 0;
    const sizes: number[] = [];
    await importMessages(options(file, { batchSize: 4 }), async (rows) => {
      mostInFlight = Math.max(mostInFlight, ++inFlight);
      await Promise.resolve();
      sizes.push(rows.length);
      inFlight--;
      return rows.map(() => ({ kind: "stored" }));
    });
    expect({ mostInFlight, sizes }).toEqual({ mostInFlight: 1, sizes: [4, 4, 2] });
  });

  it("stops between batches when the signal says so, with what was stored on record", async () => {
    const file = scratch("stopped.csv", lines(HEADER, record("m1"), record("m2"), record("m3")));
    const memory = new MemoryStore();
    const stop = new AbortController();
    const stopped = importMessages(options(file, { batchSize: 1, signal: stop.signal }), (rows) => {
      stop.abort();
      return memory.store(rows);
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect([...memory.rows.keys()]).toEqual(["m1"]);
    const summary = await importMessages(options(file, { batchSize: 1, resume: true }), memory.store);
    expect(summary).toMatchObject({ read: 3, stored: 3, duplicates: 0 });
  });

  it("refuses a store that does not answer for every row", async () => {
    const file = scratch("short.csv", lines(HEADER, record("m1")));
    await expect(importMessages(options(file), () => Promise.resolve([]))).rejects.toThrow(
      "The store answered for 0 of 1 rows.",
    );
  });

  it("reports progress from the start to the end, and the end also when it fails", async () => {
    const text = lines(HEADER, record("m1"), record(""));
    const file = scratch("progress.csv", text);
    const seen: Progress[] = [];
    const progress = { update: (p: Progress) => seen.push(p), finish: (p: Progress) => seen.push(p) };
    await imported(file, { progress, batchSize: 1 });
    expect(seen.map(({ bytes, rows, rejected }) => [bytes, rows, rejected])).toEqual([
      [HEADER.length + 1, 0, 0],
      [HEADER.length + 1 + record("m1").length + 1, 1, 0],
      [text.length, 2, 1],
      [text.length, 2, 1],
    ]);
    const failing = { update: () => undefined, finish: jest.fn() };
    const failed = importMessages(options(file, { progress: failing }), () =>
      Promise.reject(new Error("gone")),
    );
    await expect(failed).rejects.toThrow("gone");
    expect(failing.finish).toHaveBeenCalledTimes(1);
  });
});
