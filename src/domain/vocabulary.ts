import { registerEnumType } from "type-graphql";

/** The states a customer can be in: RESTRICTED is GDPR Art. 18, ERASED is Art. 17. */
export const CustomerStatus = { ACTIVE: "ACTIVE", RESTRICTED: "RESTRICTED", ERASED: "ERASED" } as const;
export type CustomerStatus = keyof typeof CustomerStatus;

/** Which way a message went, seen from the tenant. */
export const Direction = { INBOUND: "INBOUND", OUTBOUND: "OUTBOUND" } as const;
export type Direction = keyof typeof Direction;

/** What became of a message. */
export const MessageStatus = {
  QUEUED: "QUEUED",
  SENT: "SENT",
  DELIVERED: "DELIVERED",
  UNDELIVERED: "UNDELIVERED",
  FAILED: "FAILED",
  RECEIVED: "RECEIVED",
} as const;
export type MessageStatus = keyof typeof MessageStatus;

/** What an event of the consent ledger says. */
export const ConsentState = {
  GRANTED: "GRANTED",
  WITHDRAWN: "WITHDRAWN",
  EXPIRED: "EXPIRED",
  NONE: "NONE",
} as const;
export type ConsentState = keyof typeof ConsentState;

/** The bases of GDPR Art. 6(1)(a)–(f). */
export const LegalBasis = {
  CONSENT: "CONSENT",
  CONTRACT: "CONTRACT",
  LEGAL_OBLIGATION: "LEGAL_OBLIGATION",
  VITAL_INTEREST: "VITAL_INTEREST",
  PUBLIC_TASK: "PUBLIC_TASK",
  LEGITIMATE_INTEREST: "LEGITIMATE_INTEREST",
} as const;
export type LegalBasis = keyof typeof LegalBasis;

/** Who can ask. */
export const PrincipalKind = {
  STAFF: "STAFF",
  PARTNER: "PARTNER",
  SUBJECT: "SUBJECT",
  SYSTEM: "SYSTEM",
} as const;
export type PrincipalKind = keyof typeof PrincipalKind;

registerEnumType(CustomerStatus, { name: "CustomerStatus" });
registerEnumType(Direction, { name: "Direction" });
registerEnumType(MessageStatus, { name: "MessageStatus" });
registerEnumType(ConsentState, { name: "ConsentState" });
registerEnumType(LegalBasis, { name: "LegalBasis" });
registerEnumType(PrincipalKind, { name: "PrincipalKind" });
