import { z } from "zod";
import { CATEGORIES, levelOf, type Category, type Level } from "../domain/category";

/** What a principal is given in each category; what is not named is HIDDEN. */
export type Levels = Readonly<Partial<Record<Category, Level>>>;

/** The names that roles, purposes and scope sets may have: those that the header `Fieldward-Purpose` can carry. */
export const policyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "must be 1 to 32 lower-case letters, digits and hyphens, a letter first");

/** A category, as policy files name it. */
export const category = z.enum(CATEGORIES);

const level = z
  .string()
  .meta({ enum: ["HIDDEN", "TOKEN", "MASKED", "CLEAR"] })
  .transform((name, context) => {
    const found = levelOf(name);
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: "must be TOKEN, MASKED or CLEAR" });
    return z.NEVER;
  });

/** Levels by category, as policy files write them. */
export const levels = z.partialRecord(category, level);
