import { v7 as uuidv7 } from "uuid";
import { personalFieldsOf } from "../../src/domain/classified";
import { ConsentRecord } from "../../src/domain/consent-record";
import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import { Staff } from "../../src/domain/staff";
import { formatToken, parseToken } from "../../src/identity/token-format";
import type { Caller } from "../support/gateway";
import { addTenant } from "../support/records";
import type { Canaries } from "./canaries";
import type { ObservedGateway } from "./observed-gateway";

/** Who calls, once everything that a caller is made of is a canary. */
export interface Callers {
  readonly tenantId: string;
  readonly partner: Caller;
  readonly staff: Caller;
  /** Staff of other roles, who see other levels. */
  readonly others: readonly Caller[];
  /** What of their credentials must stay secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

const EVERYTHING =
  "id name birthDate phone email address consents { evidence } messages { nodes { customerNumber body } }";
const LEVELS = "a: name(as: CLEAR) b: phone(as: MASKED) c: email(as: TOKEN) d: phone(as: CLEAR)";
const CREATE = "mutation ($a: CreateCustomerInput!) { createCustomer(input: $a) { id } }";
const UPDATE = "mutation ($a: UpdateCustomerInput!) { updateCustomer(input: $a) { id } }";
const STORE = "mutation ($a: [StoreMessageInput!]!) { storeMessages(messages: $a) { id } }";
const CONSENT = "mutation ($a: RecordConsentInput!) { recordConsent(input: $a) { id } }";
const LOGIN = "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { session { token } } }";

/** Roles that see other levels, with the purpose that each declares. */
const OTHERS = { support: "support", analyst: "analytics", billing: "billing", security: "security" };

/** Leaves a write off the access log. */
export const unrecorded = (): Promise<void> => Promise.resolve();

/** A member of staff who signs in with a canary, and a partner. */
export async function signIn(to: ObservedGateway, c: Canaries): Promise<Callers> {
  const { gateway } = to;
  const tenantId = await addTenant(gateway, "larkfield");
  const trainedUntil = new Date(gateway.clock.nowMs + 1_000_000);
  const person = { email: c.staffEmail, name: c.staffName, password: c.password, role: "compliance" };
  await gateway.fieldward.services.accounts.addStaff({ ...person, trainedUntil });
  const { text } = await to.ask(null, LOGIN, { e: c.staffEmail, p: c.password });
  const session = /"token":"([^"]+)"/.exec(text)?.[1] ?? "";
  const scopes = ["contact:lookup", "contact:clear", "customers:write", "messages:write", "consents:write"];
  const partner = await gateway.partner("larkfield", scopes, ["support"]);
  const secrets = { session: session.split(".")[2] ?? "", token: parseToken(partner.token)?.secret ?? "" };
  const others: Caller[] = [];
  for (const [role, purpose] of Object.entries(OTHERS)) others.push(await gateway.staff(role, purpose));
  return { tenantId, partner, staff: { token: session, purpose: "legal" }, others, secrets };
}

function messageOf(c: Canaries) {
  return {
    externalId: `SM-${uuidv7()}`,
    customerNumber: c.phone,
    direction: "INBOUND",
    senderId: "Fieldward",
    body: c.body,
    sentAt: "2026-06-15T11:00:00Z",
  };
}

function consentOf(customerId: string, { evidence }: Canaries) {
  const event = { customerId, purpose: "support", state: "GRANTED", legalBasis: "CONSENT", evidence };
  return { ...event, method: "web", jurisdiction: "GB" };
}

/** What a customer is made of. */
export function customerOf({ name, birthDate, phone, email, address }: Canaries) {
  return { name, birthDate, phone, email, address };
}

/** Makes a customer of canaries, changes it into one of others, and answers its id. */
export async function write(
  to: ObservedGateway,
  by: Callers,
  before: Canaries,
  c: Canaries,
): Promise<string> {
  const { text } = await to.ask(by.partner, CREATE, { a: customerOf(before) });
  const id = /"id":"([^"]+)"/.exec(text)?.[1] ?? "";
  await to.ask(by.partner, STORE, { a: [messageOf(before), messageOf(before)] });
  await to.ask(by.staff, CONSENT, { a: consentOf(id, before) });
  await to.ask(by.partner, UPDATE, { a: { id, ...customerOf(c) } });
  await to.ask(by.partner, STORE, { a: [messageOf(c)] });
  await to.ask(by.partner, CONSENT, { a: consentOf(id, c) });
  return id;
}

/** Reads and looks up, with every role and level. */
export async function read(to: ObservedGateway, by: Callers, id: string, c: Canaries): Promise<void> {
  for (const caller of [by.staff, by.partner, ...by.others, { token: by.staff.token }]) {
    for (const fields of [EVERYTHING, LEVELS]) {
      await to.ask(caller, `{ customers { nodes { ${fields} } } }`);
      await to.ask(caller, `query ($id: ID!) { customer(id: $id) { ${fields} } }`, { id });
    }
    const find = "query ($f: CustomerFilter!) { customers(filter: $f) { totalCount nodes { id phone } } }";
    await to.ask(caller, find, { f: { phone: c.phone } });
    await to.ask(caller, find, { f: { email: c.email } });
    await to.ask(caller, `{ customers(filter: { email: ${JSON.stringify(c.email)} }) { nodes { id } } }`);
    await to.ask(caller, `{ messages { nodes { id customerNumber body customer { name } } } }`);
  }
}

