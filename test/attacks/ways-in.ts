import fc from "fast-check";
import { IDS } from "./asked-values";
import type { Kind, TenantRecords } from "./two-tenants";

/** What a way in goes by. */
export const BY = [
  "id",
  "cursor",
  "externalRef",
  "number or address",
  "nested path",
  "DataLoader key",
  "write",
  "staff's operation",
] as const;

/** A way to reach for a record: what is asked of the gateway, with `$x` and `$y` where a value of some kind goes. */
export interface WayIn {
  readonly by: (typeof BY)[number];
  readonly operation: "query" | "mutation";
  readonly body: string;
  /** The kinds of `$x` and `$y`. */
  readonly takes: readonly Kind[];
  /** Parts of the body that ask for the caller's own, by alias. */
  readonly own?: ReadonlyMap<string, string>;
}

/** What `$x` is, the body, and what `$y` is. */
type Row = readonly [Kind, string, Kind?];

const VARIABLES = ["x", "y"] as const;

const PERSON = `id tenantId externalRef status country language createdAt name birthDate phone email address
  consents { id customerId purpose state recordedBy evidence } consentState(purpose: "support")`;
const MESSAGE = "id tenantId customerId externalId customerNumber body direction status senderId sentAt";
const PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const MESSAGES = `{ totalCount edges { cursor node { ${MESSAGE} } } ${PAGE} }`;
const WHOLE = `${PERSON} messages(first: 3) ${MESSAGES}`;
const PEOPLE = `{ totalCount nodes { ${WHOLE} } edges { cursor } ${PAGE} }`;

const byId: readonly Row[] = [
  ["customer", `customer(id: $x) { ${WHOLE} }`],
  ["message", `message(id: $x) { ${MESSAGE} customer { ${PERSON} } }`],
  ["customer", `customer(id: $x) { consents(purpose: "support") { id customerId evidence } }`],
  ["customer", `customer(id: $x) { consentState(purpose: "support") }`],
  ["customer", `messages(filter: { customerId: $x }) ${MESSAGES}`],
  ["customer", "messages(filter: { customerId: $x, status: DELIVERED }) { totalCount }"],
  [
    "customer",
    `messages(filter: { customerId: $x, direction: OUTBOUND, senderId: "Fieldward" }) ${MESSAGES}`,
  ],
];

const byText: readonly Row[] = [
  ["phone", `customers(filter: { phone: $x }) ${PEOPLE}`],
  ["phone", "customers(filter: { phone: $x, status: ACTIVE }) { totalCount }"],
  ["email", `customers(filter: { email: $x }) ${PEOPLE}`],
  ["email", `customers(filter: { email: $x, country: "GB" }) { nodes { messages(first: 3) ${MESSAGES} } }`],
];

const byRef: readonly Row[] = [
  ["externalRef", `customers(filter: { externalRef: $x }) ${PEOPLE}`],
  ["externalRef", "customers(filter: { externalRef: $x, status: ERASED }) { totalCount nodes { id } }"],
  ["externalRef", `customers(filter: { externalRef: $x }) { nodes { messages(first: 3) ${MESSAGES} } }`],
];

const nested: readonly Row[] = [
  [
    "message",
    `message(id: $x) { customer { messages(first: 3) { nodes { ${MESSAGE} customer { messages(first: 3) { nodes { customer { ${PERSON} } } } } } } } }`,
  ],
  [
    "customer",
    `customers(first: 5) { nodes { id messages(first: 3, filter: { customerId: $x }) { totalCount nodes { ${MESSAGE} customer { ${PERSON} } } } } }`,
  ],
  [
    "customer",
    `messages(first: 5) { nodes { id customer { messages(first: 3, filter: { customerId: $x }) { totalCount nodes { ${MESSAGE} } } } } }`,
  ],
  [
    "customer",
    `messages(filter: { customerId: $x }, first: 3) { nodes { customer { ${PERSON} messages(first: 3) { nodes { customer { name } } } } } }`,
  ],
];

