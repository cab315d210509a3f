import { parseMapOptions, ImportUsageError } from "../../src/import/import-messages";
import { imported, lines, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER = "id,phone,dir,text,at";
const DATA = "m1,+447700900123,inbound,a secret,2026-11-11";
const MAP = new Map([
  ["id", "externalId"],
  ["phone", "customerNumber"],
  ["dir", "direction"],
  ["text", "body"],
  ["at", "sentAt"],
]);

async function refusal(
  content: string,
  map: ReadonlyMap<string, string>,
  name = "plan.csv",
): Promise<string> {
  const failure: unknown = await imported(scratch(name, content), { map }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ImportUsageError);
  return failure instanceof Error ? failure.message : "";
}

describe("the column map", () => {
  it("is read from column=field options, and a column may hold an equals sign", () => {
    expect([...parseMapOptions(["a=b=body", " c = sentAt "])]).toEqual([
      ["a=b", "body"],
      ["c", "sentAt"],
    ]);
  });

  it.each([
    [["body"], "--map body: write it as column=field."],
    [["=body"], "--map =body: write it as column=field."],
    [["a=body", "a=status"], '--map names the column "a" twice.'],
  ])("refuses %j", (given, message) => {
    expect(() => parseMapOptions(given)).toThrow(message);
  });

  it("suggests the field that was meant", async () => {
    const message = await refusal(lines(HEADER, DATA), new Map([["text", "boddy"]]));
    expect(message).toBe(
      '--map text=boddy: there is no field "boddy". Did you mean "body"? Fields: externalId, customerNumber, ' +
        "direction, senderId, body, status, encoding, segments, errorCode, sentAt, deliveredAt.",
    );
  });

  it("suggests the column that was meant", async () => {
    const message = await refusal(lines(HEADER, DATA), new Map([["txt", "body"]]));
    expect(message).toBe(
      '--map txt: the file has no such column. Did you mean "text"? Columns: id, phone, dir, text, at.',
    );
  });

  it("suggests nothing where nothing is near", async () => {
    expect(await refusal(lines(HEADER, DATA), new Map([["telephone", "body"]]))).not.toMatch(/Did you mean/);
  });

  it("refuses two columns for one field, numbers mixed with names, and numbers beyond the columns", async () => {
    const both = new Map([...MAP, ["other", "body"]]);
    expect(await refusal(lines(HEADER, DATA), both)).toMatch(/more than one column to body/);
    expect(await refusal(lines(HEADER, DATA), new Map([...MAP, ["2", "status"]]))).toMatch(
      /mixes column numbers/,
    );
    expect(await refusal(lines(HEADER, DATA), new Map([["9", "body"]]))).toMatch(
      /first record has 5 columns/,
    );
  });

  it("refuses a column name that stands twice in the header", async () => {
    expect(await refusal(lines(`${HEADER},text`, `${DATA},x`), MAP)).toMatch(/two such columns/);
    const message = await refusal(lines("externalId,body,Body,customerNumber,sentAt"), new Map());
    expect(message).toMatch(/More than one column is called like body/);
  });
});

describe("a file that lacks required columns", () => {
  it("is refused once, with all of them and the columns it has", async () => {
    expect(await refusal(lines(HEADER, DATA), new Map([["text", "body"]]))).toBe(
      "The file lacks what every message needs: externalId, customerNumber, direction, sentAt. " +
        "Name the columns with --map column=field. Columns: id, phone, dir, text, at.",
    );
  });

  it("does not have its first record shown when that may be data", async () => {
    for (const content of [
      lines(DATA, DATA),
      lines("ham\tOk lar"),
      lines("Ann,Hi there,call me,on 07700900123"),
    ]) {
      const message = await refusal(content, new Map(), content.includes("\t") ? "x.tsv" : "x.csv");
      expect(message).toMatch(/do not look like a header, so they are not shown/);
      expect(message).not.toMatch(/secret|Ok lar|Ann|7700900123/);
    }
    const mapped = await refusal(lines(DATA, DATA), new Map([["a secre", "body"]]));
    expect(mapped).not.toMatch(/a secret/);
  });

  it("without a header is told so", async () => {
    expect(await refusal(lines(DATA), new Map([["4", "body"]]))).toMatch(
      /externalId, customerNumber, direction, sentAt.*has 5 columns and, by --map, no header/,
    );
  });

  it("in NDJSON is refused by the keys of its first objects, of which only names are shown", async () => {
    const content = lines('{"id":"m1","txt":"a secret","+447700900123":"x"}');
    expect(await refusal(content, new Map(), "x.ndjson")).toMatch(/lacks .* externalId, .*Keys: id, txt\.$/);
    const mistyped = await refusal(content, new Map([["text", "errorCode"]]), "x.ndjson");
    expect(mistyped).toMatch(/none of the first 100 objects has that key\. Did you mean "txt"\?/);
  });
});

describe("an optional NDJSON key", () => {
  it("may be mapped although the first objects lack it", async () => {
    const object = {
      externalId: "m",
      customerNumber: "+447700900123",
      direction: "mo",
      body: "x",
      sentAt: "2026-11-11",
    };
    const texts = Array.from({ length: 101 }, (_, i) =>
      JSON.stringify({ ...object, externalId: `m${i}`, ...(i === 100 && { carrier_fault: 30003 }) }),
    );
    const { rows } = await imported(scratch("late.ndjson", lines(...texts)), {
      map: new Map([["carrier_fault", "errorCode"]]),
    });
    expect(rows.at(-1)).toMatchObject({ externalId: "m100", errorCode: "30003" });
  });
});
