import { z } from "zod";
import { policyName } from "./levels";

/** The signatures that an identity provider's tokens may carry: asymmetric ones only (RFC 8725 §3.1). */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;

/** Claims that a provider never gives to another person: an address or a login is none of these. */
const SUBJECT_CLAIMS = ["sub", "oid", "uid"] as const;

/** When sign-ins that fail lock out, and for how long: each further lock-out is longer, up to the longest. */
export interface LockOut {
  readonly failures: number;
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

/** How staff sign in: `policy/sign-in.yaml`. */
export interface SignIn {
  readonly session: { readonly hours: number; readonly idleMinutes: number };
  readonly secondFactor: { readonly enrolWithinHours: number };
  readonly lockOut: { readonly account: LockOut; readonly address: LockOut };
  readonly oidc: {
    /** The claim of an identity provider's token that says what its bearer is. */
    readonly roleClaim: string;
    /** The claim that names a person for good; what the provider's directory sends as `externalId` must be the same. */
    readonly subjectClaim: (typeof SUBJECT_CLAIMS)[number];
    /** The role of each value of that claim. A value that is not here gives none. */
    readonly roles: ReadonlyMap<string, string>;
    readonly algorithms: readonly (typeof ALGORITHMS)[number][];
    /** Claims that a token must have besides, each with one at least of these values: how its bearer signed in, or a scope. */
    readonly requires: ReadonlyMap<string, readonly string[]>;
  };
  readonly passwords: { readonly shortest: number; readonly activationHours: number };
}

const DAY_SECONDS = 86_400;
const WEEK_HOURS = 168;

function lockOut(failures: number, longestSeconds: number) {
  return z
    .strictObject({
      failures: z.int().min(1).max(1_000).default(failures),
      firstSeconds: z.int().min(1).max(DAY_SECONDS).default(60),
      longestSeconds: z.int().min(1).max(DAY_SECONDS).default(longestSeconds),
    })
    .refine((times) => times.firstSeconds <= times.longestSeconds, {
      message: "has a first lock-out longer than its longest",
    })
    .prefault({});
}

/** The form of `policy/sign-in.yaml`. What is left out has a strict default. */
export const signInFile = z
  .strictObject({
    session: z
      .strictObject({
        hours: z.int().min(1).max(24).default(8).describe("How long a session lives at most."),
        idleMinutes: z.int().min(1).max(1_440).default(60).describe("How long one lives without a request."),
      })
      .prefault({}),
    secondFactor: z
      .strictObject({
        enrolWithinHours: z
          .int()
          .min(0)
          .max(WEEK_HOURS)
          .default(24)
          .describe("How long a new member of staff may work without a second factor; 0: not at all."),
      })
      .prefault({}),
    lockOut: z.strictObject({ account: lockOut(5, 900), address: lockOut(30, 3_600) }).prefault({}),
    oidc: z
      .strictObject({
        roleClaim: z.string().min(1).default("groups").describe("The claim that names what one is."),
        subjectClaim: z
          .enum(SUBJECT_CLAIMS)
          .default("sub")
          .describe("The claim that names a person for good: `oid` at Microsoft Entra, `uid` at Okta."),
        roles: z
          .record(z.string(), policyName)
          .default({})
          .transform((roles): ReadonlyMap<string, string> => new Map(Object.entries(roles)))
          .describe("The role of each value of that claim. A value that is not here gives none."),
        algorithms: z
          .array(z.enum(ALGORITHMS))
          .min(1)
          .default(["RS256", "ES256", "EdDSA"])
          .describe("The signatures that are accepted."),
        requires: z
          .record(z.string(), z.array(z.string().min(1)).min(1))
          .default({})
          .transform((claims): ReadonlyMap<string, readonly string[]> => new Map(Object.entries(claims)))
          .describe(
            "Claims that a token must have, each with one of these values: `amr: [mfa]`, `scope: [fieldward]`.",
          ),
      })
      .prefault({}),
    passwords: z
      .strictObject({
        shortest: z.int().min(8).max(64).default(12).describe("The fewest characters of a password."),
        activationHours: z
          .int()
          .min(1)
          .max(WEEK_HOURS)
          .default(24)
          .describe("How long the code that a password is set with is good."),
      })
      .prefault({}),
  })
  .describe("How staff sign in.");
