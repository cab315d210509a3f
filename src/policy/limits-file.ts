import { z } from "zod";

/** The limits of `policy/limits.yaml`. */
export interface Limits {
  readonly elevation: {
    readonly longestMinutes: number;
    /** How long a request for an elevation waits for an answer. */
    readonly answerWithinMinutes: number;
    /** Whether one may approve one's own elevation; it raises an alert. */
    readonly emergency: boolean;
  };
  /** How many distinct customers a partner token is served at CLEAR in an hour. */
  readonly budget: { readonly partner: number };
}

/** The form of `policy/limits.yaml`. What is left out has a strict default. */
export const limitsFile = z
  .strictObject({
    elevation: z
      .strictObject({
        longestMinutes: z.int().min(1).max(60).default(60).describe("How long an elevation lasts at most."),
        answerWithinMinutes: z
          .int()
          .min(1)
          .max(1_440)
          .default(60)
          .describe("How long a request for one waits for an answer."),
        emergency: z
          .boolean()
          .default(false)
          .describe("Whether one may approve one's own; each time raises an alert."),
      })
      .prefault({}),
    budget: z
      .strictObject({
        partner: z
          .int()
          .min(0)
          .default(5_000)
          .describe("Distinct customers at CLEAR in an hour, for each partner token."),
      })
      .prefault({}),
  })
  .describe("Limits of elevations and of what a partner is disclosed.");
