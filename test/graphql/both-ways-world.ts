import type { AccessEntry } from "../../src/audit/access-entry";
import type { Category } from "../../src/domain/category";
import type { Customer } from "../../src/domain/customer";
import type { Principal } from "../../src/domain/principal";
import { decide } from "../../src/policy/decide";
import type { Engine } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { textAt } from "./answers";
import { pastTheGateway } from "./past-the-gateway";
import type { Vocabulary } from "./random-query";

/** A gateway in which whatever lowers or raises a level happens to somebody. */
export interface World {
  readonly gateway: TestGateway;
  readonly callers: readonly Caller[];
  readonly vocabulary: Vocabulary;
  /** What was put on the access log since it was last looked at. */
  readonly logged: AccessEntry[];
}

const unrecorded = (): Promise<void> => Promise.resolve();

/** Of each tenant one customer of each kind. */
const KINDS = [
  { status: "ACTIVE", consentBits: 3 },
  { status: "ACTIVE", consentBits: 0 },
  { status: "RESTRICTED", consentBits: 1 },
  { status: "ERASED", consentBits: 3 },
] as const;

async function consent(gateway: TestGateway, customerId: string): Promise<void> {
  const base = {
    customerId,
    legalBasis: "CONSENT",
    method: "web-form",
    jurisdiction: "GB",
    evidence: "They ticked it.",
  };
  const { consents } = gateway.fieldward.services;
  // A purpose without a bit leaves the bits of the test as they are.
  await consents.record({ ...base, purpose: "support", state: "GRANTED" }, customerId, null, unrecorded);
  await consents.record({ ...base, purpose: "fraud", state: "WITHDRAWN" }, customerId, null, unrecorded);
}

interface Data {
  readonly customers: readonly Customer[];
  readonly messageIds: readonly string[];
}

async function addData(gateway: TestGateway): Promise<Data> {
  const customers: Customer[] = [];
  const messageIds: string[] = [];
  for (const slug of ["larkfield", "brackenbury"]) {
    const tenant = await addTenant(gateway, slug);
    for (const { consentBits } of KINDS) {
      const customer = await addCustomer(gateway, tenant, { consentBits });
      messageIds.push(...(await addMessages(gateway, customer, ["One.", "Two.", "Three."])));
      await consent(gateway, customer.id);
      customers.push(customer);
    }
  }
  return { customers, messageIds };
}

/** Once elevations have been asked for: of whoever is erased, nobody can ask. */
async function setStates(gateway: TestGateway, customers: readonly Customer[]): Promise<void> {
  for (const [i, { id }] of customers.entries()) {
    const status = KINDS[i % KINDS.length]?.status ?? "";
    await pastTheGateway(gateway, "data", "UPDATE customer SET status = ? WHERE id = ?", [status, id]);
  }
  const [first, second] = customers;
  // One customer's address is another's: moved past the gateway, it must be found out in the same words by both ways.
  await pastTheGateway(
    gateway,
    "data",
    "UPDATE customer SET address_ct = (SELECT c.address_ct FROM (SELECT id, address_ct FROM customer) c WHERE c.id = ?) WHERE id = ?",
    [first?.id ?? "", second?.id ?? ""],
  );
}

async function principalOf({ fieldward }: TestGateway, { token }: Caller): Promise<Principal> {
  const principal = await fieldward.services.authenticator.authenticate(`Bearer ${token}`);
  if (principal === null) throw new Error("nobody signed in");
  return principal;
}

/** Elevates a caller for some customers in some categories; somebody else approves. */
export async function elevate(
  gateway: TestGateway,
  [caller, approvedBy]: readonly [Caller, Caller],
  customers: readonly Pick<Customer, "id">[],
  categories: readonly Category[],
): Promise<void> {
  const { services } = gateway.fieldward;
  const principal = await principalOf(gateway, caller);
  const approver = await principalOf(gateway, approvedBy);
  const standing = decide(services.policy, principal, "support", new Date(gateway.clock.nowMs));
  const actor = { principal, standing, purpose: { purpose: "support", caseId: null } };
  const reason = "Cannot be verified otherwise.";
  for (const { id: customerId } of customers) {
    for (const category of categories) {
      const wish = { customerId, category, reason, caseId: null, minutes: 60, emergency: false };
      const id = await services.elevations.request(wish, actor, unrecorded);
      await services.elevations.approve(id, approver, unrecorded);
    }
  }
}

