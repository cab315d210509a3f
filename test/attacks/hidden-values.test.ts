import { listAt, refusals, textAt, withoutRequestIds } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCanary, canariesIn, type CanaryCustomer } from "./canaries";

/** Ways to ask for the same hidden value. */
const DETOURS: Readonly<Record<string, string>> = {
  alias: `{ customer(id: "$ID") { status: name country: phone id: address } }`,
  "alias of a clear field": `{ customer(id: "$ID") { tenantId: birthDate externalRef: email } }`,
  "named fragment": `{ customer(id: "$ID") { ...F } } fragment F on Customer { name phone email address birthDate }`,
  "fragment in a fragment": `{ customer(id: "$ID") { ...F } } fragment F on Customer { ...G } fragment G on Customer { name address }`,
  "inline fragment": `{ customer(id: "$ID") { ... { name } ... on Customer { phone @include(if: true) email @skip(if: false) } } }`,
  "path from the message": `{ message(id: "$MESSAGE") { customerNumber body customer { name phone email address birthDate messages { nodes { body customer { name } } } } } }`,
  "list and its edges": `{ customers { nodes { name } edges { node { name phone } } } messages { nodes { body } edges { node { body customerNumber } } } }`,
  ledger: `{ customer(id: "$ID") { consents { evidence recordedBy } consentState(purpose: "support") } }`,
  "level above": `{ customer(id: "$ID") { a: name(as: CLEAR) b: phone(as: CLEAR) c: phone(as: MASKED) d: email(as: CLEAR) e: email(as: TOKEN) } }`,
  "alias of the prototype": `{ customer(id: "$ID") { constructor: phone toString: email toJSON: address } }`,
};

describe.each(engines)("a value that a caller may not see on $name", (engine) => {
  let gateway: TestGateway;
  let canary: CanaryCustomer;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    canary = await addCanary(gateway, "larkfield");
  });
  afterAll(() => gateway.close());

  const ask = async (caller: Caller, query: string): Promise<Answer> => {
    const text = query.replace("$ID", canary.id).replace("$MESSAGE", canary.message);
    const answer = await gateway.query(caller, text);
    expect(withoutRequestIds(await gateway.slowly(caller, text))).toBe(withoutRequestIds(answer));
    return answer;
  };

  it.each(Object.entries(DETOURS))("is not had by %s", async (_, query) => {
    const callers = [
      await gateway.partner("larkfield", ["traffic:clear", "contact:token"], ["billing"]),
      await gateway.partner(
        "larkfield",
        ["identity:clear", "contact:clear", "traffic:clear", "consent:clear"],
        ["marketing"],
      ),
      await gateway.partner("larkfield", [], ["support"]),
    ];
    for (const caller of callers) expect(canariesIn(JSON.stringify(await ask(caller, query)))).toEqual([]);
  });

  it("is told of once a field, by a refusal that names the field and the rule alone", async () => {
    const billing = await gateway.partner("larkfield", ["traffic:clear"], ["billing"]);
    const answer = await ask(billing, `{ customers { nodes { id name mail: email } } }`);
    expect(refusals(answer)).toEqual([
      "customers.nodes.0.mail FIELD_HIDDEN",
      "customers.nodes.0.name FIELD_HIDDEN",
    ]);
    expect(canariesIn(JSON.stringify(answer))).toEqual([]);
  });

  it("is not had through the prototype of the answer: such an alias is refused", async () => {
    const billing = await gateway.partner("larkfield", ["identity:clear"], ["billing"]);
    for (const query of [
      "{ __proto__: customers { nodes { id } } }",
      "{ customers { nodes { __proto__: name } } }",
    ]) {
      expect(await ask(billing, query)).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
      });
    }
  });

  it("answers nothing to whoever has not signed in", async () => {
    const queries = [
      `{ customer(id: "${canary.id}") { id } }`,
      "{ nonsense }",
      "fragment F on Query { me { id } } { ...F }",
      "{ ... { me { id } } }",
      "mutation { logout }",
    ];
    for (const query of queries) {
      const answer = await gateway.query(null, query);
      expect({ query, ...answer }).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
      });
      expect(answer.data).toBeUndefined();
    }
  });

  it("has not even a name in the schema for whoever has not signed in", async () => {
    const whole = await gateway.query(
      null,
      "{ __schema { types { name fields { name args { name } } inputFields { name } enumValues { name } } } }",
    );
    expect(whole.errors).toBeUndefined();
    expect(JSON.stringify(whole)).not.toMatch(/customer|phone|body|consent|redaction|category|filter/i);
    for (const name of ["Customer", "Message", "CustomerFilter", "Principal", "Redaction", "Level"])
      expect((await gateway.query(null, `{ __type(name: "${name}") { name } }`)).data).toEqual({
        __type: null,
      });
  });
});

