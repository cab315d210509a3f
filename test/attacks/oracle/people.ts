import { Customer } from "../../../src/domain/customer";
import { ConsentRecord } from "../../../src/domain/consent-record";
import { Message } from "../../../src/domain/message";
import type { TestGateway } from "../../support/gateway";
import { addCustomer, addMessages, addTenant } from "../../support/records";
import { TWIN, valueOf, valuesOf, type Owner, type Twin } from "./secrets";

/** The partners' tenant, and the other one. */
export type TenantName = "larkfield" | "elsewhere";

/** A customer in a state of its own, with its records. */
export interface Person {
  /** Its place among them, which its values are made of. */
  readonly number: number;
  readonly tenant: TenantName;
  readonly status: "ACTIVE" | "RESTRICTED" | "ERASED";
  /** To the purposes that rest on consent: given, never given, or run out. */
  readonly consent: "given" | "none" | "over";
  readonly id: string;
  readonly tenantId: string;
  readonly messages: readonly string[];
  readonly consentRecord: string;
}

type Kind = Pick<Person, "tenant" | "status" | "consent">;

const KINDS: readonly Kind[] = [
  { tenant: "larkfield", status: "ACTIVE", consent: "given" },
  { tenant: "larkfield", status: "ACTIVE", consent: "given" },
  { tenant: "larkfield", status: "RESTRICTED", consent: "given" },
  { tenant: "larkfield", status: "ERASED", consent: "given" },
  { tenant: "larkfield", status: "ACTIVE", consent: "none" },
  { tenant: "larkfield", status: "ACTIVE", consent: "over" },
  { tenant: "elsewhere", status: "ACTIVE", consent: "given" },
];

const unrecorded = (): Promise<void> => Promise.resolve();
const text = (value: unknown): string => String(value);

async function addPerson(
  gateway: TestGateway,
  tenantId: string,
  kind: Kind,
  number: number,
): Promise<Person> {
  const phone = text(valueOf("Customer.phone", TWIN.value, number));
  const customer = await addCustomer(gateway, tenantId, { phone });
  const { consents } = gateway.fieldward.services;
  const event = { customerId: customer.id, purpose: "support", state: "GRANTED", legalBasis: "CONSENT" };
  const consentRecord = await consents.record(
    { ...event, method: "web", jurisdiction: "GB", evidence: "Ticked." },
    customer.id,
    null,
    unrecorded,
  );
  const messages = await addMessages(gateway, customer, ["One.", "Two."]);
  return { ...kind, number, id: customer.id, tenantId, messages, consentRecord };
}

/** Adds a customer of every kind. */
export async function addPeople(gateway: TestGateway): Promise<readonly Person[]> {
  const [larkfield, elsewhere] = [
    await addTenant(gateway, "larkfield"),
    await addTenant(gateway, "elsewhere"),
  ];
  const people: Person[] = [];
  for (const [number, kind] of KINDS.entries()) {
    const tenantId = kind.tenant === "larkfield" ? larkfield : elsewhere;
    people.push(await addPerson(gateway, tenantId, kind, number));
  }
  return people;
}

const BOTH_CONSENTS = 0b11;

/** The state of a customer, as a twin: all but the first are the opposite. */
function stateOf({ status, consent }: Person, twin: Twin, nowMs: number) {
  const own = twin === TWIN.value;
  const others = status === "ACTIVE" ? "RESTRICTED" : "ACTIVE";
  const given = (consent !== "none") === own;
  const over = `00:${String(nowMs - 1_000).padStart(13, "0")}`;
  return {
    status: own ? status : others,
    consentBits: given ? BOTH_CONSENTS : 0,
    consentExpiry: consent === "over" ? over : null,
  };
}

/** Gives every row of a customer the values of a twin. */
export async function becomeTwin(
  { fieldward, clock }: TestGateway,
  person: Person,
  twin: Twin,
): Promise<void> {
  const { number, id, messages, consentRecord } = person;
  const values = (owner: Owner, row = 0) => valuesOf(owner, twin, number, row);
  await fieldward.databases.data.write(async (manager) => {
    const customer = await manager.findOneByOrFail(Customer, { id });
    Object.assign(customer, values("Customer"), stateOf(person, twin, clock.nowMs));
    await manager.save(customer);
    for (const [row, message] of messages.entries()) {
      const found = await manager.findOneByOrFail(Message, { id: message });
      await manager.save(Object.assign(found, values("Message", row)));
    }
    const consent = await manager.findOneByOrFail(ConsentRecord, { id: consentRecord });
    await manager.save(Object.assign(consent, values("ConsentRecord")));
  });
}
