import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PERSONAL_TYPES, type PersonalType } from "../../src/anonymise/span";

const examples = z.strictObject({
  /** Messages with one value of the type: which country's or which form it has, and the value as it stands there. */
  found: z.array(z.strictObject({ form: z.string(), text: z.string(), value: z.string() })),
  /** Messages without any: what it is that looks alike. */
  harmless: z.array(z.strictObject({ form: z.string(), text: z.string() })),
});

type Examples = z.infer<typeof examples>;

/** Reads the examples of a type from test/vectors/anonymiser. */
export function examplesOf(type: PersonalType): Examples {
  const file = `${type.toLowerCase().replace("_", "-")}.json`;
  return examples.parse(JSON.parse(readFileSync(join(__dirname, "../vectors/anonymiser", file), "utf8")));
}

/** One value of each type with the message that it stands in. */
export const VALUES = PERSONAL_TYPES.flatMap((type) =>
  examplesOf(type).found.map(({ text, value }) => ({ type, text, value })),
);
