import type { Person } from "./people";
import { each, PLAN, probe, type Channel, type Probe } from "./probe";
import { mayLookUp, type OracleCaller } from "./rights";
import { TWIN, valueOf } from "./secrets";
import { otherWrites } from "./writes";

/** What is tried of a field: what it is in the first world, and what it is in the second. */
function guessesAt(secret: string, people: readonly Person[]): string[] {
  return people.flatMap(({ number }) =>
    [TWIN.value, TWIN.sameMask].map((twin) => String(valueOf(secret, twin, number))),
  );
}

/** Other ways to write a number, and an address, that a look-up would find as well. */
const spaced = (phone: string): string => ` ${phone.slice(0, 3)} (0)${phone.slice(3, 7)} ${phone.slice(7)} `;
const dashed = (phone: string): string => phone.replace(/(\d{2})(\d{4})(\d+)/, "$1-$2-$3");
const shouted = (email: string): string => ` ${email.toUpperCase()}`;

const FOUND = "{ totalCount nodes { id } pageInfo { hasNextPage endCursor } }";
const CUSTOMERS_BY = `query ($f: CustomerFilter) { customers(filter: $f) ${FOUND} }`;

function lists(channel: Channel, name: string, filters: readonly string[]): Probe {
  return probe(
    channel,
    name,
    `{ ${each(filters, (filter, i) => `g${String(i)}: customers(filter: { ${filter} }) ${FOUND}`)} }`,
  );
}

/** Guesses of numbers and addresses of those whom the caller may not look up. */
function lookUps(people: readonly Person[]): Probe[] {
  const phones = guessesAt("Customer.phone", people);
  const emails = guessesAt("Customer.email", people);
  const [phone = ""] = phones;
  const [email = ""] = emails;
  return [
    lists(
      "filter",
      "a number",
      phones.map((one) => `phone: "${one}"`),
    ),
    lists(
      "filter",
      "a number in other forms",
      phones
        .slice(0, 2)
        .flatMap((one) => [`phone: "${spaced(one)}"`, `phone: "${dashed(one)}", country: "GB"`]),
    ),
    lists(
      "filter",
      "an address",
      emails.map((one) => `email: "${one}"`),
    ),
    lists(
      "filter",
      "an address in capitals",
      emails.slice(0, 4).map((one) => `email: "${shouted(one)}"`),
    ),
    probe("filter", "a number as a variable", CUSTOMERS_BY, { f: { phone } }),
    probe("filter", "a number among others", CUSTOMERS_BY, { f: { status: "ACTIVE", phone, email: null } }),
    probe("filter", "an address as a variable", CUSTOMERS_BY, { f: { email } }),
    probe(
      "argument default",
      "a number",
      `query ($f: CustomerFilter = { phone: "${phone}" }) { customers(filter: $f) ${FOUND} }`,
    ),
    probe(
      "argument default",
      "an address",
      `query ($v: String = "${email}") { customers(filter: { email: $v }) ${FOUND} }`,
    ),
    lists("error text", "of a number that is none", [`phone: "${phone} or so"`]),
    probe("error text", "of a number that is no text", CUSTOMERS_BY, { f: { phone: Number(phone) } }),
    probe("accessPlan", "of a number", PLAN, {
      document: `{ customers(filter: { phone: "${phone}" }) ${FOUND} }`,
    }),
    probe("accessPlan", "of a number as a variable", PLAN, {
      document: CUSTOMERS_BY,
      variables: { f: { phone } },
    }),
    probe("accessPlan", "of an address", PLAN, { document: CUSTOMERS_BY, variables: { f: { email } } }),
  ];
}

