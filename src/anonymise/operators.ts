import type { PersonalType } from "./span";

/**
 * What may stand in the place of personal data:
 * replace `[PHONE]` · numbered `[PERSON_417]`, the same for one person all through a customer's conversation · pseudonym
 * `[PHONE_k3v…]`, the same all through a tenant · mask `[PHONE •••19]` · shift `[DOB 1988-06-01]`, by the same number of
 * days all through a conversation · coarse `[GEO 48.1,11.6]`, to about ten kilometres.
 */
export const OPERATORS = ["replace", "numbered", "pseudonym", "mask", "shift", "coarse"] as const;

export type Operator = (typeof OPERATORS)[number];

/** The kinds of personal data in groups that a policy can speak of, by the categories of the rest of the product. */
export const TYPE_GROUPS = {
  identity: ["PERSON", "DOB", "NATIONAL_ID"],
  contact: ["PHONE", "EMAIL", "ADDRESS", "IP", "GEO", "PLATE"],
  account: ["CARD", "IBAN", "ACCOUNT"],
} as const satisfies Readonly<Record<string, readonly PersonalType[]>>;

/** Secrets have one operator: nothing of them is kept, not even whether two are the same. */
export const ALWAYS_DROPPED: ReadonlySet<PersonalType> = new Set<PersonalType>(["OTP", "URL_TOKEN"]);

/** An operator for each kind of personal data; what is left out is replaced. */
export type OperatorChoice = Readonly<Partial<Record<PersonalType, Operator>>>;

/** Everything is replaced by its type. */
export const REPLACE_ALL: OperatorChoice = {};
