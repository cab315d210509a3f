import { addCustomer, addMessages, addTenant } from "../support/records";
import type { TestGateway } from "../support/gateway";

/** Values that stand for personal data: found anywhere that they should not be, they tell of a leak. */
export const CANARY = {
  name: "Canaryname Quillfeather",
  birthDate: "1961-02-28",
  phone: "+447700900961",
  email: "canarymail@leak.example.org",
  address: "61 Canarystreet, Nowhere",
  body: "Canarybody meets at seven.",
  evidence: "Canaryevidence was ticked.",
} as const;

/** What must not be found of each: the value in the forms in which it could turn up. */
const FORMS: readonly string[] = [
  ...Object.values(CANARY),
  "Canaryname",
  "Quillfeather",
  "7700900961",
  "canarymail",
  "leak.example",
  "Canarystreet",
  "Canarybody",
  "Canaryevidence",
];

/** The canaries that a text holds. */
export function canariesIn(text: string): string[] {
  return FORMS.filter((form) => text.toLowerCase().includes(form.toLowerCase()));
}

/** A customer all of whose values are canaries, with a message and a consent. */
export interface CanaryCustomer {
  readonly tenantId: string;
  readonly id: string;
  readonly message: string;
}

/** Adds the customer whose values are canaries, in a tenant of its own. */
export async function addCanary(gateway: TestGateway, slug: string): Promise<CanaryCustomer> {
  const { body, evidence, ...values } = CANARY;
  const tenantId = await addTenant(gateway, slug);
  const customer = await addCustomer(gateway, tenantId, { ...values, externalRef: "ref-1", consentBits: 0 });
  const [message = ""] = await addMessages(gateway, customer, [body, body]);
  const event = { customerId: customer.id, purpose: "support", state: "GRANTED", legalBasis: "CONSENT" };
  const { consents } = gateway.fieldward.services;
  await consents.record({ ...event, method: "web", jurisdiction: "GB", evidence }, customer.id, null, () =>
    Promise.resolve(),
  );
  return { tenantId, id: customer.id, message };
}
