import fc from "fast-check";
import { textAt } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { addCanary, canariesIn, type CanaryCustomer } from "./canaries";

const SCOPES = [
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

/** Ids of the right form that nothing has. */
const unknownId = fc.uuid({ version: 7 });

const ALL =
  'id tenantId externalRef status country createdAt name birthDate phone email address consents { id evidence } consentState(purpose: "support") messages { totalCount nodes { id body } }';
const MESSAGE = `id tenantId customerId externalId customerNumber body direction status sentAt customer { ${ALL} }`;

/** Ways to reach for a record of another tenant: each a query and where its id, or the like, goes. */
const REACHES: readonly {
  readonly query: string;
  readonly takes: "customer" | "message" | "ref" | "phone" | "email";
}[] = [
  { query: `query ($x: ID!) { customer(id: $x) { ${ALL} } }`, takes: "customer" },
  { query: `query ($x: ID!) { message(id: $x) { ${MESSAGE} } }`, takes: "message" },
  { query: `query ($x: ID!) { message(id: $x) { customer { ${ALL} } } }`, takes: "message" },
  {
    query: `query ($x: ID!) { messages(filter: { customerId: $x }) { totalCount nodes { ${MESSAGE} } pageInfo { hasNextPage startCursor } } }`,
    takes: "customer",
  },
  {
    query: `query ($x: ID!) { customers { nodes { messages(filter: { customerId: $x }) { totalCount nodes { ${MESSAGE} } } } } }`,
    takes: "customer",
  },
  {
    query: `query ($x: String!) { customers(filter: { externalRef: $x }) { totalCount nodes { ${ALL} } } }`,
    takes: "ref",
  },
  {
    query: `query ($x: String!) { customers(filter: { phone: $x }) { totalCount nodes { ${ALL} } } }`,
    takes: "phone",
  },
  {
    query: `query ($x: String!) { customers(filter: { email: $x }) { totalCount nodes { ${ALL} } } }`,
    takes: "email",
  },
  {
    query: `mutation ($x: ID!) { updateCustomer(input: { id: $x, name: "Changed" }) { ${ALL} } }`,
    takes: "customer",
  },
  {
    query: `mutation ($x: ID!) { recordConsent(input: { customerId: $x, purpose: "support", state: GRANTED, legalBasis: CONSENT, method: "web", jurisdiction: "GB" }) { id evidence } }`,
    takes: "customer",
  },
  {
    query: `mutation ($x: ID!) { storeMessages(messages: [{ externalId: "probe", customerId: $x, customerNumber: "+447700900111", direction: INBOUND, senderId: "a", body: "b", sentAt: "2026-01-01T00:00:00Z" }]) { id reason bodyStored duplicate } }`,
    takes: "customer",
  },
  {
    query: `mutation ($x: String!) { updateMessageStatuses(updates: [{ externalId: $x, status: FAILED }]) { id reason bodyStored } }`,
    takes: "ref",
  },
];

describe.each(engines)("a partner who reaches for another tenant's data on $name", (engine) => {
  let gateway: TestGateway;
  let theirs: CanaryCustomer;
  let partner: Caller;
  let externalId: string;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    theirs = await addCanary(gateway, "brackenbury");
    const tenant = await addTenant(gateway, "larkfield");
    const own = await addCustomer(gateway, tenant, { phone: "+447700900300", name: "Own" });
    await addMessages(gateway, own, ["Own."]);
    partner = await gateway.partner("larkfield", SCOPES, ["support"]);
    const compliance = await gateway.staff("compliance", "legal");
    const answer = await gateway.query(compliance, `{ message(id: "${theirs.message}") { externalId } }`);
    externalId = textAt(answer, "message.externalId");
  });
  afterAll(() => gateway.close());

  const ask = (query: string, x: string): Promise<Answer> => gateway.query(partner, query, { x });
  /** All of an answer that could tell something, with the id that was asked for cut out. */
  const tellOf = (answer: Answer, asked: string): string =>
    JSON.stringify(answer)
      .replaceAll(asked, "asked")
      .replace(/"requestId":"[^"]*"/g, "");

  const real = (takes: string): string =>
    ({
      customer: theirs.id,
      message: theirs.message,
      ref: takes === "ref" ? "ref-1" : "",
      phone: "+447700900961",
      email: "canarymail@leak.example.org",
    })[takes] ?? "";

  const unknown = (takes: string): fc.Arbitrary<string> =>
    takes === "phone"
      ? fc.constantFrom("+447700900977", "+447700900978")
      : takes === "email"
        ? fc.constantFrom("nobody@leak.example.com", "no.one@example.net")
        : takes === "ref"
          ? fc.stringMatching(/^[a-z]{3}-[0-9]{1,6}$/)
          : unknownId;

  it("is answered as if it did not exist, by every way in and whatever is tried", async () => {
    const attempts = fc.constantFrom(...REACHES).chain(({ query, takes }) =>
      fc.record({
        query: fc.constant(query),
        takes: fc.constant(takes),
        other: unknown(takes),
        upper: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(attempts, async ({ query, takes, other, upper }) => {
        const id = real(takes);
        const asked = upper && takes !== "ref" && takes !== "email" ? id.toUpperCase() : id;
        const reached = await ask(query, asked);
        expect(tellOf(reached, asked)).toBe(tellOf(await ask(query, other), other));
        expect(canariesIn(JSON.stringify(reached))).toEqual([]);
      }),
      { numRuns: engine.server === null ? 400 : 110 },
    );
  });

  it("changes nothing of it", async () => {
    await ask(
      `mutation ($x: String!) { updateMessageStatuses(updates: [{ externalId: $x, status: FAILED }]) { id } }`,
      externalId,
    );
    const compliance = await gateway.staff("compliance", "legal");
    const { data } = await gateway.query(
      compliance,
      `{ customer(id: "${theirs.id}") { name consents { id } messages { totalCount nodes { status } } } }`,
    );
    expect(data).toEqual({
      customer: {
        name: "Canaryname Quillfeather",
        consents: [expect.anything()],
        messages: { totalCount: 2, nodes: [{ status: "DELIVERED" }, { status: "DELIVERED" }] },
      },
    });
  });

  it("cannot go on from a cursor of theirs into their list", async () => {
    const other = await gateway.partner("brackenbury", SCOPES, ["support"]);
    const pages = await gateway.query(
      other,
      "{ customers(first: 1) { pageInfo { endCursor } } messages(first: 1) { pageInfo { endCursor } } }",
    );
    for (const list of ["customers", "messages"]) {
      const after = textAt(pages, `${list}.pageInfo.endCursor`);
      const answer = await gateway.query(
        partner,
        `query ($after: String) { ${list}(after: $after) { totalCount nodes { tenantId } } }`,
        { after },
      );
      expect(JSON.stringify(answer)).not.toContain(theirs.tenantId);
      expect(textAt(await gateway.query(partner, `{ ${list} { totalCount } }`), list)).toBe(
        textAt(answer, list),
      );
    }
  });

  it("cannot make a customer there", async () => {
    const create = (tenantId: string): Promise<Answer> =>
      gateway.query(
        partner,
        `mutation ($t: ID) { createCustomer(input: { tenantId: $t, phone: "+447700900555" }) { id } }`,
        { t: tenantId },
      );
    const there = await create(theirs.tenantId);
    expect(there).toMatchObject({ data: null, errors: [{ extensions: { code: "NOT_FOUND" } }] });
    const nowhere = await create("01900000-0000-7000-8000-000000000000");
    expect(tellOf(there, theirs.tenantId)).toBe(tellOf(nowhere, "01900000-0000-7000-8000-000000000000"));
  });
});
