import { z } from "zod";
import type { Category } from "../domain/category";
import { category, levels, policyName, type Levels } from "./levels";

/** What can be changed through the gateway. */
export const RECORDS = ["customers", "messages", "consents"] as const;

/** @see RECORDS */
export type Records = (typeof RECORDS)[number];

/** What a role may do beside reading and writing records. A right that is not here does not exist. */
export const RIGHTS = [
  "approve-elevation",
  "review-elevation",
  "explain",
  "freeze",
  "manage-tokens",
  "manage-staff",
  "alerts",
] as const;

/** @see RIGHTS */
export type Right = (typeof RIGHTS)[number];

/** A role of `policy/roles.yaml`. */
export interface Role {
  readonly levels: Levels;
  readonly elevate: readonly Category[];
  readonly lookup: readonly Category[];
  readonly purposes: readonly string[];
  readonly writes: readonly Records[];
  readonly rights: readonly Right[];
  /** How many distinct customers are served at CLEAR in an hour; null: no limit. */
  readonly budget: number | null;
  /** Whether signing in needs a second factor. */
  readonly secondFactor: boolean;
  /** Whether a restricted customer is not masked for this role (GDPR Art. 18(2)). */
  readonly restricted: boolean;
}

/** The form of `policy/roles.yaml`. */
export const rolesFile = z
  .record(
    policyName,
    z.strictObject({
      levels: levels.describe("What the role sees; a category that is not named is HIDDEN."),
      elevate: z.array(category).default([]).describe("What an approved elevation may raise to CLEAR."),
      lookup: z.array(category).default([]).describe("What one may search by."),
      purposes: z.array(policyName).min(1).describe("What the role may declare."),
      writes: z.array(z.enum(RECORDS)).default([]).describe("What the role may change."),
      rights: z.array(z.enum(RIGHTS)).default([]).describe("What the role may do besides."),
      budget: z
        .int()
        .min(0)
        .nullable()
        .default(null)
        .describe("Distinct customers at CLEAR in an hour; null or left out: no limit."),
      secondFactor: z.boolean().default(true).describe("Whether signing in needs a second factor."),
      restricted: z
        .boolean()
        .default(false)
        .describe("Still sees what a restricted customer (GDPR Art. 18) hides from the others."),
    }),
  )
  .describe("Who sees what: the roles of staff.");
