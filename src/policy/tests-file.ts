import { z } from "zod";
import { CustomerStatus } from "../domain/vocabulary";
import { category, policyName } from "./levels";

/** What a cell of a table can hold: the level of a category or a field, or whether an operation may be called. */
const EXPECTED = ["HIDDEN", "TOKEN", "MASKED", "CLEAR", "may", "may not"] as const;

const expected = z.enum(EXPECTED);

const someone = z
  .strictObject({
    role: policyName.optional().describe("A role of roles.yaml."),
    set: policyName.optional().describe("A scope set of scope-sets.yaml."),
    scopes: z.array(z.string()).optional().describe("The scopes of a partner's token."),
    purposes: z.array(policyName).optional().describe("What that token may declare."),
    trained: z.boolean().default(true).describe("Whether the training of a member of staff is current."),
  })
  .refine(
    (given) => [given.role, given.set, given.scopes].filter((each) => each !== undefined).length === 1,
    {
      message: "must be one of a role, a set or scopes",
    },
  );

const oneOrMore = (of: z.ZodType<string>) =>
  z.union([of, z.array(of).min(1)]).transform((given) => (typeof given === "string" ? [given] : given));

const customer = z.strictObject({
  status: z.enum(CustomerStatus).default("ACTIVE"),
  consents: z.array(policyName).default([]).describe("The purposes that the customer consented to."),
  otherTenant: z
    .boolean()
    .default(false)
    .describe("Whether it is a customer of another tenant than the partner's."),
});

const table = z.strictObject({
  name: z.string().optional().describe("What the table shows; it is told where a cell of it fails."),
  principal: oneOrMore(z.string()).describe("Who asks: one or more names of `principals`."),
  purpose: oneOrMore(policyName)
    .optional()
    .describe("What for, one or more; left out: no purpose is declared."),
  customer: customer.optional().describe("Of which customer; left out: before any customer is looked at."),
  elevated: z.array(category).default([]).describe("What an approved elevation for this customer covers."),
  expect: z
    .record(z.string(), expected)
    .describe(
      "The level of each category or field (`Customer.phone`), or `may` and `may not` for an operation.",
    ),
  rest: expected.optional().describe("The level of every category that `expect` does not name."),
});

/** A table of expected levels. */
export type PolicyTable = z.output<typeof table>;

/** Somebody whom tables name. */
export type TablePrincipal = z.output<typeof someone>;

/** The form of a file of `policy/tests/`. */
export const testsFile = z
  .strictObject({
    principals: z.record(z.string(), someone).describe("Who asks, by the names that the tables use."),
    tests: z.array(table).min(1).describe("Tables of who gets what."),
  })
  .describe("What the policy should give whom, written by hand and checked by `fieldward policy test`.");
