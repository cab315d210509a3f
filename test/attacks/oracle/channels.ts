import { getIntrospectionQuery } from "graphql";
import { listAt, textAt } from "../../graphql/answers";
import { guessProbes } from "./guesses";
import type { Sender } from "./observe";
import type { Person } from "./people";
import { each, PLAN, probe, type Probe } from "./probe";
import type { OracleCaller } from "./rights";

const CUSTOMER = "id externalRef status country language createdAt name birthDate phone email address";
const MESSAGE =
  "id externalId direction senderId customerNumber body bodyStored status encoding segments errorCode sentAt deliveredAt legalHold";
const CONSENT =
  "id purpose state legalBasis method jurisdiction language noticeVersion noticeHash recordedAt validUntil recordedBy evidence";
const STATES = 's: consentState(purpose: "support") m: consentState(purpose: "marketing")';

const nullPattern = (customers: readonly string[], messages: readonly string[]): Probe[] => [
  probe(
    "null pattern",
    "all fields of customers",
    `{ customers(first: 50) { nodes { ${CUSTOMER} ${STATES} consents { ${CONSENT} } messages(first: 5) { nodes { ${MESSAGE} } } } } }`,
  ),
  probe("null pattern", "all fields of messages", `{ messages(first: 50) { nodes { ${MESSAGE} } } }`),
  probe(
    "null pattern",
    "customers by id",
    `{ ${each(customers, (id, i) => `c${String(i)}: customer(id: "${id}") { ${CUSTOMER} ${STATES} consents { ${CONSENT} } }`)} }`,
  ),
  probe(
    "null pattern",
    "messages by id",
    `{ ${each(messages, (id, i) => `m${String(i)}: message(id: "${id}") { ${MESSAGE} }`)} }`,
  ),
];

/** Hidden fields under the names of fields that are shown, and under those of an object's own methods. */
const aliases: readonly Probe[] = [
  probe(
    "alias",
    "of fields that are shown",
    `{ customers(first: 50) { nodes { id: name status: phone country: email externalRef: birthDate tenantId: address language: externalRef createdAt: country consents { id: evidence state: recordedBy recordedBy: state } } } }`,
  ),
  probe(
    "alias",
    "of an object's own methods",
    `{ customers(first: 50) { nodes { constructor: phone toString: email toJSON: address valueOf: name hasOwnProperty: birthDate } } }`,
  ),
  probe(
    "alias",
    "of a message",
    `{ messages(first: 50) { nodes { id: body status: customerNumber direction: sentAt externalId: status tenantId: direction toJSON: senderId then: errorCode } } }`,
  ),
];

const fragments: readonly Probe[] = [
  probe(
    "fragment",
    "in a fragment",
    `query { customers(first: 50) { nodes { ...A } } } fragment A on Customer { id ...B } fragment B on Customer { name phone email ... on Customer { birthDate address consents { ...C } } } fragment C on ConsentRecord { evidence state }`,
  ),
  probe(
    "fragment",
    "behind a condition",
    `query ($yes: Boolean = true, $no: Boolean!) { customers(first: 50) { nodes { id ... @include(if: $yes) { name phone } ... @skip(if: $no) { email address } birthDate @include(if: $yes) @skip(if: $no) } } }`,
    { no: false },
  ),
  probe(
    "fragment",
    "of a message",
    `query { messages(first: 50) { nodes { ...M } } } fragment M on Message { id ... { body customerNumber } customer { ...K } } fragment K on Customer { phone name status }`,
  ),
];

const paths: readonly Probe[] = [
  probe(
    "nested path",
    "from messages to their customers and back",
    `{ messages(first: 50) { nodes { id customer { ${CUSTOMER} messages(first: 3) { nodes { id customerNumber body customer { name email } } } } } } }`,
  ),
  probe(
    "nested path",
    "from customers through edges",
    `{ customers(first: 50) { edges { node { id messages(first: 3) { edges { node { body sentAt customer { name phone consents { evidence } } } } } } } } }`,
  ),
];

const LEVELS = ["$clear", "$masked", "$token"];
const atEach = (fields: string): string =>
  fields
    .split(" ")
    .flatMap((field) => LEVELS.map((level) => `${field}${level.slice(1)}: ${field}(as: ${level})`))
    .join(" ");
const LEVEL_VARIABLES = "$clear: Redaction = CLEAR, $masked: Redaction = MASKED, $token: Redaction = TOKEN";

const defaults: readonly Probe[] = [
  probe(
    "argument default",
    "a level, of a customer",
    `query (${LEVEL_VARIABLES}) { customers(first: 50) { nodes { id ${atEach("name birthDate phone email address")} consents { ${atEach("evidence")} } } } }`,
  ),
  probe(
    "argument default",
    "a level, of a message",
    `query (${LEVEL_VARIABLES}) { messages(first: 50) { nodes { id ${atEach("customerNumber body")} } } }`,
  ),
  probe(
    "argument default",
    "null, and nothing",
    `query ($as: Redaction = null, $f: CustomerFilter = {}, $n: Int = null, $after: String = null, $p: String = null) { customers(first: $n, filter: $f, after: $after) { totalCount nodes { id name(as: $as) phone(as: $as) consents(purpose: $p) { id evidence(as: $as) } } } }`,
  ),
];