/** Uses up a caller's budget of this hour on others, and on one customer who is then free. */
export async function spend(gateway: TestGateway, caller: Caller, seen: Pick<Customer, "id">): Promise<void> {
  const { budget, policy } = gateway.fieldward.services;
  const principal = await principalOf(gateway, caller);
  const { budget: limit } = decide(policy, principal, null, new Date(gateway.clock.nowMs));
  if (limit === null) throw new Error("only a budget can be used up");
  const others = Array.from({ length: limit - 1 }, (_, i) => `another customer ${String(i)}`);
  await budget.beyond(principal.id, limit, [seen.id, ...others], gateway.clock.nowMs);
}

/** Callers of every kind; of some one budget is used up, and some are elevated. */
async function addCallers(gateway: TestGateway, customers: readonly Customer[]): Promise<Caller[]> {
  const [first, second, restricted, erased, other] = customers;
  if (first === undefined || second === undefined || restricted === undefined) throw new Error("nobody");
  const elevated = await gateway.staff("support", "support");
  const both = await gateway.staff("support", "support");
  const spent = await gateway.staff("support", "support");
  const security = await gateway.staff("security", "fraud");
  const some = [erased, other].filter((one) => one !== undefined);
  await elevate(gateway, [elevated, security], [first, restricted, ...some], ["contact"]);
  await elevate(gateway, [elevated, security], [restricted, second], ["content"]);
  await elevate(gateway, [both, security], [restricted], ["contact", "content"]);
  await spend(gateway, both, first);
  await spend(gateway, spent, first);
  return [
    ...[elevated, both, spent, security],
    await gateway.staff("compliance", "legal"),
    await gateway.staff("support", "support", false),
    await gateway.staff("analyst", "analytics"),
    await gateway.staff("billing", "billing"),
    await gateway.partner(
      "larkfield",
      ["identity:clear", "contact:clear", "traffic:clear", "consent:clear", "contact:lookup"],
      ["marketing"],
    ),
    await gateway.partner("larkfield", ["contact:token", "content:clear"], ["support"]),
    await gateway.partner("brackenbury", ["traffic:clear", "identity:masked"], ["legal"]),
  ];
}

async function vocabularyOf(gateway: TestGateway, { customers, messageIds }: Data): Promise<Vocabulary> {
  const compliance = await gateway.staff("compliance", "legal");
  const pages = await gateway.query(
    compliance,
    "{ customers(first: 2) { pageInfo { endCursor } } messages(first: 4) { pageInfo { endCursor } } }",
  );
  const ends = ["customers", "messages"].map((list) => textAt(pages, `${list}.pageInfo.endCursor`));
  return {
    ids: [...customers.map(({ id }) => id), ...messageIds],
    cursors: [...ends, "no-cursor"],
    texts: {
      phone: [...customers.map(({ phone }) => phone ?? ""), "not a number"],
      email: [`amira.${customers[0]?.id ?? ""}@example.org`, "nobody"],
      externalRef: customers.map(({ externalRef }) => externalRef ?? ""),
      country: ["GB", "PL"],
      senderId: ["Fieldward", "nobody"],
      purpose: ["support", "marketing", "fraud"],
    },
  };
}

/** Notes what goes on the access log. By hand: a spy of Jest's lives as long as the test that makes it. */
export function watchLog({ fieldward }: TestGateway): AccessEntry[] {
  const logged: AccessEntry[] = [];
  const { accessLog } = fieldward.services;
  const append = accessLog.append.bind(accessLog);
  accessLog.append = (entry) => {
    logged.push(entry);
    return append(entry);
  };
  return logged;
}

export async function openWorld(engine: Engine): Promise<World> {
  const gateway = await openTestGateway(engine);
  const data = await addData(gateway);
  const callers = await addCallers(gateway, data.customers);
  await setStates(gateway, data.customers);
  const vocabulary = await vocabularyOf(gateway, data);
  // The start of the other way is on the log as well, and is none of what is asked.
  await gateway.slowly(null, "{ signedIn }");
  return { gateway, callers, vocabulary, logged: watchLog(gateway) };
}