const writes: readonly Row[] = [
  ["customer", `updateCustomer(input: { id: $x, name: "Changed" }) { ${WHOLE} }`],
  ["customer", `updateCustomer(input: { id: $x }) { id status }`],
  [
    "customer",
    `recordConsent(input: { customerId: $x, purpose: "marketing", state: GRANTED, legalBasis: CONSENT, method: "web", jurisdiction: "GB" }) { id customerId state }`,
  ],
  [
    "customer",
    `recordConsent(input: { customerId: $x, purpose: "support", state: WITHDRAWN, legalBasis: CONSENT, method: "web", jurisdiction: "GB" }) { id customerId evidence }`,
  ],
  [
    "customer",
    `storeMessages(messages: [{ externalId: "probe", customerId: $x, customerNumber: "+447700900399", direction: INBOUND, senderId: "a", body: "b", sentAt: "2026-01-01T00:00:00Z" }]) { externalId id reason bodyStored duplicate }`,
  ],
  [
    "externalId",
    "updateMessageStatuses(updates: [{ externalId: $x, status: FAILED }]) { externalId id reason }",
  ],
  [
    "externalId",
    `updateMessageStatuses(updates: [{ externalId: "nobody's", status: SENT }, { externalId: $x, status: DELIVERED, errorCode: "30003" }]) { externalId id bodyStored duplicate reason }`,
  ],
  [
    "tenant",
    `createCustomer(input: { tenantId: $x, phone: "+447700900398", externalRef: "probe" }) { id tenantId }`,
  ],
];

const staffQueries: readonly Row[] = [
  ["tenant", "apiTokens(tenantId: $x) { id name tenantId }"],
  [
    "customer",
    `accessExplanation(principalId: $y, field: "Customer.phone", customerId: $x) { level because }`,
    "token",
  ],
  [
    "customer",
    `accessPlan(document: "query ($id: ID!) { customer(id: $id) { name phone } }", variables: { id: $x }) { allowed refusal cost fields { path level because toRaise } }`,
  ],
];

const staffWrites: readonly Row[] = [
  [
    "customer",
    `requestElevation(customerId: $x, category: CONTACT, reason: "To have a look.", minutes: 5) { id state }`,
  ],
  ["elevation", "approveElevation(id: $x) { id customerId state }"],
  ["elevation", "endElevation(id: $x) { id state }"],
  ["elevation", `reviewElevation(id: $x, finding: "All is well.") { id reason }`],
  ["alert", "acknowledgeAlert(id: $x) { id actorId }"],
  ["token", "rotateApiToken(id: $x) { secret }"],
  ["token", "revokeApiToken(id: $x) { id name }"],
  ["token", `freezePrincipal(id: $x, reason: "It was found somewhere.")`],
  [
    "tenant",
    `createApiToken(input: { tenantId: $x, name: "app", scopes: ["contact:clear"], purposes: ["support"], expiresInDays: 1 }) { secret }`,
  ],
];

/** By a cursor: theirs on the caller's lists, the caller's own on theirs, and theirs on theirs. */
function byCursor({ named }: TenantRecords): readonly Row[] {
  const [customer = ""] = named.customer;
  const [ofCustomers = ""] = named.customersCursor;
  const [ofMessages = ""] = named.messagesCursor;
  return [
    ["customersCursor", `customers(after: $x, first: 2) ${PEOPLE}`],
    ["customersCursor", "customers(after: $x, filter: { status: ACTIVE }) { totalCount nodes { id } }"],
    ["messagesCursor", `messages(after: $x, first: 4) ${MESSAGES}`],
    ["messagesCursor", `customer(id: "${customer}") { messages(after: $x) ${MESSAGES} }`],
    ["messagesCursor", `customers(first: 3) { nodes { messages(after: $x, first: 2) ${MESSAGES} } }`],
    ["customer", `messages(filter: { customerId: $x }, after: "${ofMessages}") ${MESSAGES}`],
    ["customer", `customer(id: $x) { messages(after: "${ofMessages}") ${MESSAGES} }`],
    ["externalRef", `customers(filter: { externalRef: $x }, after: "${ofCustomers}") ${PEOPLE}`],
    ["messagesCursor", `customer(id: $y) { messages(after: $x) ${MESSAGES} }`, "customer"],
    ["messagesCursor", `messages(filter: { customerId: $y }, after: $x) ${MESSAGES}`, "customer"],
  ];
}

