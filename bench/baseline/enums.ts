import { registerEnumType } from "type-graphql";

export enum CustomerStatus {
  ACTIVE = "ACTIVE",
  RESTRICTED = "RESTRICTED",
  ERASED = "ERASED",
}

export enum Direction {
  INBOUND = "INBOUND",
  OUTBOUND = "OUTBOUND",
}

export enum MessageStatus {
  QUEUED = "QUEUED",
  SENT = "SENT",
  DELIVERED = "DELIVERED",
  UNDELIVERED = "UNDELIVERED",
  FAILED = "FAILED",
  RECEIVED = "RECEIVED",
}

export enum ConsentState {
  GRANTED = "GRANTED",
  WITHDRAWN = "WITHDRAWN",
  EXPIRED = "EXPIRED",
  NONE = "NONE",
}

export enum LegalBasis {
  CONSENT = "CONSENT",
  CONTRACT = "CONTRACT",
  LEGAL_OBLIGATION = "LEGAL_OBLIGATION",
  VITAL_INTEREST = "VITAL_INTEREST",
  PUBLIC_TASK = "PUBLIC_TASK",
  LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST",
}

registerEnumType(CustomerStatus, { name: "CustomerStatus" });
registerEnumType(Direction, { name: "Direction" });
registerEnumType(MessageStatus, { name: "MessageStatus" });
registerEnumType(ConsentState, { name: "ConsentState" });
registerEnumType(LegalBasis, { name: "LegalBasis" });