describe.each(engines)("a filter by what a caller may not see on $name", (engine) => {
  let gateway: TestGateway;
  let canary: CanaryCustomer;
  let plain: Caller;
  let withoutTraffic: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    canary = await addCanary(gateway, "larkfield");
    plain = await gateway.partner("larkfield", ["contact:clear", "traffic:clear"], ["support"]);
    withoutTraffic = await gateway.partner("larkfield", ["content:clear", "contact:lookup"], ["support"]);
  });
  afterAll(() => gateway.close());

  it.each([
    ["phone", `{ phone: "+447700900961" }`],
    ["email", `{ email: "canarymail@leak.example.org" }`],
    ["phone", `{ country: "GB", phone: "not a number" }`],
  ])("is refused for %s: %s", async (field, filter) => {
    for (const select of ["totalCount", "nodes { id }", "pageInfo { hasNextPage }"]) {
      const query = `{ customers(filter: ${filter}) { ${select} } }`;
      const answer = await gateway.query(plain, query);
      expect(answer.data ?? null).toBeNull();
      expect(answer.errors).toMatchObject([{ extensions: { code: "FIELD_NOT_FILTERABLE" } }]);
      expect(answer.errors?.[0]?.message).toContain(field);
      expect(canariesIn(JSON.stringify(answer))).toEqual([]);
      expect(withoutRequestIds(await gateway.slowly(plain, query))).toBe(withoutRequestIds(answer));
    }
  });

  it.each([
    "direction: OUTBOUND",
    "status: DELIVERED",
    `senderId: "Fieldward"`,
    `sentAfter: "2020-01-01T00:00:00Z"`,
    `sentBefore: "2030-01-01T00:00:00Z"`,
  ])("is refused for messages without sight of traffic: %s", async (filter) => {
    const answer = await gateway.query(
      withoutTraffic,
      `{ messages(filter: { ${filter} }) { totalCount nodes { id } } }`,
    );
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: "FIELD_NOT_FILTERABLE" } }] });
  });

  it("is on the access log", async () => {
    const append = jest.spyOn(gateway.fieldward.services.accessLog, "append");
    await gateway.query(plain, `{ customers(filter: { phone: "+447700900961" }) { totalCount } }`);
    expect(append.mock.calls.map(([{ kind }]) => kind)).toEqual(["DENIED"]);
    expect(append.mock.calls[0]?.[0].denials).toContainEqual({
      field: "Query.customers",
      code: "FIELD_NOT_FILTERABLE",
    });
  });

  it("finds a number for whoever may look numbers up, without showing it", async () => {
    const answer = await gateway.query(
      withoutTraffic,
      `{ customers(filter: { phone: "+44 7700 900961" }) { totalCount nodes { id phone } } }`,
    );
    expect(listAt(answer, "customers.nodes")).toEqual([{ id: canary.id, phone: null }]);
  });

  it("does not find who has not consented, under a purpose that rests on consent", async () => {
    const marketing = await gateway.partner("larkfield", ["contact:lookup", "contact:clear"], ["marketing"]);
    const answer = await gateway.query(
      marketing,
      `{ customers(filter: { phone: "+447700900961" }) { totalCount nodes { id } } }`,
    );
    expect(answer.data).toEqual({ customers: { totalCount: 0, nodes: [] } });
  });

  it("takes no order and no argument that the schema does not have", async () => {
    for (const query of [
      `{ customers(orderBy: "phone") { nodes { id } } }`,
      `{ customers(sort: NAME) { nodes { id } } }`,
      `{ customers(filter: { name: "a" }) { nodes { id } } }`,
    ]) {
      expect(await gateway.query(plain, query)).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
      });
    }
  });
});

describe.each(engines)("a cursor on $name", (engine) => {
  let gateway: TestGateway;
  let canary: CanaryCustomer;
  let caller: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    canary = await addCanary(gateway, "larkfield");
    caller = await gateway.partner("larkfield", ["content:clear"], ["support"]);
  });
  afterAll(() => gateway.close());

  const PAGES =
    "{ messages(first: 1) { edges { cursor } pageInfo { endCursor } } customers(first: 1) { pageInfo { endCursor } } }";

  it("shows neither the row nor its time, and is the same for the same row", async () => {
    const answer = await gateway.query(caller, PAGES);
    const cursor = textAt(answer, "messages.pageInfo.endCursor");
    const bytes = Buffer.from(cursor, "base64url").toString("latin1");
    expect(bytes).not.toContain(canary.message);
    expect(bytes).not.toContain(canary.id);
    expect(bytes).not.toMatch(/\d{10,}/);
    expect(textAt(answer, "messages.edges.0.cursor")).toBe(cursor);
    expect(textAt(await gateway.query(caller, PAGES), "messages.pageInfo.endCursor")).toBe(cursor);
  });

  it("is refused where it was forged, changed, cut short or made for another list", async () => {
    const pages = await gateway.query(caller, PAGES);
    const own = textAt(pages, "messages.pageInfo.endCursor");
    const flipped = Buffer.from(own, "base64url");
    flipped[30] = (flipped[30] ?? 0) ^ 1;
    const forged = Buffer.from(JSON.stringify([0, canary.id])).toString("base64url");
    const bad = [
      textAt(pages, "customers.pageInfo.endCursor"),
      flipped.toString("base64url"),
      own.slice(0, -8),
      forged,
      "",
      "A",
      canary.id,
      "x".repeat(100_000),
    ];
    for (const after of bad) {
      const answer = await gateway.query(
        caller,
        "query ($after: String) { messages(after: $after) { nodes { id } } }",
        { after },
      );
      expect({ after: after.slice(0, 40), ...answer }).toMatchObject({
        data: null,
        errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
      });
      expect(after.length < 2 || !JSON.stringify(answer).includes(after.slice(0, 200))).toBe(true);
    }
  });
});
