import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../config";
import { closestName } from "../domain/closest-name";
import { StartupError } from "../domain/errors";
import { buildSchemas } from "../graphql/schema";
import { namedAudiences } from "../graphql/visible/audience";
import { printedSchema } from "../graphql/visible-schema";
import { loadPolicy } from "../policy/policy";
import { print, say } from "./terminal";

/** What `fieldward schema print` takes. */
export interface SchemaOptions {
  /** The audience whose schema is printed: `public`, `role-support`, `scopes-partner-basic`. */
  readonly audience?: string;
  /** A directory that is to hold the schema of every audience. */
  readonly audiences?: string;
}

/** The files that this command writes; those of audiences that there are no more are taken away. */
const AUDIENCE_FILE = /^(?:public|(?:role|scopes)-[a-z0-9-]+)\.graphql$/;

/** The schema of every audience that the policy names, by the audience's name. */
async function audienceTexts(settings: Settings): Promise<ReadonlyMap<string, string>> {
  const policy = loadPolicy(settings.FIELDWARD_POLICY_DIR);
  const { visible } = buildSchemas();
  const texts = new Map<string, string>();
  for (const [name, audience] of namedAudiences(policy))
    texts.set(name, (await visible.of(policy, audience)).text);
  return texts;
}

async function printAudience(settings: Settings, name: string): Promise<void> {
  const texts = await audienceTexts(settings);
  const text = texts.get(name);
  if (text === undefined) {
    const names = [...texts.keys()];
    const closest = closestName(name, names);
    const mend = closest === null ? `There are ${names.join(", ")}.` : `Did you mean ${closest}?`;
    throw new StartupError(`The policy names no audience "${name}". ${mend}`);
  }
  print(text.trimEnd());
}

async function writeAudiences(settings: Settings, directory: string): Promise<void> {
  const texts = await audienceTexts(settings);
  mkdirSync(directory, { recursive: true });
  for (const file of readdirSync(directory)) {
    const isGone = AUDIENCE_FILE.test(file) && !texts.has(file.replace(/\.graphql$/, ""));
    if (isGone) rmSync(join(directory, file));
  }
  for (const [name, text] of texts) writeFileSync(join(directory, `${name}.graphql`), text);
  say(`Wrote the schemas of ${String(texts.size)} audiences to ${directory}.`);
}

/** `fieldward schema print`: the whole schema, or what audiences see of it. */
export async function printSchema(settings: () => Settings, options: SchemaOptions): Promise<void> {
  if (options.audiences !== undefined) await writeAudiences(settings(), options.audiences);
  else if (options.audience !== undefined) await printAudience(settings(), options.audience);
  else print(printedSchema(buildSchemas().schema).trimEnd());
}
