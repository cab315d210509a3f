import { createHash } from "node:crypto";
import {
  AREA_CODES,
  CITIES,
  FIRST_NAMES,
  LAST_NAMES,
  MAIL_HOSTS,
  STREETS,
  TENANTS,
  type Tenant,
} from "./data-words";
import type { BenchConsent, BenchCustomer, BenchMessage } from "./records";
import { composeMessage } from "./message-text";
import { Random, seededUuid7 } from "./random";

export interface DataParameters {
  readonly customers: number;
  readonly messages: number;
  readonly seed: number;
}

/** Raise it whenever the same parameters give other rows: data loaded before is then loaded anew. */
const DATA_VERSION = 1;
const DAY_MS = 86_400_000;
const FIRST_CUSTOMER_AT = Date.UTC(2024, 0, 8);
const LAST_CUSTOMER_AT = Date.UTC(2026, 3, 30);
const FIRST_MESSAGE_AT = Date.UTC(2026, 4, 4);
const LAST_MESSAGE_AT = Date.UTC(2026, 10, 2);
const NUMBERS_PER_AREA = 100;
const MOST_CUSTOMERS = TENANTS.length * AREA_CODES.length * NUMBERS_PER_AREA;

/** Fictional customers, consents and messages: the same parameters always give the same rows, ids included. */
export class Dataset {
  readonly customers: readonly BenchCustomer[];

  constructor(readonly parameters: DataParameters) {
    const { customers, messages, seed } = parameters;
    if (customers < 1 || customers > MOST_CUSTOMERS || messages < 0) {
      throw new RangeError(`Between 1 and ${String(MOST_CUSTOMERS)} customers, and no negative messages.`);
    }
    const random = new Random(seed);
    this.customers = Array.from({ length: customers }, (_, index) => makeCustomer(index, customers, random));
  }

  /** Two data sets with the same fingerprint hold the same rows. */
  get fingerprint(): string {
    const { customers, messages, seed } = this.parameters;
    const identity = JSON.stringify([DATA_VERSION, customers, messages, seed]);
    return createHash("sha256").update(identity).digest("hex");
  }

  /** Some customers' ids in random order, the same each time. */
  sampleCustomerIds(count: number): string[] {
    const random = new Random(this.parameters.seed + 3);
    return Array.from({ length: count }, () => random.pick(this.customers).id);
  }

  *consents(): Generator<BenchConsent> {
    const random = new Random(this.parameters.seed + 1);
    for (const customer of this.customers) {
      yield makeConsent(customer, "marketing", random);
      if (random.chance(0.6)) yield makeConsent(customer, "analytics", random);
      if (random.chance(0.4)) yield makeWithdrawal(customer, random);
    }
  }

  /** In the order in which they were sent, so that ids ascend. */
  *messages(): Generator<BenchMessage> {
    const random = new Random(this.parameters.seed + 2);
    const count = this.parameters.messages;
    const gapMs = (LAST_MESSAGE_AT - FIRST_MESSAGE_AT) / Math.max(count, 1);
    for (let index = 0; index < count; index++) {
      const sentAt = Math.floor(FIRST_MESSAGE_AT + (index + random.below(1_000) / 1_000) * gapMs);
      yield makeMessage(random.pick(this.customers), sentAt, random);
    }
  }
}

function tenantAt(index: number): Tenant {
  const tenant = TENANTS[index % TENANTS.length];
  if (tenant === undefined) throw new RangeError("no tenant");
  return tenant;
}

/** Distinct within one tenant. */
function phoneAt(index: number): string {
  const withinTenant = Math.floor(index / TENANTS.length);
  const area = AREA_CODES[Math.floor(withinTenant / NUMBERS_PER_AREA)] ?? "";
  return `+1${area}55501${String(withinTenant % NUMBERS_PER_AREA).padStart(2, "0")}`;
}

function makeCustomer(index: number, of: number, random: Random): BenchCustomer {
  const createdAt = Math.floor(FIRST_CUSTOMER_AT + (index / of) * (LAST_CUSTOMER_AT - FIRST_CUSTOMER_AT));
  const first = random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  const ascii = `${first}.${last}`.normalize("NFD").replace(/[^a-zA-Z.]/g, "");
  return {
    id: seededUuid7(createdAt, random),
    tenantId: tenantAt(index).id,
    externalRef: `C-${String(100_000 + index)}`,
    status: "ACTIVE",
    country: random.chance(0.85) ? "US" : "CA",
    language: random.chance(0.8) ? "en" : "es",
    createdAt: new Date(createdAt),
    name: `${first} ${last}`,
    birthDate: new Date(Date.UTC(1945 + random.below(60), random.below(12), 1 + random.below(28)))
      .toISOString()
      .slice(0, 10),
    phone: phoneAt(index),
    email: `${ascii.toLowerCase()}${String(random.below(1_000))}@${random.pick(MAIL_HOSTS)}`,
    address: `${String(1 + random.below(980))} ${random.pick(STREETS)} Street, ${random.pick(CITIES)}`,
  };
}

function makeConsent(
  customer: BenchCustomer,
  purpose: BenchConsent["purpose"],
  random: Random,
): BenchConsent {
  const recordedAt = customer.createdAt.getTime() + random.below(DAY_MS);
  return {
    id: seededUuid7(recordedAt, random),
    tenantId: customer.tenantId,
    customerId: customer.id,
    purpose,
    state: "GRANTED",
    legalBasis: "CONSENT",
    method: random.chance(0.7) ? "web-form" : "sms-keyword",
    jurisdiction: customer.country,
    language: customer.language,
    noticeVersion: 1 + random.below(3),
    recordedAt: new Date(recordedAt),
    validUntil: random.chance(0.5) ? new Date(recordedAt + 1_095 * DAY_MS) : null,
  };
}

function makeWithdrawal(customer: BenchCustomer, random: Random): BenchConsent {
  const grant = makeConsent(customer, "marketing", random);
  const recordedAt = grant.recordedAt.getTime() + (2 + random.below(60)) * DAY_MS;
  return {
    ...grant,
    id: seededUuid7(recordedAt, random),
    state: "WITHDRAWN",
    method: "sms-keyword",
    recordedAt: new Date(recordedAt),
    validUntil: null,
  };
}

function makeMessage(customer: BenchCustomer, sentAt: number, random: Random): BenchMessage {
  const tenant = TENANTS.find(({ id }) => id === customer.tenantId) ?? tenantAt(0);
  const inbound = random.chance(0.3);
  const outcome = random.below(100);
  const delivered = inbound || outcome < 94;
  const undelivered = !delivered && outcome < 98;
  return {
    id: seededUuid7(sentAt, random),
    tenantId: customer.tenantId,
    customerId: customer.id,
    externalId: `SM${random.hex8()}${random.hex8()}${random.hex8()}${random.hex8()}`,
    direction: inbound ? "INBOUND" : "OUTBOUND",
    senderId: random.pick(tenant.senderIds),
    customerNumber: customer.phone,
    ...composeMessage(customer, tenant, inbound, random),
    status: inbound ? "RECEIVED" : delivered ? "DELIVERED" : undelivered ? "UNDELIVERED" : "SENT",
    errorCode: undelivered ? "30003" : null,
    sentAt: new Date(sentAt),
    deliveredAt: delivered ? new Date(sentAt + 400 + random.below(9_000)) : null,
  };
}
