import { existsSync, unlinkSync } from "node:fs";

import { importMessages, ImportUsageError } from "../../src/import/import-messages";
import { imported, lines, options, useScratch } from "./scratch";

const scratch = useScratch();

describe("a file that cannot be imported", () => {
  const gone = scratch("gone.csv", "");
  unlinkSync(gone);

  it.each([
    ["is absent", gone, "cannot be opened for reading"],
    ["is a folder", "/tmp", "is not a regular file"],
    ["is empty", scratch("empty.csv", ""), "is empty: there is nothing to import"],
    ["is blank", scratch("blank.csv", "\n\r\n\n"), "holds blank lines only"],
    ["is UTF-16", scratch("utf16.csv", Buffer.from("\uFEFFa,b\n", "utf16le")), "is UTF-16: save it as UTF-8"],
    [
      "is gzipped",
      scratch("log.csv", Buffer.from([0x1f, 0x8b, 8, 0])),
      "is compressed by gzip: unpack it first",
    ],
    [
      "is a spreadsheet",
      scratch("log.csv", Buffer.from("PK\u0003\u0004x")),
      "is a ZIP archive or a spreadsheet",
    ],
    ["has another extension", scratch("log.txt", "a,b\n"), "say --format csv|tsv|ndjson|twilio"],
    ["has a broken header", scratch("header.csv", 'a"b,c\n'), "line 1: a quote inside a value"],
    ["has no JSON object", scratch("none.ndjson", "1\n2\n"), "has no line that is a JSON object"],
  ])("because it %s is a wrong use that says what to do", async (_, file, message) => {
    await expect(imported(file)).rejects.toThrow(ImportUsageError);
    await expect(imported(file)).rejects.toThrow(message);
  });

  it("leaves no files beside it and calls no store", async () => {
    const file = scratch("untouched.csv", lines("a,b", "1,2"));
    const store = jest.fn();
    await expect(importMessages(options(file), store)).rejects.toThrow(ImportUsageError);
    expect(store).not.toHaveBeenCalled();
    expect(existsSync(`${file}.rejects.ndjson`)).toBe(false);
  });

  it("or a batch of no size is a wrong use", async () => {
    const file = scratch("size.csv", lines("a,b", "1,2"));
    await expect(imported(file, { batchSize: 0 })).rejects.toThrow("The batch size must be a whole number");
  });
});
