/** The rows that both sides are filled with. */
export interface BenchCustomer {
  readonly id: string;
  readonly tenantId: string;
  readonly externalRef: string;
  readonly status: "ACTIVE";
  readonly country: string;
  readonly language: string;
  readonly createdAt: Date;
  readonly name: string;
  readonly birthDate: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
}

export interface BenchConsent {
  readonly id: string;
  readonly tenantId: string;
  readonly customerId: string;
  readonly purpose: "marketing" | "analytics";
  readonly state: "GRANTED" | "WITHDRAWN";
  readonly legalBasis: "CONSENT";
  readonly method: "web-form" | "sms-keyword";
  readonly jurisdiction: string;
  readonly language: string;
  readonly noticeVersion: number;
  readonly recordedAt: Date;
  readonly validUntil: Date | null;
}

export interface BenchMessage {
  readonly id: string;
  readonly tenantId: string;
  readonly customerId: string;
  readonly externalId: string;
  readonly direction: "INBOUND" | "OUTBOUND";
  readonly senderId: string;
  readonly customerNumber: string;
  readonly body: string;
  readonly status: "DELIVERED" | "UNDELIVERED" | "SENT" | "RECEIVED";
  readonly encoding: "GSM-7" | "UCS-2";
  readonly segments: number;
  readonly errorCode: string | null;
  readonly sentAt: Date;
  readonly deliveredAt: Date | null;
}
