import { z } from "zod";
import { policyName } from "./levels";
import { SCOPES } from "./scopes";

/** A common set of scopes, named so that it can be reviewed like a role. */
export interface ScopeSet {
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
}

/** The form of `policy/scope-sets.yaml`. */
export const scopeSetsFile = z
  .record(
    policyName,
    z.strictObject({
      scopes: z.array(z.enum(SCOPES)).min(1).describe("The scopes of a token of this kind."),
      purposes: z.array(policyName).min(1).describe("What such a token may declare."),
    }),
  )
  .describe("Common sets of scopes of partner tokens, for review: a token may have any other.");
