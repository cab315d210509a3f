import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PACKAGE_DIR } from "../../src/config";
import { CATEGORIES } from "../../src/domain/category";
import { policyJsonSchemas, schemaText } from "../../src/policy/json-schema";

const POLICY = join(PACKAGE_DIR, "policy");
const schemas = policyJsonSchemas();

/** The places of a schema's enums and keys: what an editor offers. */
function offered(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "enum" in value && Array.isArray(value.enum) ? value.enum.map(String) : [];
  const keys =
    "properties" in value && value.properties !== null ? Object.keys(value.properties as object) : [];
  return [...own, ...keys, ...Object.values(value).flatMap(offered)];
}

describe("the JSON Schemas of the policy files", () => {
  it("are those in policy/schema: run `fieldward policy schema` where not", () => {
    const stored = readdirSync(join(POLICY, "schema"));
    expect(stored.sort()).toEqual([...schemas.keys()].sort());
    for (const [name, schema] of schemas) {
      expect(readFileSync(join(POLICY, "schema", name), "utf8")).toBe(schemaText(schema));
    }
  });

  it.each([
    [
      "roles.schema.json",
      [...CATEGORIES, "TOKEN", "MASKED", "CLEAR", "approve-elevation", "budget", "elevate"],
    ],
    ["purposes.schema.json", [...CATEGORIES, "CONSENT", "LEGITIMATE_INTEREST", "pattern", "example", "bit"]],
    ["scope-sets.schema.json", ["contact:masked", "traffic:lookup", "messages:write", "purposes"]],
    ["sign-in.schema.json", ["hours", "idleMinutes", "failures", "ES256", "roleClaim", "shortest"]],
    ["limits.schema.json", ["longestMinutes", "emergency", "partner"]],
    [
      "anonymiser.schema.json",
      ["identity", "PHONE", "pseudonym", "shift", "coarse", "month", "smallestGroup"],
    ],
    ["tests.schema.json", ["principal", "expect", "RESTRICTED", "may not"]],
  ])("offer in %s the words %j", (name, words) => {
    expect(offered(schemas.get(name))).toEqual(expect.arrayContaining(words));
  });

  it("are named by the first line of every YAML file of the policy", () => {
    const files = readdirSync(POLICY, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".yaml"),
    );
    expect(files.length).toBeGreaterThanOrEqual(6);
    for (const file of files) {
      const [first = ""] = readFileSync(join(POLICY, file), "utf8").split("\n");
      const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
      expect([file, existsSync(resolve(dirname(join(POLICY, file)), schema))]).toEqual([file, schema !== ""]);
      expect(schema).toMatch(/\.schema\.json$/);
    }
  });
});
