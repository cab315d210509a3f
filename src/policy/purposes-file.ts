import { z } from "zod";
import { LegalBasis } from "../domain/vocabulary";
import { levels, policyName, type Levels } from "./levels";

/** How the cases of a purpose look, such as the numbers of a ticket system. */
export interface CasePattern {
  readonly pattern: RegExp;
  /** Whether the purpose may not be declared without a case. */
  readonly required: boolean;
  readonly example: string;
}

/** A purpose of `policy/purposes.yaml`. */
export interface Purpose {
  readonly basis: LegalBasis;
  readonly levels: Levels;
  /** The place of the consent to this purpose in a customer's bitmask; a purpose whose basis is consent has one. */
  readonly bit: number | undefined;
  /** null: a case may be given and may be anything. */
  readonly case: CasePattern | null;
}

/** What a case can be at all, whatever its purpose asks for. */
export const CASE = /[\w./#-]{1,64}/;

const LONGEST_PATTERN = 100;

/** A group that is repeated can take time exponential in the length of what it is tried on. */
const REPEATED_GROUP = /\)(?:[*+]|\{)/;

const WHOLE_CASE = new RegExp(`^${CASE.source}$`);

/** The pattern anchored whole; undefined where it is no regular expression. */
function compiled(pattern: string): RegExp | undefined {
  try {
    // By itself first: a bracket that closes the group around it would undo the anchors.
    new RegExp(pattern, "u");
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return undefined;
  }
}

const casePattern = z
  .strictObject({
    pattern: z
      .string()
      .min(1)
      .max(LONGEST_PATTERN)
      .describe("A regular expression that the whole case must match."),
    required: z.boolean().default(false).describe("Whether the purpose may not be declared without a case."),
    example: z.string().describe("A case as callers are shown it; it must match the pattern."),
  })
  .transform(({ pattern, required, example }, context): CasePattern => {
    const refuse = (key: string, message: string) => {
      context.addIssue({ code: "custom", path: [key], message });
      return z.NEVER;
    };
    const whole = compiled(pattern);
    if (whole === undefined) return refuse("pattern", "is not a regular expression");
    if (REPEATED_GROUP.test(pattern)) return refuse("pattern", "repeats a group, which can take for ever");
    if (!WHOLE_CASE.test(example))
      return refuse("example", "must be 1 to 64 letters, digits and characters of _ . / # -");
    if (!whole.test(example)) return refuse("example", "does not match the pattern");
    return { pattern: whole, required, example };
  });

const purpose = z
  .strictObject({
    basis: z.enum(LegalBasis).describe("The legal basis (GDPR Art. 6(1))."),
    bit: z
      .int()
      .min(0)
      .max(30)
      .optional()
      .describe("The place of this purpose's consent in a customer's bitmask. Never reuse or change one."),
    levels: levels.describe("The most that the purpose allows; a category that is not named is HIDDEN."),
    case: casePattern.optional().describe("How the cases of this purpose look."),
  })
  .refine(({ basis, bit }) => basis !== "CONSENT" || bit !== undefined, {
    message: "has CONSENT as its basis, so it needs a `bit`",
  })
  .transform((given): Purpose => ({
    basis: given.basis,
    levels: given.levels,
    bit: given.bit,
    case: given.case ?? null,
  }));

/** The form of `policy/purposes.yaml`. */
export const purposesFile = z
  .record(policyName, purpose)
  .describe("Why data is read, and the most that each reason allows.");
