import { v7 as uuidv7 } from "uuid";
import { Customer } from "../../src/domain/customer";
import { Tenant } from "../../src/domain/tenant";
import type { TestGateway } from "./gateway";

const unrecorded = (): Promise<void> => Promise.resolve();

/** Adds a tenant and answers its id. */
export async function addTenant({ fieldward, clock }: TestGateway, slug: string): Promise<string> {
  const id = uuidv7();
  const tenant = Object.assign(new Tenant(), {
    id,
    slug,
    name: `Tenant ${slug}`,
    country: "GB",
    createdAt: new Date(clock.nowMs),
  });
  await fieldward.databases.data.write((manager) => manager.insert(Tenant, tenant));
  return id;
}

let numbers = 0;

/** A phone number reserved for fiction (Ofcom), another one at each call. */
export function fictionalPhone(): string {
  numbers += 1;
  return `+44770090${String(numbers).padStart(4, "0")}`;
}

/** Adds a customer with fictional data, of which any part can be given, and answers it. */
export async function addCustomer(
  { fieldward, clock }: TestGateway,
  tenantId: string,
  given: Partial<
    Pick<
      Customer,
      "name" | "birthDate" | "phone" | "email" | "address" | "externalRef" | "status" | "consentBits"
    >
  > = {},
): Promise<Customer> {
  const id = uuidv7();
  const customer = Object.assign(new Customer(), {
    id,
    tenantId,
    externalRef: `ref-${id}`,
    status: "ACTIVE",
    country: "GB",
    language: "en",
    createdAt: new Date(clock.nowMs),
    name: "Amira Novak",
    birthDate: "1990-05-17",
    phone: fictionalPhone(),
    email: `amira.${id}@example.org`,
    address: "7 Fictional Lane, Nowhere",
    consentBits: 0,
    consentExpiry: null,
    ...given,
  });
  await fieldward.databases.data.write((manager) => manager.insert(Customer, customer));
  return customer;
}

/** Stores messages of a customer, the first the oldest, a minute apart, and answers their ids. */
export async function addMessages(
  { fieldward, clock }: TestGateway,
  customer: Pick<Customer, "id" | "tenantId" | "phone">,
  bodies: readonly string[],
): Promise<string[]> {
  const { messages } = fieldward.services;
  const checked = messages.check(
    bodies.map((body, i) => ({
      externalId: `SM-${uuidv7()}`,
      customerId: customer.id,
      customerNumber: customer.phone,
      direction: i % 2 === 0 ? "OUTBOUND" : "INBOUND",
      senderId: "Fieldward",
      body,
      status: "DELIVERED",
      sentAt: new Date(clock.nowMs + i * 60_000),
    })),
  );
  const stored = await messages.store(checked, customer.tenantId, unrecorded);
  return stored.map(({ id }) => id ?? "");
}
