/** The kinds of personal data that a text message holds. Adding one means a recogniser, an operator and labels in the corpus. */
export const PERSONAL_TYPES = [
  "PERSON",
  "PHONE",
  "EMAIL",
  "ADDRESS",
  "CARD",
  "IBAN",
  "NATIONAL_ID",
  "OTP",
  "URL_TOKEN",
  "DOB",
  "ACCOUNT",
  "IP",
  "GEO",
  "PLATE",
] as const;

export type PersonalType = (typeof PERSONAL_TYPES)[number];

/** A stretch of a message that is personal: offsets in UTF-16 code units, `end` exclusive (`text.slice(start, end)`). */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: PersonalType;
}

/** What a recogniser says of a stretch of text: a personal type, or HARMLESS (a price, a date), and how sure it is (0 to 1, sometimes above). */
export interface Claim {
  readonly start: number;
  readonly end: number;
  readonly type: PersonalType | "HARMLESS";
  readonly score: number;
}
