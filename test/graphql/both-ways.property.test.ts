import fc from "fast-check";
import { encodeEntry, type AccessEntry } from "../../src/audit/access-entry";
import { buildSchemas } from "../../src/graphql/schema";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { textAt, withoutRequestIds } from "./answers";
import { pastTheGateway } from "./past-the-gateway";
import { randomQueries, type RandomQuery, type Vocabulary } from "./random-query";

const { schema } = buildSchemas();

interface World {
  readonly gateway: TestGateway;
  readonly callers: readonly Caller[];
  readonly vocabulary: Vocabulary;
  /** What was put on the access log since it was last looked at. */
  readonly logged: AccessEntry[];
}

async function addData(gateway: TestGateway): Promise<{ ids: string[]; phones: string[]; refs: string[] }> {
  const ids: string[] = [];
  const customers = [];
  for (const slug of ["larkfield", "brackenbury"]) {
    const tenant = await addTenant(gateway, slug);
    for (const [status, consentBits] of [
      ["ACTIVE", 3],
      ["ACTIVE", 0],
      ["RESTRICTED", 1],
      ["ERASED", 3],
    ] as const) {
      const customer = await addCustomer(gateway, tenant, { consentBits });
      ids.push(customer.id, ...(await addMessages(gateway, customer, ["One.", "Two.", "Three."])));
      await consent(gateway, customer.id);
      await pastTheGateway(gateway, "data", "UPDATE customer SET status = ? WHERE id = ?", [
        status,
        customer.id,
      ]);
      customers.push(customer);
    }
  }
  const [first, second] = customers;
  // One customer's address is another's: moved past the gateway, it must be found out in the same words by both ways.
  await pastTheGateway(
    gateway,
    "data",
    "UPDATE customer SET address_ct = (SELECT c.address_ct FROM (SELECT id, address_ct FROM customer) c WHERE c.id = ?) WHERE id = ?",
    [first?.id ?? "", second?.id ?? ""],
  );
  return {
    ids,
    phones: customers.map(({ phone }) => phone ?? ""),
    refs: customers.map((row) => row.externalRef ?? ""),
  };
}

async function consent(gateway: TestGateway, customerId: string): Promise<void> {
  const base = {
    customerId,
    legalBasis: "CONSENT",
    method: "web-form",
    jurisdiction: "GB",
    evidence: "They ticked it.",
  };
  const { consents } = gateway.fieldward.services;
  const unrecorded = (): Promise<void> => Promise.resolve();
  // A purpose without a bit leaves the bits of the test as they are.
  await consents.record({ ...base, purpose: "support", state: "GRANTED" }, customerId, null, unrecorded);
  await consents.record({ ...base, purpose: "fraud", state: "WITHDRAWN" }, customerId, null, unrecorded);
}

async function openWorld(engine: (typeof engines)[number]): Promise<World> {
  const gateway = await openTestGateway(engine);
  const { ids, phones, refs } = await addData(gateway);
  const compliance = await gateway.staff("compliance", "legal");
  const callers = [
    compliance,
    await gateway.staff("support", "support", false),
    await gateway.staff("analyst", "analytics"),
    await gateway.staff("billing", "billing"),
    await gateway.staff("security", "fraud"),
    await gateway.partner(
      "larkfield",
      ["identity:clear", "contact:clear", "traffic:clear", "consent:clear", "contact:lookup"],
      ["marketing"],
    ),
    await gateway.partner("larkfield", ["contact:token", "content:clear"], ["support"]),
    await gateway.partner("brackenbury", ["traffic:clear", "identity:masked"], ["legal"]),
  ];
  const pages = await gateway.query(
    compliance,
    "{ customers(first: 2) { pageInfo { endCursor } } messages(first: 4) { pageInfo { endCursor } } }",
  );
  const cursors = [
    textAt(pages, "customers.pageInfo.endCursor"),
    textAt(pages, "messages.pageInfo.endCursor"),
    "no-cursor",
  ];
  const texts = {
    phone: [...phones, "not a number"],
    email: [`amira.${ids[0] ?? ""}@example.org`, "nobody"],
    externalRef: refs,
    country: ["GB", "PL"],
    senderId: ["Fieldward", "nobody"],
    purpose: ["support", "marketing", "fraud"],
  };
  const logged: AccessEntry[] = [];
  const { accessLog } = gateway.fieldward.services;
  const append = accessLog.append.bind(accessLog);
  jest.spyOn(accessLog, "append").mockImplementation((entry) => {
    logged.push(entry);
    return append(entry);
  });
  return { gateway, callers, vocabulary: { ids, cursors, texts }, logged };
}

/** What the log was told of an operation, in one order: which child was loaded first is nobody's business. */
function tellOf(logged: AccessEntry[]): unknown {
  return logged.splice(0).map((entry) => {
    const bytes = encodeEntry({ ...entry, requestId: "" }, new Date(0)).map(String);
    const parsed = bytes.map((text) => JSON.parse(text) as { reads?: unknown[]; denials?: unknown[] });
    return parsed.map(({ reads = [], denials = [], ...rest }) => ({
      ...rest,
      reads: reads.map((read) => sorted(read)).sort(),
      denials: denials.map((denial) => sorted(denial)).sort(),
    }));
  });
}

/** A value as text, the keys of its objects in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

async function bothWays(
  { gateway, logged }: World,
  caller: Caller,
  { query, variables }: RandomQuery,
): Promise<Answer> {
  logged.splice(0);
  const fast = await gateway.query(caller, query, variables);
  const fastLog = tellOf(logged);
  const slow = await gateway.slowly(caller, query, variables);
  const slowLog = tellOf(logged);
  expect(withoutRequestIds(slow)).toBe(withoutRequestIds(fast));
  // Where nothing is served, graphql-js answers without waiting for what else was being read.
  if (fast.data !== null) expect(slowLog).toEqual(fastLog);
  return fast;
}

describe.each(engines)("the two ways of executing on $name", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.gateway.close());

  it("give byte-equal answers and tell the log the same, whatever is asked", async () => {
    const seen = { served: 0, refused: 0, whole: 0, invalid: 0 };
    const queries = randomQueries(schema, world.vocabulary);
    const callers = fc.constantFrom(...world.callers);
    const runs = engine.server === null ? 300 : 60;
    await fc.assert(
      fc.asyncProperty(queries, callers, async (query, caller) => {
        const { data, errors, status } = await bothWays(world, caller, query);
        if (JSON.stringify(errors ?? []).includes("Variable") || status === 400) seen.invalid += 1;
        else if (data === undefined || data === null) seen.whole += 1;
        else if (errors === undefined) seen.served += 1;
        else seen.refused += 1;
      }),
      { numRuns: runs },
    );
    // Proof that the queries are worth something: enough of them are answered, in part or whole.
    expect(seen.served + seen.refused).toBeGreaterThan(runs / 4);
    expect(seen.refused).toBeGreaterThan(runs / 20);
  });
});
