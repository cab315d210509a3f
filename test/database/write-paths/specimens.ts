import type { ObjectLiteral } from "typeorm";
import { v7 as uuidv7 } from "uuid";
import { ConsentRecord } from "../../../src/domain/consent-record";
import { Customer } from "../../../src/domain/customer";
import { Message } from "../../../src/domain/message";
import { Staff } from "../../../src/domain/staff";
import { fictionalPhone } from "../../support/records";

/** A row of any type with sealed fields. */
export type Row = ObjectLiteral & { id: string };

/** The rows that every other row is made under. */
export interface Parents {
  readonly tenantId: string;
  readonly customerId: string;
}

/** A type with sealed fields, and how one makes a row of it. */
export interface Specimen {
  readonly entity: new () => Row;
  readonly table: string;
  /** A sealed field without an index, and the column of its envelope. */
  readonly text: string;
  readonly textCt: string;
  /** A sealed field that rows are looked up by, and how to make a value that no row has. */
  readonly lookup: { readonly property: string; readonly column: string; readonly next: () => string } | null;
  /** The column of another envelope of the same row. */
  readonly otherCt: string | null;
  /** The property that holds the data subject's id, where that is another row. */
  readonly subject: string | null;
  /** A property whose column may not be null. */
  readonly required: string;
  /** All properties of a new row, the sealed ones too. */
  readonly values: (parents: Parents, text: string) => Readonly<Record<string, unknown>> & { id: string };
}

const AT = new Date("2026-06-15T12:00:00Z");
const email = (): string => `kim.${uuidv7().slice(-12)}@example.com`;

const customer: Specimen = {
  entity: Customer,
  table: "customer",
  text: "name",
  textCt: "name_ct",
  lookup: { property: "phone", column: "phone", next: fictionalPhone },
  otherCt: "address_ct",
  subject: null,
  required: "status",
  values: ({ tenantId }, name) => ({
    id: uuidv7(),
    tenantId,
    externalRef: null,
    status: "ACTIVE",
    country: "GB",
    language: "en",
    createdAt: AT,
    name,
    birthDate: "1990-05-17",
    phone: fictionalPhone(),
    email: "amira.novak@example.org",
    address: "7 Fictional Lane, Nowhere",
    consentBits: 0,
    consentExpiry: null,
  }),
};

const message: Specimen = {
  entity: Message,
  table: "message",
  text: "body",
  textCt: "body_ct",
  lookup: { property: "customerNumber", column: "customer_number", next: fictionalPhone },
  otherCt: "customer_number_ct",
  subject: "customerId",
  required: "direction",
  values: ({ tenantId, customerId }, body) => ({
    id: uuidv7(),
    tenantId,
    customerId,
    externalId: `SM-${uuidv7()}`,
    direction: "OUTBOUND",
    senderId: "Fieldward",
    customerNumber: fictionalPhone(),
    body,
    bodyStored: true,
    status: "DELIVERED",
    encoding: null,
    segments: 1,
    errorCode: null,
    sentAt: AT,
    deliveredAt: null,
    legalHold: false,
  }),
};

const consent: Specimen = {
  entity: ConsentRecord,
  table: "consent_record",
  text: "evidence",
  textCt: "evidence_ct",
  lookup: null,
  otherCt: null,
  subject: "customerId",
  required: "state",
  values: ({ customerId }, evidence) => ({
    id: uuidv7(),
    customerId,
    purpose: "support",
    state: "GRANTED",
    legalBasis: "CONSENT",
    method: "web",
    jurisdiction: null,
    language: null,
    noticeVersion: null,
    noticeHash: null,
    recordedAt: AT,
    validUntil: null,
    recordedBy: "00000000-0000-7000-8000-000000000000",
    evidence,
  }),
};

const staff: Specimen = {
  entity: Staff,
  table: "staff",
  text: "name",
  textCt: "name_ct",
  lookup: { property: "email", column: "email", next: email },
  otherCt: "email_ct",
  subject: null,
  required: "role",
  values: (_parents, name) => ({
    id: uuidv7(),
    email: email(),
    name,
    role: "support",
    passwordHash: "x".repeat(60),
    trainedUntil: null,
    disabled: false,
    createdAt: AT,
  }),
};

/** Every type that has sealed fields. */
export const SPECIMENS: readonly Specimen[] = [customer, message, consent, staff];
