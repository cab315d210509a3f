import { Customer } from "../../../src/domain/customer";
import { AXES, combinations, readValues, type Combination } from "../../policy/matrix/matrix-line";
import type { TestGateway } from "../../support/gateway";
import { addCustomer, addMessages } from "../../support/records";

/** What is stored of every customer in the fields that are read, and what MASKED shows of it, worked out by hand. */
export const STORED = {
  name: { clear: "Zoë Quillfeather", masked: "Z. Q." },
  birthDate: { clear: "1987-03-09" },
  email: { clear: "zoe.quill@post.example.org" },
  address: { clear: "3 Invented Mews, Nowhere" },
  evidence: { clear: "Ticked the box at the counter.", masked: "[withheld]" },
  body: {
    // A secret, which every role's operators drop alike.
    clear: "The parcel waits at the bakery, your code is 481516.",
    masked: "The parcel waits at the bakery, your code is [OTP].",
    restricted: "[withheld]",
  },
} as const;

/** A purpose of which every customer has an event in the ledger, so that there is evidence to be read. */
export const OF_EVERYBODY = "analytics";

/** A customer of one kind. */
export interface Person {
  readonly id: string;
  readonly phone: string;
  readonly message: string;
  readonly is: Kind;
}

/** What a customer is, of what the matrix tells apart. */
export type Kind = Pick<Combination, "state" | "consent" | "elevation">;

export function kindName({ state, consent, elevation }: Kind): string {
  return `${state} ${consent} ${elevation}`;
}

const MINUTE_MS = 60_000;
const unrecorded = (): Promise<void> => Promise.resolve();

/** Puts a consent to marketing into the ledger, and what became of it. */
async function addConsents(gateway: TestGateway, { id }: Customer, consent: Kind["consent"]): Promise<void> {
  const { consents } = gateway.fieldward.services;
  const event = { customerId: id, legalBasis: "CONSENT", method: "counter", jurisdiction: "GB" };
  const record = async (more: object): Promise<void> => {
    await consents.record({ ...event, ...more }, "test", null, unrecorded);
  };
  await record({ purpose: OF_EVERYBODY, state: "GRANTED", evidence: STORED.evidence.clear });
  if (consent === "NONE") return;
  const soon = new Date(gateway.clock.nowMs + MINUTE_MS);
  const granted = { purpose: "marketing", state: "GRANTED" };
  await record(consent === "EXPIRED" ? { ...granted, validUntil: soon } : granted);
  if (consent === "WITHDRAWN") await record({ purpose: "marketing", state: "WITHDRAWN" });
}

/** Adds one customer of a tenant; its consent that expires has a minute yet. */
export async function addPerson(gateway: TestGateway, tenantId: string, is: Kind): Promise<Person> {
  const customer = await addCustomer(gateway, tenantId, {
    name: STORED.name.clear,
    birthDate: STORED.birthDate.clear,
    email: STORED.email.clear,
    address: STORED.address.clear,
  });
  await addConsents(gateway, customer, is.consent);
  const [message = ""] = await addMessages(gateway, customer, [STORED.body.clear]);
  return { id: customer.id, phone: customer.phone ?? "", message, is };
}

/** Adds a customer of every kind; all are ACTIVE for now, and the consents that expire have expired when this is done. */
export async function addPeople(gateway: TestGateway, tenantId: string): Promise<Map<string, Person>> {
  const kinds = combinations({ values: { ...readValues({}), trained: ["yes"], budget: ["within"] } });
  const people = new Map<string, Person>();
  for (const is of kinds) people.set(kindName(is), await addPerson(gateway, tenantId, is));
  gateway.clock.forward(2 * MINUTE_MS);
  return people;
}

/** Brings customers into their states. What is erased is not shredded here: the gate alone has to hide it. */
export async function setStates({ fieldward }: TestGateway, people: Iterable<Person>): Promise<void> {
  const { data } = fieldward.databases;
  for (const { id, is } of people) {
    if (is.state === AXES.state[0]) continue;
    await data.write((manager) => manager.update(Customer, { id }, { status: is.state }));
  }
}