const counts: readonly Probe[] = [
  probe(
    "count",
    "of customers",
    `{ customers { totalCount } gb: customers(filter: { country: "GB" }) { totalCount } }`,
  ),
  probe("count", "of messages", `{ messages { totalCount pageInfo { hasNextPage } } }`),
  probe(
    "count",
    "of each one's records",
    `{ customers { nodes { id messages { totalCount } consents { id } } } }`,
  ),
];

const sorts: readonly Probe[] = [
  probe("sort", "of customers", "{ customers(first: 50) { nodes { id } edges { node { id } } } }"),
  probe("sort", "of messages", "{ messages(first: 50) { nodes { id } } }"),
  probe(
    "sort",
    "of each one's records",
    "{ customers(first: 50) { nodes { id messages { nodes { id } } consents { id } } } }",
  ),
  probe(
    "sort",
    "by arguments that there are not",
    `{ a: customers(orderBy: "phone") { nodes { id } } b: customers(sort: { name: ASC }) { nodes { id } } c: messages(orderBy: BODY) { nodes { id } } }`,
  ),
];

/** Follows a list from cursor to cursor. */
async function follow(sender: Sender, list: "customers" | "messages", first: number): Promise<void> {
  let after: string | null = null;
  for (let page = 0; page < 6; page += 1) {
    const query = `query ($after: String) { ${list}(first: ${String(first)}, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const answer = await sender.ask(query, { after });
    after = textAt(answer, `${list}.pageInfo.endCursor`);
    if (after === "") return;
  }
}

/** Goes on in every customer's list after the first message of all. */
async function acrossLists(sender: Sender): Promise<void> {
  const all = await sender.ask("{ messages(first: 50) { edges { cursor } } }");
  const [edge] = listAt(all, "messages.edges").slice(6) as readonly { readonly cursor?: string }[];
  await sender.ask(
    "query ($after: String) { customers(first: 50) { nodes { id messages(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }",
    { after: edge?.cursor ?? null },
  );
}

const cursors: readonly Probe[] = [
  {
    channel: "cursor",
    name: "from page to page of customers",
    send: (sender) => follow(sender, "customers", 3),
  },
  {
    channel: "cursor",
    name: "from page to page of messages",
    send: (sender) => follow(sender, "messages", 3),
  },
  { channel: "cursor", name: "of one list in another", send: acrossLists },
];

const errorTexts: readonly Probe[] = [
  probe(
    "error text",
    "of a level that is too high",
    "{ customers(first: 50) { nodes { id name(as: CLEAR) birthDate(as: CLEAR) phone(as: CLEAR) email(as: CLEAR) address(as: CLEAR) } } }",
  ),
  probe(
    "error text",
    "of a message's level that is too high",
    "{ messages(first: 50) { nodes { id customerNumber(as: CLEAR) body(as: CLEAR) } } }",
  ),
  probe("error text", "of a page that is no page", "{ customers(first: 0) { nodes { id name phone } } }"),
];

/** Both what sees the data and what is refused it. */
const PLANNED = `query Planned { customers(first: 50) { totalCount nodes { ${CUSTOMER} consents { evidence } messages { nodes { body } } } } }`;

const accessPlans = (customers: readonly string[]): Probe[] => [
  probe("accessPlan", "of a list", PLAN, { document: PLANNED }),
  probe("accessPlan", "of a customer", PLAN, {
    document: `query ($id: ID!) { customer(id: $id) { ${CUSTOMER} } }`,
    variables: { id: customers[0] },
  }),
];

function explanations(customers: readonly string[], { principalId }: OracleCaller): Probe[] {
  const ask = (id: string, field: string, i: number): string =>
    `e${String(i)}: accessExplanation(principalId: "${principalId ?? ""}", field: "${field}", customerId: "${id}") { level because toRaise steps { rule level because } }`;
  return [
    probe(
      "accessExplanation",
      "of a number",
      `{ ${each(customers, (id, i) => ask(id, "Customer.phone", i))} }`,
    ),
  ];
}

const introspections: readonly Probe[] = [
  probe("introspection", "of everything", getIntrospectionQuery()),
  {
    channel: "introspection",
    name: "of the page that prints the schema",
    send: (sender) => sender.get("/schema.graphql"),
  },
];

/** Everything that a caller tries. */
export function probesOf(caller: OracleCaller, people: readonly Person[]): readonly Probe[] {
  const customers = people.map(({ id }) => id);
  const messages = people.flatMap((person) => person.messages);
  return [
    ...nullPattern(customers, messages),
    ...aliases,
    ...fragments,
    ...paths,
    ...defaults,
    ...counts,
    ...sorts,
    ...cursors,
    ...errorTexts,
    ...accessPlans(customers),
    ...explanations(customers, caller),
    ...introspections,
    ...guessProbes(caller, people),
  ];
}
