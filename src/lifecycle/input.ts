import { z } from "zod";
import { FieldwardError } from "../domain/errors";

/** Text of one line: bounded, without control characters, not blank. */
export function line(longest: number) {
  return z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(longest, `has at most ${String(longest)} characters`)
    .regex(/^\P{Cc}*$/u, "must not hold control characters");
}

/** An id by which the outside knows a record: compared byte for byte. */
export const externalId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, "has 1 to 64 printable ASCII characters and no space");

/** ISO 3166-1 alpha-2. */
export const country = z.string().regex(/^[A-Z]{2}$/, "is a country code of two capitals, such as GB");

/** BCP 47, as far as it is used for messages. */
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, "is a language tag, such as en or pt-BR")
  .max(16);

/** Not given, or given as null. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? null);
}

/**
 * Checks input. The error names the field and the rule, never the value.
 *
 * @throws FieldwardError BAD_USER_INPUT
 */
export function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  throw new FieldwardError(
    "BAD_USER_INPUT",
    `${field} ${RULES[issue?.code ?? ""] ?? issue?.message ?? "is not valid"}.`.trim(),
  );
}

/** zod's own texts repeat what was given for these; ours do not. */
const RULES: Readonly<Record<string, string>> = {
  invalid_type: "has the wrong type or is missing",
  invalid_value: "is not one of the allowed values",
  unrecognized_keys: "has a field that does not exist",
};