/** Filters that the schema does not have, one a request: a fault hides those behind it. */
function unbuiltFilters(people: readonly Person[]): Probe[] {
  const [name = ""] = guessesAt("Customer.name", people);
  const [phone = ""] = guessesAt("Customer.phone", people);
  const [body = ""] = guessesAt("Message.body", people);
  const customers = [
    `name: "${name}"`,
    `phoneLast4: "${phone.slice(-4)}"`,
    `birthDate: "1990-01-11"`,
    `address: "0 Fictional Lane"`,
  ];
  const messages = [`body: "${body}"`, `customerNumber: "${phone}"`, `search: "${name}"`];
  return [
    lists("filter", "by what the schema has no filter for", customers),
    probe(
      "filter",
      "by what the schema has no message filter for",
      `{ ${each(messages, (filter, i) => `g${String(i)}: messages(filter: { ${filter} }) ${FOUND}`)} }`,
    ),
    probe("filter", "by a variable that has more", CUSTOMERS_BY, {
      f: { name, phoneLast4: phone.slice(-4) },
    }),
  ];
}

/** Filters by open fields, which some may not see at all. Each in a request of its own: a refusal hides those behind it. */
function openFilters(people: readonly Person[]): Probe[] {
  const ids = people.map(({ id }) => id);
  const filters = [
    "direction: INBOUND",
    "status: DELIVERED",
    'senderId: "Fieldward"',
    'sentAfter: "2025-08-01T00:00:00Z"',
    'sentBefore: "2026-03-01T20:30:00Z"',
  ];
  const messages = (filter: string): string => `messages(filter: { ${filter} }) ${FOUND}`;
  return [
    ...filters.map((filter) =>
      probe(
        "filter",
        `messages by ${filter.split(":")[0] ?? ""}`,
        `{ all: ${messages(filter)} ${each(ids, (id, i) => `g${String(i)}: ${messages(`customerId: "${id}", ${filter}`)}`)} }`,
      ),
    ),
    probe(
      "filter",
      "messages by customer",
      `{ ${each(ids, (id, i) => `g${String(i)}: ${messages(`customerId: "${id}"`)}`)} }`,
    ),
    probe(
      "filter",
      "each one's messages",
      `{ customers(first: 50) { nodes { id ${each(filters, (filter, i) => `g${String(i)}: ${messages(filter)}`)} } } }`,
    ),
    probe(
      "filter",
      "each one's consents",
      `{ customers(first: 50) { nodes { id a: consents(purpose: "support") { id } b: consents(purpose: "billing") { id } c: consentState(purpose: "support") d: consentState(purpose: "marketing") } } }`,
    ),
    lists("filter", "by open fields", [
      'country: "GB"',
      "status: ACTIVE",
      "status: RESTRICTED",
      'externalRef: "ref-6"',
      'externalRef: "other-3"',
      'createdAfter: "2024-06-01T00:00:00Z"',
      'createdBefore: "2024-03-01T02:30:00Z"',
    ]),
  ];
}

/** A guess where an id, a purpose or a page is expected. */
function misplaced(people: readonly Person[]): Probe[] {
  const [phone = ""] = guessesAt("Customer.phone", people);
  return [
    probe(
      "error text",
      "of a guess where an id belongs",
      `query ($v: ID!) { a: customer(id: $v) { id name } b: customer(id: "${phone}") { id } }`,
      { v: phone },
    ),
    probe(
      "error text",
      "of a guess where a cursor belongs",
      `{ customers(after: "${phone}") { nodes { id } } }`,
    ),
    probe(
      "error text",
      "of a guess where a word of a list belongs",
      `{ customers(filter: { status: "${phone}" }) { nodes { id } } }`,
    ),
  ];
}

/** Every probe that is made of guesses. */
export function guessProbes(caller: OracleCaller, people: readonly Person[]): readonly Probe[] {
  const notLookedUp = people.filter((person) => !mayLookUp(caller, person));
  return [
    ...(notLookedUp.length === 0 ? [] : lookUps(notLookedUp)),
    ...unbuiltFilters(people),
    ...openFilters(people),
    ...misplaced(people),
    ...otherWrites(caller, people),
  ];
}
