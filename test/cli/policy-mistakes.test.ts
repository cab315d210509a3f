import "reflect-metadata";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffPolicy } from "../../src/cli/policy-diff";
import { explainPolicy } from "../../src/cli/policy-explain";
import { showMatrix } from "../../src/cli/policy-matrix-command";
import { testPolicy } from "../../src/cli/policy-test";
import { readSettings } from "../../src/config";
import { StartupError } from "../../src/domain/errors";

const settings = readSettings({});

describe("a policy command that is used wrongly", () => {
  it.each<[string, () => Promise<void>, RegExp]>([
    ["a format", () => showMatrix(settings, { format: "pdf" }), /--format is one of text, csv, html/],
    [
      "a purpose of a matrix",
      () => showMatrix(settings, { format: "text", purpose: "suport" }),
      /Did you mean support\?/,
    ],
    [
      "a scope set",
      () => explainPolicy(settings, "set:partner-basik", "Customer.phone", undefined, {}),
      /Did you mean partner-basic\?/,
    ],
    [
      "a scope",
      () => explainPolicy(settings, "scopes:contact:maskd", "Customer.phone", undefined, {}),
      /Did you mean contact:masked\?/,
    ],
    [
      "a field",
      () => explainPolicy(settings, "role:support", "Customer.fone", undefined, {}),
      /FIELD is a field of the schema.* Did you mean Customer\.phone\?/,
    ],
    [
      "a field that is structure",
      () => explainPolicy(settings, "role:support", "PageInfo.hasNextPage", undefined, {}),
      /FIELD is a field of the schema/,
    ],
    [
      "a purpose of an explanation",
      () => explainPolicy(settings, "role:support", "Customer.phone", undefined, { purpose: "suport" }),
      /Did you mean support\?/,
    ],
    [
      "a revision",
      () => diffPolicy(settings, "nowhere", { gains: true }),
      /neither a directory nor a revision/,
    ],
    [
      "a revision that looks like an option",
      () => diffPolicy(settings, "--output=x", { gains: true }),
      /neither a directory nor a revision/,
    ],
  ])("names %s that there is not, and prints nothing", async (_what, work, said) => {
    const printed = jest.spyOn(process.stdout, "write").mockReturnValue(true);
    await expect(work()).rejects.toThrow(StartupError);
    await expect(work()).rejects.toThrow(said);
    expect(printed).not.toHaveBeenCalled();
  });
});

describe("a table that cannot be looked up", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-policy-tables-"));
  const file = join(directory, "table.yaml");
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const saidOf = async (text: string): Promise<string> => {
    writeFileSync(file, text);
    try {
      await testPolicy(settings, file, {});
    } catch (error) {
      expect(error).toBeInstanceOf(StartupError);
      return error instanceof Error ? error.message : "";
    }
    return "it was";
  };

  it.each([
    ["a field", "principal: support, expect: { Customer.fone: CLEAR }", /Did you mean Customer\.phone\?/],
    ["a principal", "principal: suport, expect: { account: CLEAR }", /Did you mean support\?/],
    [
      "a purpose",
      "principal: support, purpose: suport, expect: { account: CLEAR }",
      /Did you mean support\?/,
    ],
    ["a level", "principal: support, expect: { account: CLER }", /Did you mean CLEAR\?/],
    [
      "a consent",
      "principal: support, customer: { consents: [support] }, expect: { account: CLEAR }",
      /names "support", which there is not/,
    ],
    [
      "a customer of an elevation",
      "principal: support, elevated: [contact], expect: { account: CLEAR }",
      /needs a `customer`/,
    ],
    ["a key", "principal: support, expects: { account: CLEAR }", /Did you mean expect\?/],
  ])("names %s that there is not, with file and line", async (_what, table, said) => {
    const message = await saidOf(`principals: { support: { role: support } }\ntests:\n  - { ${table} }\n`);
    expect(message).toContain(`${file}:3: `);
    expect(message).toMatch(said);
  });

  it.each([
    ["a role", "{ role: suport }", /Did you mean support\?/],
    ["a scope set", "{ set: partner-basik }", /Did you mean partner-basic\?/],
    ["a scope", "{ scopes: [contact:cler] }", /Did you mean contact:clear\?/],
    ["a purpose", "{ scopes: [], purposes: [suport] }", /Did you mean support\?/],
    ["both a role and scopes", "{ role: support, scopes: [] }", /must be one of a role, a set or scopes/],
  ])("names %s of a principal, with file and line", async (_what, given, said) => {
    const message = await saidOf(
      `principals:\n  someone: ${given}\ntests: [{ principal: someone, expect: { account: CLEAR } }]\n`,
    );
    expect(message).toContain(`${file}:2: `);
    expect(message).toMatch(said);
  });

  it("is said to be missing where a directory holds none", async () => {
    rmSync(file, { force: true });
    await expect(testPolicy(settings, directory, {})).rejects.toThrow("holds no tables");
  });
});
