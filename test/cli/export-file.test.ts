import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileTarget, streamTarget } from "../../src/cli/export-file";

describe("the target of an export", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fieldward-export-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("has the name of the file only once it is whole", async () => {
    const target = await fileTarget(join(directory, "a.csv"));
    await target.write("one");
    expect(readdirSync(directory)).toEqual(["a.csv.partial"]);
    await target.write(" two");
    await target.finish();
    expect(readdirSync(directory)).toEqual(["a.csv"]);
    expect(readFileSync(join(directory, "a.csv"), "utf8")).toBe("one two");
  });

  it("takes the place of no file that has come to be there meanwhile", async () => {
    const path = join(directory, "a.csv");
    const target = await fileTarget(path);
    await target.write("one");
    writeFileSync(path, "theirs");
    await expect(target.finish()).rejects.toThrow("is there already");
    expect([readdirSync(directory), readFileSync(path, "utf8")]).toEqual([["a.csv"], "theirs"]);
  });

  it("fails where the reader of a stream has gone", async () => {
    const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const target = streamTarget(
      new Writable({
        write: (_chunk, _encoding, done) => {
          done(gone);
        },
      }),
    );
    await expect(target.write("one")).rejects.toThrow("What read the output has gone.");
  });
});
