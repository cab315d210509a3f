import type { Position } from "../../src/graphql/cursors";
import { listAt, textAt } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import type { Answer, Caller, TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import type { CANARY } from "./canaries";

/** Everything that a partner can be given. */
export const EVERY_SCOPE = [
  "identity:clear",
  "contact:clear",
  "content:clear",
  "traffic:clear",
  "consent:clear",
  "contact:lookup",
  "customers:write",
  "messages:write",
  "consents:write",
];

/** What a request can name a record by. */
export type Kind =
  | "customer"
  | "message"
  | "consent"
  | "tenant"
  | "token"
  | "elevation"
  | "alert"
  | "externalRef"
  | "externalId"
  | "phone"
  | "email"
  | "customersCursor"
  | "messagesCursor";

/** A tenant, and all by which something of it can be named. */
export interface TenantRecords {
  readonly tenantId: string;
  readonly named: Readonly<Record<Kind, readonly string[]>>;
  /** The place that each cursor holds. */
  readonly positions: ReadonlyMap<string, Position>;
  /** A token of the tenant with every scope. */
  readonly caller: Caller;
}

type Texts = Readonly<Record<keyof typeof CANARY, string>>;

/** What the customers of the partner who asks have, so that no canary is theirs. */
export const OWN: Texts = {
  name: "Amira Novak",
  birthDate: "1990-05-17",
  phone: "+447700900310",
  email: "amira@example.org",
  address: "7 Fictional Lane, Nowhere",
  body: "Your parcel is on its way.",
  evidence: "Told us on the telephone.",
};

/** The customers of a tenant: their state, and the bits of their consents. Marketing has bit 0. */
const PEOPLE = [
  ["ACTIVE", 1],
  ["ACTIVE", 0],
  ["RESTRICTED", 1],
  ["ERASED", 1],
] as const;

const SHOWN = `{
  customers { edges { cursor node { id externalRef phone email consents { id } } } }
  messages { edges { cursor node { id externalId sentAt } } }
}`;

/** The texts at a place of all entries of a list. */
function column(answer: Answer, list: string, place: string): string[] {
  return listAt(answer, list).map((_, i) => textAt(answer, `${list}.${String(i)}.${place}`));
}

async function addPerson(gateway: TestGateway, tenantId: string, texts: Texts, i: number): Promise<string> {
  const { body, evidence, ...values } = texts;
  const phone = `${texts.phone.slice(0, -1)}${String(i)}`;
  const customer = await addCustomer(gateway, tenantId, {
    ...values,
    phone,
    email: `${String(i)}.${texts.email}`,
    externalRef: `ref-${phone.slice(-3)}`,
    consentBits: PEOPLE[i]?.[1] ?? 0,
  });
  await addMessages(gateway, customer, [body, body, body]);
  const event = { customerId: customer.id, purpose: "support", state: "GRANTED", legalBasis: "CONSENT" };
  const { consents } = gateway.fieldward.services;
  await consents.record({ ...event, method: "web", jurisdiction: "GB", evidence }, customer.id, null, () =>
    Promise.resolve(),
  );
  return customer.id;
}

/** An elevation that staff asked for, and an alert about a token. */
async function addCases(gateway: TestGateway, customerId: string, tokenId: string) {
  const support = await gateway.staff("support", "support; case=T-1042");
  const asked = await gateway.query(
    support,
    `mutation ($id: ID!) { requestElevation(customerId: $id, category: CONTACT, reason: "Cannot be verified.", minutes: 10) { id } }`,
    { id: customerId },
  );
  const found = { detector: "freeze", severity: "low", summary: "Looked at.", evidence: [] } as const;
  await gateway.fieldward.services.alerts.raise({ ...found, actorId: tokenId, dedupe: `test:${tokenId}` });
  const [alert] = await pastTheGateway(gateway, "data", "SELECT id FROM alert WHERE actor_id = ?", [tokenId]);
  return { elevation: [textAt(asked, "requestElevation.id")], alert: [String(alert?.["id"])] };
}

/** Reads all by which something of a tenant can be named, as its own token is served it. */
async function readNames(gateway: TestGateway, caller: Caller) {
  const shown = await gateway.query(caller, SHOWN);
  const people = (place: string) => column(shown, "customers.edges", place);
  const messages = (place: string) => column(shown, "messages.edges", place);
  const named = {
    customer: people("node.id"),
    message: messages("node.id"),
    consent: people("node.consents.0.id"),
    externalRef: people("node.externalRef"),
    externalId: messages("node.externalId"),
    phone: people("node.phone"),
    email: people("node.email"),
    customersCursor: people("cursor"),
    messagesCursor: messages("cursor"),
  };
  const sentAt = messages("node.sentAt").map((at) => Date.parse(at));
  const positions = new Map<string, Position>([
    ...named.customersCursor.map((cursor, i) => [cursor, [named.customer[i] ?? ""]] as const),
    ...named.messagesCursor.map((cursor, i) => [cursor, [sentAt[i] ?? 0, named.message[i] ?? ""]] as const),
  ]);
  return { named, positions };
}

/** Adds a tenant whose customers have these texts, each its own number, address and reference, and one state each. */
export async function addTenantRecords(
  gateway: TestGateway,
  slug: string,
  texts: Texts,
): Promise<TenantRecords> {
  const tenantId = await addTenant(gateway, slug);
  for (const i of PEOPLE.keys()) await addPerson(gateway, tenantId, texts, i);
  const caller = await gateway.partner(slug, EVERY_SCOPE, ["support"]);
  const token = textAt(await gateway.query(caller, "{ me { id } }"), "me.id");
  const { named, positions } = await readNames(gateway, caller);
  const cases = await addCases(gateway, named.customer[0] ?? "", token);
  // At last, since of a customer who has been erased nothing can be read.
  for (const [i, [status]] of PEOPLE.entries())
    await pastTheGateway(gateway, "data", "UPDATE customer SET status = ? WHERE id = ?", [
      status,
      named.customer[i] ?? "",
    ]);
  return { tenantId, caller, positions, named: { ...named, ...cases, tenant: [tenantId], token: [token] } };
}
