/** One company that sends its messages through the provider. */
export interface DemoTenant {
  readonly key: string;
  readonly name: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly language: string;
  readonly senderIds: readonly string[];
}

/** One line of a customer's consent ledger. */
export interface DemoConsent {
  readonly purpose: "marketing" | "analytics";
  readonly state: "GRANTED" | "WITHDRAWN";
  readonly method: string;
  readonly evidence: string;
  readonly recordedAt: Date;
}

/** One invented person who gets and sends messages. */
export interface DemoCustomer {
  readonly tenantKey: string;
  readonly externalRef: string;
  readonly name: string;
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  /** E.164, from a range that is reserved for fiction. */
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly language: string;
  readonly createdAt: Date;
  /** In the order in which they were recorded. */
  readonly consents: readonly DemoConsent[];
}

/** One SMS between a tenant and a customer. */
export interface DemoMessage {
  readonly tenantKey: string;
  readonly customerRef: string;
  readonly externalId: string;
  readonly direction: "INBOUND" | "OUTBOUND";
  readonly senderId: string;
  readonly body: string;
  readonly status: "SENT" | "DELIVERED" | "UNDELIVERED" | "FAILED" | "RECEIVED";
  readonly encoding: "GSM-7" | "UCS-2";
  readonly segments: number;
  readonly errorCode: string | null;
  readonly sentAt: Date;
  readonly deliveredAt: Date | null;
}

/** All that the demo is filled with. */
export interface DemoData {
  readonly tenants: readonly DemoTenant[];
  readonly customers: readonly DemoCustomer[];
  readonly messages: readonly DemoMessage[];
}

/** A language that the demo has templates and names for. */
export type DemoLanguage = "en" | "fr" | "de" | "es" | "pl";

/** A country that the demo has a tenant in. */
export type DemoCountry = "GB" | "FR" | "US";

/** A demo customer whose language is known to have templates. */
export interface TemplatedCustomer extends DemoCustomer {
  readonly language: DemoLanguage;
}
