import { z } from "zod";
import { FieldwardError } from "../domain/errors";
import type { Policy } from "../policy/policy";
import { checkScopes } from "../policy/scopes";
import { checked, line, optional } from "./input";

const MOST_NAMES = 64;
const few = z
  .array(z.string().max(MOST_NAMES, "has an entry that is too long"))
  .max(MOST_NAMES, `has at most ${String(MOST_NAMES)} entries`);

const wanted = z.strictObject({
  name: line(120),
  scopes: few,
  purposes: few.min(1, "names at least one"),
  expiresInDays: z.int("is a whole number of days"),
  allowedIps: optional(few),
  certificateSha256: optional(z.string().transform((text) => text.toLowerCase())),
});

/** What a token is asked to be, before it is known of which tenant. */
export type TokenInput = z.output<typeof wanted>;

/**
 * Checks what a new token is asked to be against the grammar of scopes and the policy's purposes.
 *
 * @throws FieldwardError BAD_USER_INPUT that names the field and the rule, never what was given
 */
export function checkedToken(input: object, { purposes }: Pick<Policy, "purposes">): TokenInput {
  const token = checked(wanted, input);
  checkScopes(token.scopes);
  if (token.purposes.every((purpose) => purposes.has(purpose))) {
    return { ...token, scopes: [...new Set(token.scopes)], purposes: [...new Set(token.purposes)] };
  }
  throw new FieldwardError("BAD_USER_INPUT", `purposes are some of ${[...purposes.keys()].join(", ")}.`);
}
