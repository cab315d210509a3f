import { z } from "zod";
import { POLICY_FILES } from "./policy";
import { testsFile } from "./tests-file";

/** The JSON Schema (2020-12) of each policy file, by the schema's own file name: what editors complete and check by. */
export function policyJsonSchemas(): ReadonlyMap<string, object> {
  return new Map(
    Object.entries({ ...POLICY_FILES, "tests.yaml": testsFile }).map(([name, schema]) => [
      name.replace(".yaml", ".schema.json"),
      z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
    ]),
  );
}

/** A JSON Schema as its file holds it. */
export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
