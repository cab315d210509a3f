import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { anonymise, type AnonymiseOptions } from "../../src/cli/anonymise";
import { run, type Ended } from "./command-line";

/** What the command writes for an input, in this process. */
async function written(input: string | Iterable<string>, options: AnonymiseOptions = {}): Promise<string> {
  let text = "";
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString("utf8");
      done();
    },
  });
  const chunks = typeof input === "string" ? [input] : input;
  await anonymise(options, { input: Readable.from(chunks), output });
  return text;
}

/** The objects that it writes, one a line. */
async function found(lines: readonly object[], options: AnonymiseOptions = {}): Promise<unknown[]> {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const text = await written(input, options);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

describe("fieldward anonymise", () => {
  it("writes a line of spans for each line of a message, in their order", async () => {
    const lines = await written(
      '{"id":"m1","text":"Hi Ann, call 020 7946 0958"}\n{"id":2,"text":"See you at 9"}\n',
    );
    expect(lines).toBe(
      '{"id":"m1","spans":[{"start":3,"end":6,"type":"PERSON"},{"start":13,"end":26,"type":"PHONE"}]}\n' +
        '{"id":2,"spans":[]}\n',
    );
  });

  it("counts offsets in UTF-16", async () => {
    expect(await found([{ id: "m1", text: "😀 ann@example.org" }])).toEqual([
      { id: "m1", spans: [{ start: 3, end: 18, type: "EMAIL" }] },
    ]);
  });

  it("names the part of each span where a message comes in parts", async () => {
    const parts = ["card 4111 1111", " 1111 1111 ok"];
    expect(await found([{ id: "m1", parts }], { rendered: true })).toEqual([
      {
        id: "m1",
        spans: [
          { part: 0, start: 5, end: 14, type: "CARD" },
          { part: 1, start: 0, end: 10, type: "CARD" },
        ],
        text: "card [CARD] ok",
      },
    ]);
  });

  it("writes the text with types in the place of what was found, if asked", async () => {
    const lines = [
      { id: "m1", text: "Your code is 482910, Ann" },
      { id: "m2", text: "See you" },
      { id: "m3", text: "" },
    ];
    expect(await found(lines, { rendered: true })).toMatchObject([
      { id: "m1", text: expect.stringContaining("Your code is [OTP]") as string },
      { id: "m2", spans: [], text: "See you" },
      { id: "m3", spans: [], text: "" },
    ]);
  });

  it("finds the names that a line says are known", async () => {
    const text = "the rose is here";
    const [unknown, known] = await found([
      { id: 1, text },
      { id: 2, text, names: ["Rose Okonkwo"] },
    ]);
    expect(unknown).toEqual({ id: 1, spans: [] });
    expect(known).toEqual({ id: 2, spans: [{ start: 4, end: 8, type: "PERSON" }] });
  });

  it.each([
    ["blank lines", '\n{"id":1,"text":"Hi"}\n  \n\n{"id":2,"text":"Hi"}\n\n'],
    ["Windows' line ends", '{"id":1,"text":"Hi"}\r\n\r\n{"id":2,"text":"Hi"}\r\n'],
    ["no line end at its end", '{"id":1,"text":"Hi"}\n{"id":2,"text":"Hi"}'],
    ["fields of others", '{"id":1,"text":"Hi","from":"x"}\n{"id":2,"text":"Hi","sent":{}}\n'],
  ])("reads an input with %s", async (_, input) => {
    expect(await written(input)).toBe('{"id":1,"spans":[]}\n{"id":2,"spans":[]}\n');
  });

  it("reads a message that comes in pieces", async () => {
    expect(await written(['{"id":1,', '"text":"Hi', '"}', "\n"])).toBe('{"id":1,"spans":[]}\n');
  });

  it("writes nothing for nothing", async () => {
    expect(await written("")).toBe("");
  });

  it.each([
    ["no JSON", "Call Ann on 020 7946 0958"],
    ["JSON cut short", '{"id":"m3","text":"Call Ann on 020 7946 0958'],
    ["no object", '"Call Ann on 020 7946 0958"'],
    ["without a text", '{"id":"m3","body":"Call Ann on 020 7946 0958"}'],
    ["without a name", '{"text":"Call Ann on 020 7946 0958"}'],
    ["with a text that is none", '{"id":"Ann","text":[7946]}'],
    ["with no parts", '{"id":"Ann","parts":[]}'],
    ["with names that are none", '{"id":"Ann","text":"Hi","names":"Ann"}'],
  ])("names the line that is %s, and not what is in it", async (_, line) => {
    const input = `{"id":1,"text":"Hi"}\n\n${line}\n{"id":4,"text":"Hi"}\n`;
    const failure = written(input);
    await expect(failure).rejects.toThrow(/^Line 3 is no message: write one JSON object a line/);
    await expect(failure).rejects.not.toThrow(/Ann|7946/);
  });

  it("reads no faster than its output is taken", async () => {
    const LINES = 5_000;
    let read = 0;
    let taken = 0;
    let furthestAhead = 0;
    function* lines(): Generator<string> {
      for (; read < LINES; read += 1) yield `{"id":${String(read)},"text":"Hi Ann, call 020 7946 0958"}\n`;
    }
    const output = new Writable({
      highWaterMark: 256,
      write(_chunk, _encoding, done) {
        furthestAhead = Math.max(furthestAhead, read - taken);
        taken += 1;
        setImmediate(done);
      },
    });
    await anonymise({}, { input: Readable.from(lines()), output });
    await new Promise((resolve) => output.end(resolve));
    expect({ read, taken }).toEqual({ read: LINES, taken: LINES });
    // Between them lies what a reader of lines holds, 1,024 of them, and not the whole input.
    expect(furthestAhead).toBeLessThan(LINES / 2);
  });
});

describe("the command fieldward anonymise", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fieldward-anonymise-"));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const ran = (input: string, ...options: readonly string[]): Promise<Ended> =>
    run({ directory, environment: {} }, ["anonymise", ...options], input);

  it("needs no settings and exits 0; 2 where a line is no message, having written those before it", async () => {
    const [fine, broken, unknown] = await Promise.all([
      ran('{"id":1,"text":"Hi Ann, bye"}\n', "--rendered"),
      ran('{"id":1,"text":"Hi"}\nCall Ann\n'),
      ran("", "--names"),
    ]);
    const line = '{"id":1,"spans":[{"start":3,"end":6,"type":"PERSON"}],"text":"Hi [PERSON], bye"}\n';
    expect(fine).toEqual({ code: 0, stdout: line, stderr: "" });
    expect(broken).toMatchObject({ code: 2, stdout: '{"id":1,"spans":[]}\n' });
    expect(broken.stderr).toMatch(/^fieldward: Line 2 is no message/);
    expect(broken.stderr).not.toContain("Ann");
    expect(unknown).toMatchObject({ code: 2, stdout: "" });
  }, 180_000);
});
