import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printSchema } from "../../src/cli/schema";
import { PACKAGE_DIR, readSettings } from "../../src/config";
import { StartupError } from "../../src/domain/errors";

const settings = () => readSettings({});
const kept = join(PACKAGE_DIR, "schema", "audiences");

describe("fieldward schema print", () => {
  let directory: string;
  let printed: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fieldward-schema-"));
    printed = [];
    jest.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("prints the schema of one audience", async () => {
    await printSchema(settings, { audience: "role-billing" });
    expect(printed.join("")).toBe(readFileSync(join(kept, "role-billing.graphql"), "utf8"));
  });

  it("names the closest audience where there is none of that name", async () => {
    const answer = printSchema(settings, { audience: "role-biling" });
    await expect(answer).rejects.toThrow(StartupError);
    await expect(answer).rejects.toThrow("Did you mean role-billing?");
  });

  it("writes them all, takes away those that there are no more, and leaves other files alone", async () => {
    writeFileSync(join(directory, "role-gone.graphql"), "type Query { a: Int }");
    writeFileSync(join(directory, "notes.graphql"), "type Query { a: Int }");
    await printSchema(settings, { audiences: directory });
    const made = readdirSync(directory).filter((file) => file !== "notes.graphql");
    expect(made).toEqual(readdirSync(kept));
    expect(readFileSync(join(directory, "notes.graphql"), "utf8")).toBe("type Query { a: Int }");
    for (const file of made)
      expect(readFileSync(join(directory, file), "utf8")).toBe(readFileSync(join(kept, file), "utf8"));
  });
});
