import { v7 as uuidv7 } from "uuid";
import { insertInBatches } from "../database/insert";
import { makeDemoData, type DemoCustomer, type DemoMessage, type DemoTenant } from "../demo/demo-data";
import { ConsentRecord } from "../domain/consent-record";
import { Customer } from "../domain/customer";
import { Message } from "../domain/message";
import { Tenant } from "../domain/tenant";
import { knownOf, NOTHING_KNOWN } from "../lifecycle/twins";
import type { Fieldward } from "../main";
import type { Policy } from "../policy/policy";
import type { OpenedTwins } from "../wiring/twins";

const SEED = 20_260_101;

/**
 * Fills empty databases with fictional tenants, customers, consents and messages, all in one transaction: a start that is
 * broken off leaves nothing behind that the next would take for the whole.
 */
export async function seedDemo({ services, databases, vault, twins }: Fieldward, now: Date): Promise<void> {
  if ((await databases.data.reader.manager.count(Tenant)) > 0) return;
  const demo = makeDemoData(SEED, now);
  const tenantIds = new Map(demo.tenants.map(({ key }) => [key, uuidv7()]));
  const customers = demo.customers.map((customer) => toCustomer(customer, tenantIds, services.policy));
  const rows = customers.map(({ row }) => row);
  const messages = demo.messages.map(messagesOf(rows));
  await giveTwins(messages, new Map(rows.map((row) => [row.id, row])), twins);
  const tenants = demo.tenants.map((tenant) => toTenant(tenant, tenantIds, now));
  const consents = customers.flatMap((customer) => customer.consents);
  await vault.keyRing.create(rows);
  await databases.data.write(async (manager) => {
    await insertInBatches(manager, Tenant, tenants);
    await insertInBatches(manager, Customer, rows);
    await insertInBatches(manager, ConsentRecord, consents);
    await insertInBatches(manager, Message, messages);
  });
}

/** What storing a message through the gateway gives it as well. */
async function giveTwins(
  messages: readonly Message[],
  customers: ReadonlyMap<string, Customer>,
  { twins }: OpenedTwins,
): Promise<void> {
  const texts = await twins.make(
    messages.map(({ tenantId, customerId, body }) => {
      const customer = customers.get(customerId);
      const known = customer === undefined ? NOTHING_KNOWN : knownOf(customer);
      return { tenantId, customerId, body: body ?? "", customer: known };
    }),
  );
  messages.forEach((message, i) => {
    const made = texts[i];
    message.bodyTwin = made?.text ?? null;
    message.twinVersion = made?.isLate === true ? null : twins.version;
  });
}

function toTenant(
  { key, name, country }: DemoTenant,
  ids: ReadonlyMap<string, string>,
  createdAt: Date,
): Tenant {
  return Object.assign(new Tenant(), { id: ids.get(key), slug: key, name, country, createdAt });
}

function toCustomer(demo: DemoCustomer, tenantIds: ReadonlyMap<string, string>, policy: Policy) {
  const { externalRef, name, birthDate, phone, email, address, country, language, createdAt } = demo;
  const row = Object.assign(new Customer(), {
    id: uuidv7(),
    tenantId: tenantIds.get(demo.tenantKey),
    status: "ACTIVE",
    consentBits: consentBits(demo, policy),
    consentExpiry: null,
    ...{ externalRef, name, birthDate, phone, email, address, country, language, createdAt },
  });
  const consents = demo.consents.map(({ purpose, state, method, evidence, recordedAt }) =>
    Object.assign(new ConsentRecord(), {
      id: uuidv7({ msecs: recordedAt.getTime() }),
      customerId: row.id,
      legalBasis: "CONSENT",
      jurisdiction: country,
      noticeVersion: 1,
      noticeHash: null,
      validUntil: null,
      recordedBy: "demo",
      ...{ purpose, state, method, language, evidence, recordedAt },
    }),
  );
  return { row, consents };
}

/** What the ledger adds up to: the last event of each purpose counts. */
function consentBits(demo: DemoCustomer, policy: Policy): number {
  const inOrder = [...demo.consents].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
  return inOrder.reduce((bits, { purpose, state }) => {
    const bit = 1 << (policy.purposes.get(purpose)?.bit ?? 31);
    return state === "GRANTED" ? bits | bit : bits & ~bit;
  }, 0);
}

/** Gives each message its customer, by reference. */
function messagesOf(customers: readonly Customer[]): (message: DemoMessage) => Message {
  const byRef = new Map(customers.map((customer) => [customer.externalRef, customer]));
  return ({ tenantKey: _, customerRef, ...message }) => {
    const customer = byRef.get(customerRef);
    if (customer === undefined) throw new Error("a demo message has no customer");
    const { id: customerId, tenantId, phone: customerNumber } = customer;
    return Object.assign(new Message(), {
      ...message,
      id: uuidv7({ msecs: message.sentAt.getTime() }),
      bodyStored: true,
      legalHold: false,
      ...{ tenantId, customerId, customerNumber },
    });
  };
}
