import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { csvField, exportFormat } from "../../src/cli/export-format";
import { StartupError } from "../../src/domain/errors";

const ROW = {
  message: "0a",
  customer: "0b",
  direction: "INBOUND",
  sender: "+447700900100",
  country: "GB",
  language: null,
  date: "2026-W48",
  body: 'He said "hi", twice\r\nand left',
};

/** What a field of CSV stands for, by the quotes and doubled quotes of RFC 4180 §2. */
const FIELDS: readonly (readonly [value: string | number | null, field: string])[] = [
  ["plain", '"plain"'],
  ["", '""'],
  [null, ""],
  [3, '"3"'],
  ["a,b;c", '"a,b;c"'],
  ['"', '""""'],
  ["two\r\nlines", '"two\r\nlines"'],
  ["=1+1", `"'=1+1"`],
  ["+44 7700 900123", `"'+44 7700 900123"`],
  ["-2", `"'-2"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["\r=1", `"'\r=1"`],
  ["＝1", `"'＝1"`],
  ['="a"', `"'=""a"""`],
  ["a=1", '"a=1"'],
  [" =1", '" =1"'],
];

describe("a field of CSV", () => {
  it.each(FIELDS)("of %j is %j", (value, field) => {
    expect(csvField(value)).toBe(field);
  });

  it("is read back by a CSV reader, but for the apostrophe before a formula", () => {
    const comesBack = (text: string): void => {
      const [[read = ""] = []] = parse(`${csvField(text)}\r\n`);
      expect(read === text || read === `'${text}`).toBe(true);
      expect(read).not.toMatch(/^[=+\-@]/);
    };
    const text = fc.string({ unit: fc.constantFrom("=", "+", "-", "@", '"', ",", "\r", "\n", "é", "a") });
    fc.assert(fc.property(text, comesBack));
  });
});

describe("the format of an export", () => {
  it("is CSV with a header", () => {
    const { head, row } = exportFormat("csv");
    const text = head + row(ROW);
    expect(text.startsWith('"message","customer","direction","sender","country","language","date",')).toBe(
      true,
    );
    const [read] = parse<Record<string, string>>(text, { columns: true });
    expect(read).toEqual({ ...ROW, sender: `'${ROW.sender}`, language: "" });
  });

  it("is a line of JSON for each row", () => {
    const { head, row } = exportFormat("ndjson");
    expect(head).toBe("");
    expect(row(ROW)).toMatch(/^\{"message":"0a".*\}\n$/);
    expect(JSON.parse(row(ROW))).toEqual(ROW);
  });

  it("is none other", () => {
    expect(() => exportFormat("xlsx")).toThrow(StartupError);
  });
});
