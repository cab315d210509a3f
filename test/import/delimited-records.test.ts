import fc from "fast-check";

import { CSV, delimitedRecords, TSV, type Cells, type Dialect } from "../../src/import/delimited-records";
import { SourceFile } from "../../src/import/source-file";
import type { Position, SourceRecord } from "../../src/import/source-record";
import { useScratch } from "./scratch";

const scratch = useScratch();

async function readAll(
  text: string | Buffer,
  dialect: Dialect = CSV,
  from: Position = { byte: 0, line: 1 },
): Promise<readonly SourceRecord<Cells>[]> {
  const source = await SourceFile.open(scratch("records", text));
  const records: SourceRecord<Cells>[] = [];
  for await (const handful of delimitedRecords(source, dialect, from)) records.push(...handful);
  await source.close();
  return records;
}

const brief = (records: readonly SourceRecord<Cells>[]) =>
  records.map((record) => [record.at.line, record.kind === "whole" ? record.content : record.reason]);

describe("delimited records", () => {
  it("have their exact place, with CRLF, quoted line breaks, blank lines and multi-byte text", async () => {
    const text = 'é,"a\r\nb"\r\n\r\n"🙂\n""\n",x\nlast,1';
    const records = await readAll(text);
    const bytes = Buffer.from(text);
    expect(records.map(({ at, next }) => [at.line, bytes.subarray(at.byte, next.byte).toString()])).toEqual([
      [1, 'é,"a\r\nb"\r\n'],
      [4, '"🙂\n""\n",x\n'],
      [7, "last,1"],
    ]);
  });

  it("survive a broken quote but for the line that their record starts on", async () => {
    const records = await readAll('a,b\n1,"open\n2,y\n"3",z\n4,m"id\n5,"x"y\n6,"fine\nhere"\n');
    expect(brief(records)).toEqual([
      [1, ["a", "b"]],
      [2, "a quoted value goes on after its closing quote"],
      [3, ["2", "y"]],
      [4, ["3", "z"]],
      [5, "a quote inside a value that is not quoted"],
      [6, "a quoted value goes on after its closing quote"],
      [7, ["6", "fine\nhere"]],
    ]);
  });

  it("survive a quote that is open until the end, or for more than 1 MiB", async () => {
    expect(brief(await readAll('1,"open\n2,y'))).toEqual([
      [1, "a quote is left open"],
      [2, ["2", "y"]],
    ]);
    const long = await readAll(`0,w\n1,"open\n${"2,y\n".repeat(300_000)}`);
    expect(long).toHaveLength(300_002);
    expect(brief(long.slice(0, 3))).toEqual([
      [1, ["0", "w"]],
      [2, "the record is longer than 1 MiB, or a quote is left open"],
      [3, ["2", "y"]],
    ]);
  });

  it("keep what was parsed before a break in the same chunk", async () => {
    const records = await readAll(`${"a,b\n".repeat(1_000)}x"y\n${"c,d\n".repeat(1_000)}`);
    expect(records).toHaveLength(2_001);
    expect(brief(records.slice(1_000, 1_001))).toEqual([
      [1_001, "a quote inside a value that is not quoted"],
    ]);
  });

  it("that are not UTF-8 are broken, and a replacement character that is in the file is not", async () => {
    const records = await readAll(Buffer.concat([Buffer.from("\ufffd,1\n"), Buffer.from([0xa3, 0x0a])]));
    expect(brief(records)).toEqual([
      [1, ["\ufffd", "1"]],
      [2, "not valid UTF-8"],
    ]);
  });

  it("are the same wherever the reading starts, for any text", async () => {
    const unit = fc.constantFrom("a", '"', ",", "\t", "\n", "\r", "\r\n", '""', "é", "🙂", "\0");
    const text = fc.string({ unit, minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(CSV, TSV), fc.nat(), async (content, dialect, pick) => {
        const all = await readAll(content, dialect);
        const index = all.length === 0 ? 0 : pick % all.length;
        const from = all[index]?.next ?? { byte: 0, line: 1 };
        expect(await readAll(content, dialect, from)).toEqual(all.slice(all.length === 0 ? 0 : index + 1));
        for (const { at } of all) expect(at.line).toBe(lineOf(content, at));
      }),
      { numRuns: 300 },
    );
  });

  it("are the same whatever the chunks that they come in", async () => {
    const firstChunkBytes = 1024;
    const tail = '"é\r\n""🙂",b\r\n\nc,"d"\r\n"e","f';
    const whole = brief(await readAll(`${tail}\ng,h`)).map(([, content]) => content);
    for (let shift = 0; shift <= Buffer.byteLength(tail); shift++) {
      const filler = `${"x".repeat(firstChunkBytes - shift - 1)}\n`;
      const records = brief(await readAll(`${filler}${tail}\ng,h`)).map(([, content]) => content);
      expect(records.slice(1)).toEqual(whole);
    }
  });
});

function lineOf(text: string, at: Position): number {
  return Buffer.from(text).subarray(0, at.byte).toString().split("\n").length;
}
