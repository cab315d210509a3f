import { makeCustomers } from "./demo-customers";
import { makeMessages } from "./demo-messages";
import type { DemoCustomer, DemoData, DemoMessage } from "./demo-records";
import { SeededRandom } from "./seeded-random";
import { TENANT_PROFILES } from "./tenant-profiles";

export type { DemoConsent, DemoCustomer, DemoData, DemoMessage, DemoTenant } from "./demo-records";

/** Makes the fictional data of the demo: the same for the same seed and moment, messages oldest first. */
export function makeDemoData(seed: number, now: Date): DemoData {
  const random = new SeededRandom(seed);
  const taken = new Set<string>();
  const customers: DemoCustomer[] = [];
  const messages: DemoMessage[] = [];
  for (const profile of TENANT_PROFILES) {
    for (const customer of makeCustomers(random, profile, taken, now)) {
      customers.push(customer);
      messages.push(...makeMessages(random, profile, customer, now));
    }
  }
  messages.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
  return { tenants: TENANT_PROFILES.map((profile) => profile.tenant), customers, messages };
}
