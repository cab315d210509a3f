import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "../config";
import { policyJsonSchemas, schemaText } from "../policy/json-schema";
import { print } from "./terminal";

/** `fieldward policy schema`: writes the JSON Schemas that editors complete the policy files by. */
export async function writePolicySchemas(settings: Settings): Promise<void> {
  const dir = join(settings.FIELDWARD_POLICY_DIR, "schema");
  await mkdir(dir, { recursive: true });
  for (const [name, schema] of policyJsonSchemas()) {
    await writeFile(join(dir, name), schemaText(schema));
    print(join(dir, name));
  }
}
