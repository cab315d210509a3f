import { readFileSync } from "node:fs";

import { importMessages } from "../../src/import/import-messages";
import { imported, lines, options, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER = "externalId,customerNumber,direction,body,sentAt";

const record = (id: string, body = "Hi", sentAt = "2026-11-11T09:00:00Z"): string =>
  `${id},+447700900123,inbound,${body},${sentAt}`;

describe("a bad record", () => {
  const rejected = async (file: string) => {
    const { summary, rows } = await imported(file);
    const text = summary.rejectsFile === null ? "" : readFileSync(summary.rejectsFile, "utf8");
    return { rows: rows.map(({ externalId }) => externalId), text, summary };
  };

  it("of a CSV file is listed by line and reason, without its content, and the rest is imported", async () => {
    const file = scratch(
      "bad.csv",
      lines(
        HEADER,
        record("m1"),
        record("m2", "Hi", "tomorrow"),
        record(""),
        record("m4", ""),
        record("m5", "Hi", ""),
        "m6,,inbound,Hi,2026-11-11",
        "m7,+447700900123,sideways,Hi,2026-11-11",
        "m8,+447700900123,,Hi,2026-11-11",
        record("m9").concat(",more"),
        record("i".repeat(65)),
        record("m\u0007"),
        record("m12", "x".repeat(10_001)),
        record("m13", '"secret'),
        record("m14", 'sec"ret'),
        record("m15", '"sec"ret'),
        record("m16"),
      ),
    );
    const { rows, text, summary } = await rejected(file);
    expect(rows).toEqual(["m1", "m16"]);
    expect(text).toBe(
      lines(
        '{"line":3,"reason":"sentAt is not an ISO 8601 or RFC 2822 date"}',
        '{"line":4,"reason":"externalId is empty"}',
        '{"line":5,"reason":"body is empty"}',
        '{"line":6,"reason":"sentAt is empty"}',
        '{"line":7,"reason":"customerNumber is empty"}',
        '{"line":8,"reason":"direction is not a known one"}',
        '{"line":9,"reason":"direction is empty"}',
        '{"line":10,"reason":"6 columns instead of 5"}',
        '{"line":11,"reason":"externalId is longer than 64 characters"}',
        '{"line":12,"reason":"externalId has control characters"}',
        '{"line":13,"reason":"body is longer than 10000 characters"}',
        '{"line":14,"reason":"a quoted value goes on after its closing quote"}',
        '{"line":15,"reason":"a quote inside a value that is not quoted"}',
        '{"line":16,"reason":"a quoted value goes on after its closing quote"}',
      ),
    );
    expect(summary).toMatchObject({
      read: 16,
      stored: 2,
      rejected: 14,
      rejectsFile: `${file}.rejects.ndjson`,
    });
  });

  it("of an NDJSON file is listed too", async () => {
    const good =
      '{"externalId":"m1","customerNumber":"+447700900123","direction":"mo","body":"Hi","sentAt":"2026-11-11"}';
    const file = scratch(
      "bad.ndjson",
      lines(
        good,
        '{"externalId":',
        "[1]",
        "null",
        good.replace('"m1"', "12345678901234567890"),
        good.replace('"m1"', '["m1"]'),
        good.replace('"Hi"', '"\\ud83d"'),
        good.replace('"body"', '"Body":"x","body"'),
        good.replace("Hi", "x".repeat(1024 * 1024)),
        good.replace("{", '{"segments":-1,'),
        good.replace("m1", "m11"),
      ),
    );
    const { rows, text } = await rejected(file);
    expect(rows).toEqual(["m1", "m11"]);
    expect(text).toBe(
      lines(
        '{"line":2,"reason":"not valid JSON"}',
        '{"line":3,"reason":"not a JSON object"}',
        '{"line":4,"reason":"not a JSON object"}',
        '{"line":5,"reason":"externalId is a number too large to be exact: write it in quotes"}',
        '{"line":6,"reason":"externalId is neither a string nor a number"}',
        '{"line":7,"reason":"body is not valid Unicode"}',
        '{"line":8,"reason":"more than one key for body"}',
        '{"line":9,"reason":"the line is longer than 1 MiB"}',
        '{"line":10,"reason":"segments is not a number from 1 to 255"}',
      ),
    );
  });

  it.each(["csv", "ndjson"])(
    "of a %s file in another encoding is rejected, not imported damaged",
    async (format) => {
      const texts = {
        csv: lines(HEADER, record("m1", "\u00a35 off"), record("m2", "\ufffd")),
        ndjson: lines(
          '{"externalId":"m1","customerNumber":"1","direction":"mo","body":"\u00a35 off","sentAt":"2026-11-11"}',
          '{"externalId":"m2","customerNumber":"1","direction":"mo","body":"\\ufffd","sentAt":"2026-11-11"}',
        ),
      };
      const bytes = Buffer.from(format === "csv" ? texts.csv : texts.ndjson);
      const pound = bytes.indexOf(Buffer.from("\u00a3"));
      const latin1 = Buffer.concat([bytes.subarray(0, pound), bytes.subarray(pound + 1)]);
      const { rows, text } = await rejected(scratch(`latin1.${format}`, latin1));
      expect(rows).toEqual(["m2"]);
      expect(text).toMatch(/"not valid UTF-8"/);
    },
  );

  it("that the store refuses is listed among the others, in line order", async () => {
    const file = scratch("refused.csv", lines(HEADER, record("m1"), record(""), record("m3")));
    const summary = await importMessages(options(file), (rows) =>
      Promise.resolve(
        rows.map(({ externalId }) =>
          externalId === "m1" ? { kind: "rejected", reason: "not a phone number" } : { kind: "stored" },
        ),
      ),
    );
    expect(summary).toMatchObject({ read: 3, stored: 1, rejected: 2 });
    expect(readFileSync(`${file}.rejects.ndjson`, "utf8")).toBe(
      lines('{"line":2,"reason":"not a phone number"}', '{"line":3,"reason":"externalId is empty"}'),
    );
  });
});
