import { v7 as uuidv7 } from "uuid";
import { insertInBatches } from "../../../src/database/insert";
import { Customer } from "../../../src/domain/customer";
import type { Fieldward } from "../../../src/main";
import { at, codes, listAt } from "../../graphql/answers";
import type { Answer, Caller, TestGateway } from "../../support/gateway";
import { addTenant } from "../../support/records";
import type { Replica } from "./processes";

const PARTNER_SCOPES = [
  "identity:clear",
  "contact:clear",
  "contact:lookup",
  "content:clear",
  "traffic:clear",
  "consent:clear",
  "customers:write",
  "messages:write",
  "consents:write",
];

const READ = `query ($after: String) {
  customers(first: 300, after: $after) {
    nodes { id status name birthDate phone email address messages(first: 50) { nodes { externalId customerNumber body } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const STORE =
  "mutation ($messages: [StoreMessageInput!]!) { storeMessages(messages: $messages) { externalId id bodyStored reason } }";
const UPDATE =
  "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { id phone email address } }";
const CREATE = "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id phone email } }";

/** What is to be read of a customer. */
export interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly birthDate: string | null;
  readonly phone: string;
  readonly email: string | null;
  readonly address: string | null;
  /** Bodies by the messages' external ids. */
  readonly messages: Readonly<Record<string, string>>;
}

interface FoundPerson {
  readonly id: string;
  readonly status: string;
  readonly messages: { readonly nodes: readonly FoundMessage[] };
}

interface FoundMessage {
  readonly externalId: string;
  readonly customerNumber: string;
  readonly body: string;
}

function expectNoErrors(answer: Answer): void {
  expect(codes(answer)).toEqual([]);
}

function expectStored(answer: Answer): void {
  expectNoErrors(answer);
  expect(listAt(answer, "storeMessages")).toMatchObject([{ bodyStored: true, reason: null }]);
}

function expectFound(
  found: { readonly errors: readonly string[]; readonly found: readonly object[]; readonly shredded: number },
  wanted: readonly Person[],
  shredded: number,
): void {
  expect(found.errors).toEqual([]);
  expect(found.found).toEqual(wanted);
  expect(found.shredded).toBe(shredded);
}

/** The customers of one tenant with all that is to be read of them, and a partner that may do everything with them. */
export class People {
  readonly known = new Map<string, Person>();
  readonly shredded = new Set<string>();
  #count = 0;
  #numbers = 0;

  constructor(
    readonly gateway: TestGateway,
    readonly tenantId: string,
    readonly slug: string,
    readonly partner: Caller,
  ) {}

  /** A number that nobody of this tenant has, of the thousand that are reserved for fiction (Ofcom). */
  anotherPhone(): string {
    if (this.#numbers === 1_000) throw new Error("there are no more numbers");
    this.#numbers += 1;
    return `+447700900${String(this.#numbers - 1).padStart(3, "0")}`;
  }

  /** Adds customers by the hundred, past HTTP, and a message for each of the first ones. */
  async fill(customers: number, messages: number): Promise<void> {
    const { databases, vault } = this.gateway.fieldward;
    const rows = Array.from({ length: customers }, (_, i) => this.#row(i));
    await vault.keyRing.create(rows);
    await databases.data.write((manager) => insertInBatches(manager, Customer, rows));
    for (const row of rows) this.#note(row);
    for (const { id } of rows.slice(0, messages)) await this.message(this.gateway, id);
  }

  #row(i: number): Customer {
    const id = uuidv7();
    return Object.assign(new Customer(), {
      ...{ id, tenantId: this.tenantId, externalRef: null, status: "ACTIVE", country: "US", language: "en" },
      ...{ createdAt: new Date(this.gateway.clock.nowMs), consentBits: 0, consentExpiry: null },
      ...{ name: `Person ${String(i)}`, birthDate: "1990-05-17", phone: this.anotherPhone() },
      ...{ email: `p${String(i)}.${this.slug}@example.org`, address: `${String(i)} Fictional Lane` },
    });
  }

  #note({ id, name, birthDate, phone, email, address }: Customer): void {
    this.known.set(id, { id, name, birthDate, phone: phone ?? "", email, address, messages: {} });
  }

  /** The first one, whom `any` never comes to. */
  get quiet(): Person {
    const [first] = this.known.values();
    if (first === undefined) throw new Error("there is nobody");
    return first;
  }

  /** One that is there and has not been shredded; another one at each call. */
  any(): Person {
    const living = [...this.known.values()].slice(1);
    this.#count += 1;
    const one = living[(this.#count * 37) % living.length];
    if (one === undefined) throw new Error("there is nobody");
    return one;
  }

  async create(replica: Replica): Promise<Person> {
    this.#count += 1;
    const [phone, email] = [this.anotherPhone(), `new${String(this.#count)}.${this.slug}@example.org`];
    const input = { phone, email, name: "New Person", birthDate: "1985-01-02", address: "1 New Street" };
    const answer = await replica.query(this.partner, CREATE, { input });
    expectNoErrors(answer);
    const person = { ...input, id: String(at(answer, "createCustomer.id")), messages: {} };
    this.known.set(person.id, person);
    return person;
  }

  /** Tries to make a customer with a number, and answers the codes. */
  async createWith(replica: Replica, phone: string): Promise<string[]> {
    return codes(await replica.query(this.partner, CREATE, { input: { phone } }));
  }

  async update(replica: Replica, { id }: Person): Promise<void> {
    this.#count += 1;
    const changed = {
      phone: this.anotherPhone(),
      email: `moved${String(this.#count)}.${this.slug}@example.org`,
    };
    const answer = await replica.query(this.partner, UPDATE, { input: { id, ...changed } });
    expectNoErrors(answer);
    const known = this.known.get(id);
    if (known !== undefined) this.known.set(id, { ...known, ...changed });
  }

  /** Stores a message of a customer. */
  async message(replica: Replica, id: string): Promise<void> {
    const known = this.known.get(id);
    if (known === undefined) throw new Error("no such customer");
    this.#count += 1;
    const [externalId, body] = [`SM-${uuidv7()}`, `Text number ${String(this.#count)}.`];
    const message = { externalId, body, customerId: id, customerNumber: known.phone, direction: "OUTBOUND" };
    const sentAt = new Date(this.gateway.clock.nowMs).toISOString();
    const answer = await replica.query(this.partner, STORE, {
      messages: [{ ...message, senderId: "Fieldward", sentAt }],
    });
    expectStored(answer);
    this.known.set(id, { ...known, messages: { ...known.messages, [externalId]: body } });
  }

  /** Stores a message past HTTP, by a process that reads no value for it. */
  async messageBy({ services }: Fieldward, id: string): Promise<void> {
    const known = this.known.get(id);
    if (known === undefined) throw new Error("no such customer");
    this.#count += 1;
    const [externalId, body] = [`SM-${uuidv7()}`, `Text number ${String(this.#count)}.`];
    const message = { externalId, body, customerId: id, customerNumber: known.phone, direction: "OUTBOUND" };
    const sentAt = new Date(this.gateway.clock.nowMs);
    const checked = services.messages.check([{ ...message, senderId: "Fieldward", sentAt }]);
    await services.messages.store(checked, this.tenantId, () => Promise.resolve());
    this.known.set(id, { ...known, messages: { ...known.messages, [externalId]: body } });
  }

  /** Shreds one, by a process of its own choice. */
  async shred({ fieldward }: Pick<Replica, "fieldward">, { id }: Person): Promise<void> {
    await fieldward.services.shredder.shred(id, this.tenantId, "operator");
    this.known.delete(id);
    this.shredded.add(id);
  }

  /** Reads everything and holds it against what is known: no value is missing, wrong or an error. */
  async expectAll(replica: Replica): Promise<void> {
    const { nodes, errors } = await this.#read(replica);
    const living = nodes.filter(({ id }) => !this.shredded.has(id));
    const found = living.map(({ status: _status, messages, ...person }) => ({
      ...person,
      messages: Object.fromEntries(messages.nodes.map(({ externalId, body }) => [externalId, body])),
    }));
    const wanted = [...this.known.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    expectFound({ errors, found, shredded: nodes.length - living.length }, wanted, this.shredded.size);
  }

  /** All customers, and the errors but those that a shredded one is to have. */
  async #read(replica: Replica) {
    const nodes: FoundPerson[] = [];
    const errors: string[] = [];
    let after: unknown = null;
    do {
      const answer = await replica.query(this.partner, READ, { after });
      const page = listAt(answer, "customers.nodes") as readonly FoundPerson[];
      for (const { path, extensions } of answer.errors ?? []) {
        const code = String(extensions["code"]);
        const row = page[Number(path?.[2])];
        const erased = row !== undefined && this.shredded.has(row.id) && code === "ERASED";
        if (!erased) errors.push(`${(path ?? []).join(".")} ${code}`);
      }
      nodes.push(...page);
      const more = at(answer, "customers.pageInfo.hasNextPage") === true;
      after = more ? at(answer, "customers.pageInfo.endCursor") : null;
    } while (after !== null);
    return { nodes, errors };
  }
}

/** A tenant with a partner that may do everything with its customers. */
export async function peopleOf(gateway: TestGateway, slug: string): Promise<People> {
  const tenantId = await addTenant(gateway, slug);
  return new People(gateway, tenantId, slug, await gateway.partner(slug, PARTNER_SCOPES, ["support"]));
}