/** Wrong input of every kind, over HTTP and to the services themselves. */
export async function sendWrong(to: ObservedGateway, by: Callers, id: string, c: Canaries): Promise<void> {
  const { customers, messages, consents } = to.gateway.fieldward.services;
  const long = c.body.repeat(3_000);
  const { partner, staff } = by;
  for (const wrong of [
    {},
    { name: long },
    { name: 61 },
    { name: [c.name] },
    { email: c.name },
    { birthDate: c.name },
  ])
    await to.ask(partner, CREATE, { a: { ...customerOf(c), ...wrong } });
  await to.ask(partner, UPDATE, { a: { ...customerOf(c), id: c.name } });
  for (const wrong of [
    { body: long },
    { customerNumber: c.body },
    { direction: c.body },
    { externalId: c.body },
  ])
    await to.ask(partner, STORE, { a: [{ ...messageOf(c), ...wrong }] });
  for (const wrong of [{ evidence: long }, { purpose: c.evidence }, { validUntil: c.evidence }])
    await to.ask(staff, CONSENT, { a: { ...consentOf(id, c), ...wrong } });
  for (const literal of [c.name, c.email, c.phone, c.birthDate].map((value) => JSON.stringify(value)))
    for (const filter of [
      `{ status: ${literal} }`,
      `{ createdAfter: ${literal} }`,
      literal,
      literal.slice(0, -1),
    ])
      await to.ask(staff, `{ customers(filter: ${filter}) { nodes { id } } }`);
  const odd = [
    { ...customerOf(c), name: { given: c.name } },
    { ...customerOf(c), [c.name]: c.name },
    [c.name],
  ];
  for (const input of [customerOf(c), ...odd])
    await to.refused(() => customers.create(input, by.tenantId, unrecorded));
  await to.refused(() => customers.update({ ...customerOf(c), id: c.name }, null, unrecorded));
  await to.refused(() => Promise.resolve().then(() => messages.check([{ ...messageOf(c), body: [c.body] }])));
  await to.refused(() =>
    consents.record({ ...consentOf(id, c), noticeVersion: c.evidence }, id, null, unrecorded),
  );
}

/** Staff who are added and sign in in every wrong way; each of them costs a password's hash. */
export async function sendWrongStaff(to: ObservedGateway, c: Canaries): Promise<void> {
  const { accounts, signIn } = to.gateway.fieldward.services;
  await to.ask(null, LOGIN, { e: c.staffEmail, p: `${c.password}!` });
  await to.ask(null, LOGIN, { e: c.password, p: c.password });
  await to.ask(null, `mutation { login(email: ${JSON.stringify(c.staffEmail)}, password: 5) { challenge } }`);
  const twice = {
    email: c.staffEmail,
    name: c.staffName,
    password: c.password,
    role: "support",
    trainedUntil: null,
  };
  await to.refused(() => accounts.addStaff(twice));
  await to.refused(() => accounts.addStaff({ ...twice, password: c.password.slice(0, 11) }));
  await to.refused(() => signIn.login(c.staffEmail, c.body, { requestId: "canary", ip: null }));
}

/** Credentials that are wrong in one place. */
export async function sendWrongTokens(to: ObservedGateway, by: Callers): Promise<void> {
  const parts = parseToken(by.partner.token);
  if (parts === undefined) throw new Error("the partner's token is one");
  const wrong = [
    `${by.partner.token.slice(0, -1)}g`,
    formatToken({ ...parts, handle: parts.handle.toLowerCase() }),
    formatToken({ ...parts, tenant: "northgate" }),
    parts.secret,
    `${by.staff.token.slice(0, -4)}AAAA`,
  ];
  for (const token of wrong) {
    await to.ask({ token, purpose: "support" }, "{ me { id } }");
    await to.refused(() => to.gateway.fieldward.services.authenticator.authenticate(`Bearer ${token}`));
  }
}

/** One row of each entity with sealed fields, read through the vault. */
export async function loadedRows({ gateway }: ObservedGateway): Promise<readonly object[]> {
  const { manager } = gateway.fieldward.databases.data.reader;
  const [customer] = await manager.find(Customer);
  const [message] = await manager.find(Message);
  const [consent] = await manager.find(ConsentRecord);
  const staff = await manager.find(Staff);
  return [customer, message, consent, ...staff].filter((row) => row !== undefined);
}

/** Rows as code makes them, before and after they are sealed. */
export function setRows(c: Canaries): readonly object[] {
  const { body, evidence, staffName, staffEmail, phone } = c;
  return [
    Object.assign(new Customer(), customerOf(c)),
    Object.assign(new Message(), { body, customerNumber: phone }),
    Object.assign(new ConsentRecord(), { evidence }),
    Object.assign(new Staff(), { name: staffName, email: staffEmail }),
  ];
}

/** The personal values of a row, as its accessors give them. */
export function valuesOf(row: object): string[] {
  const properties = personalFieldsOf(row.constructor.name).map(({ sealed }) => sealed.property);
  return properties.flatMap((property) => {
    try {
      return String(Reflect.get(row, property));
    } catch {
      // The one that was tampered with.
      return [];
    }
  });
}
