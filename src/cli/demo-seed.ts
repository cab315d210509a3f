import type { EntityManager } from "typeorm";
import { v7 as uuidv7 } from "uuid";
import { makeDemoData, type DemoCustomer, type DemoData, type DemoTenant } from "../demo/demo-data";
import { ConsentRecord } from "../domain/consent-record";
import { Customer } from "../domain/customer";
import { Tenant } from "../domain/tenant";
import type { Fieldward } from "../main";
import type { Policy } from "../policy/policy";

const SEED = 20_260_101;
const BATCH = 500;

/** The demo's writes are the operator's own; they tell the log nothing that seeding itself does not. */
const unrecorded = (): Promise<void> => Promise.resolve();

/** Fills empty databases with fictional tenants, customers, consents and messages. Answers whether it did. */
export async function seedDemo({ services, databases, vault }: Fieldward, now: Date): Promise<boolean> {
  if ((await databases.data.reader.manager.count(Tenant)) > 0) return false;
  const demo = makeDemoData(SEED, now);
  const tenantIds = new Map(demo.tenants.map(({ key }) => [key, uuidv7()]));
  const customers = demo.customers.map((customer) => toCustomer(customer, tenantIds, services.policy));
  await vault.keyRing.create(customers.map(({ row }) => row.id));
  await databases.data.write(async (manager) => {
    await manager.insert(
      Tenant,
      demo.tenants.map((tenant) => toTenant(tenant, tenantIds, now)),
    );
    await insertInBatches(
      manager,
      Customer,
      customers.map(({ row }) => row),
    );
    await insertInBatches(
      manager,
      ConsentRecord,
      customers.flatMap(({ consents }) => consents),
    );
  });
  await storeMessages(services, demo, tenantIds);
  return true;
}

async function insertInBatches<T extends object>(
  manager: EntityManager,
  entity: new () => T,
  rows: readonly T[],
) {
  for (let from = 0; from < rows.length; from += BATCH)
    await manager.insert(entity, rows.slice(from, from + BATCH));
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

async function storeMessages(
  services: Fieldward["services"],
  demo: DemoData,
  tenantIds: ReadonlyMap<string, string>,
) {
  const phones = new Map(demo.customers.map(({ externalRef, phone }) => [externalRef, phone]));
  for (const { key } of demo.tenants) {
    const own = demo.messages.filter(({ tenantKey }) => tenantKey === key);
    const rows = own.map(({ tenantKey: _, customerRef, ...message }) => ({
      ...message,
      customerId: null,
      customerNumber: phones.get(customerRef) ?? "",
    }));
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = services.messages.check(rows.slice(from, from + BATCH));
      await services.messages.store(batch, tenantIds.get(key) ?? "", unrecorded);
    }
  }
}