/** All ways in but those by a DataLoader's key, which are drawn. */
export function waysIn(own: TenantRecords): readonly WayIn[] {
  const all =
    (by: WayIn["by"], operation: WayIn["operation"] = "query") =>
    ([x, body, y]: Row): WayIn => ({ by, operation, body, takes: y === undefined ? [x] : [x, y] });
  return [
    ...byId.map(all("id")),
    ...byCursor(own).map(all("cursor")),
    ...byRef.map(all("externalRef")),
    ...byText.map(all("number or address")),
    ...nested.map(all("nested path")),
    ...writes.map(all("write", "mutation")),
    ...staffQueries.map(all("staff's operation")),
    ...staffWrites.map(all("staff's operation", "mutation")),
  ];
}

const CHILDREN =
  "consents { id customerId evidence } messages(first: 2) { nodes { id customerId body customerNumber } }";

/** What stands behind an alias where keys of both tenants meet in one document: the other tenant's, or the caller's own. */
const THEIR_PARTS = [
  `customer(id: $x) { id name ${CHILDREN} }`,
  `message(id: $y) { id body customer { id phone ${CHILDREN} } }`,
  `messages(filter: { customerId: $x }, first: 3) { nodes { id customer { id phone ${CHILDREN} } } }`,
  "customers(first: 4) { nodes { id messages(filter: { customerId: $x }, first: 3) { nodes { id customer { id name } } } } }",
];

function ownParts({ named }: TenantRecords): readonly string[] {
  return [
    ...named.customer.map((id) => `customer(id: "${id}") { id name ${CHILDREN} }`),
    ...named.message
      .slice(0, 4)
      .map((id) => `message(id: "${id}") { id customerId body customer { id phone ${CHILDREN} } }`),
    `customers(first: 4) { nodes { id phone ${CHILDREN} } }`,
    "messages(first: 4) { nodes { id customerId body customer { id name messages(first: 2) { nodes { id customerId } } } } }",
  ];
}

/** A body with a customer at `$x` and a message at `$y`, or with one of the two at `$x`. */
function taking(body: string): Pick<WayIn, "body" | "takes"> {
  if (!body.includes("$y")) return { body, takes: ["customer"] };
  if (!body.includes("$x")) return { body: body.replaceAll("$y", "$x"), takes: ["message"] };
  return { body, takes: ["customer", "message"] };
}

/** Ways in by a DataLoader's key: the caller's own ids and the other tenant's side by side, in any order. */
export function mixedKeys(own: TenantRecords): fc.Arbitrary<WayIn> {
  const mine = fc.constantFrom(...ownParts(own)).map((part) => ({ part, isOwn: true }));
  const foreign = fc.constantFrom(...THEIR_PARTS).map((part) => ({ part, isOwn: false }));
  const others = fc.array(fc.oneof({ weight: 2, arbitrary: mine }, foreign), { minLength: 1, maxLength: 3 });
  return fc.tuple(foreign, others, fc.nat({ max: 3 })).map(([first, rest, at]): WayIn => {
    const parts = rest.toSpliced(at, 0, first).map((part, i) => ({ ...part, alias: `a${String(i)}` }));
    const body = parts.map(({ alias, part }) => `${alias}: ${part}`).join(" ");
    return {
      by: "DataLoader key",
      operation: "query",
      ...taking(body),
      own: new Map(parts.filter(({ isOwn }) => isOwn).map(({ alias, part }) => [alias, part])),
    };
  });
}

/** The request of a way in with its values, either as variables or written into the document. */
export function requestOf(
  { operation, body, takes }: WayIn,
  values: readonly string[],
  inline: boolean,
): { readonly query: string; readonly variables: Readonly<Record<string, string>> } {
  const names = takes.map((_, i) => VARIABLES[i] ?? "");
  if (inline) {
    const written = names.reduce(
      (text, name, i) => text.replaceAll(`$${name}`, () => JSON.stringify(values[i])),
      body,
    );
    return { query: `${operation} { ${written} }`, variables: {} };
  }
  const declared = takes.map((kind, i) => `$${names[i] ?? ""}: ${IDS.includes(kind) ? "ID!" : "String!"}`);
  return {
    query: `${operation} (${declared.join(", ")}) { ${body} }`,
    variables: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""])),
  };
}
