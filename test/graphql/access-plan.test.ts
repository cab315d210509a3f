import type * as rows from "../../src/database/rows";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { at, codes, withoutRequestIds } from "./answers";

/** Every statement that went through `rowSource`, with the database that it went to. */
const mockStatements: string[] = [];

jest.mock("../../src/database/rows", () => {
  const actual = jest.requireActual<typeof rows>("../../src/database/rows");
  const rowSource: typeof actual.rowSource = (source) => {
    const inner = actual.rowSource(source);
    return {
      ...inner,
      rows: (sql) => {
        mockStatements.push(`${String(source.options.database)}: ${sql.text}`);
        return inner.rows(sql);
      },
    };
  };
  return { ...actual, rowSource };
});

const PLAN = `query ($document: String!, $variables: JSON) {
  accessPlan(document: $document, variables: $variables) {
    allowed refusal cost fields { path field category level because toRaise }
  }
}`;

interface Planned {
  readonly allowed: boolean;
  readonly refusal: string | null;
  readonly cost: number;
  readonly fields: readonly {
    readonly path: string;
    readonly field: string;
    readonly level: string;
    readonly because: string;
    readonly toRaise: string | null;
  }[];
}

describe.each(engines)("the access plan of a document on $name", (engine) => {
  let gateway: TestGateway;
  let support: Caller;
  let untrained: Caller;
  let partner: Caller;
  let customerId: string;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenant);
    await addMessages(gateway, customer, ["One."]);
    customerId = customer.id;
    support = await gateway.staff("support", "support");
    untrained = await gateway.staff("support", "support", false);
    partner = await gateway.partner("larkfield", ["contact:clear", "traffic:clear"], ["fraud", "marketing"]);
  });
  afterAll(() => gateway.close());

  const ask = async (caller: Caller | null, document: string, variables?: unknown): Promise<Answer> => {
    const answer = await gateway.query(caller, PLAN, { document, variables });
    const slow = await gateway.slowly(caller, PLAN, { document, variables });
    expect(withoutRequestIds(slow)).toBe(withoutRequestIds(answer));
    return answer;
  };
  const planFor = async (caller: Caller, document: string, variables?: unknown): Promise<Planned> => {
    const { data, errors } = await ask(caller, document, variables);
    expect(errors).toBeUndefined();
    return (data as { accessPlan: Planned }).accessPlan;
  };

  it("says of each field at which level it would be served, why, and what would raise it", async () => {
    const plan = await planFor(
      support,
      `query ($n: Int!) { customers(first: $n) { totalCount nodes { id __typename phone name low: name(as: TOKEN) high: phone(as: CLEAR) messages(first: 3) { nodes { body sentAt } } } } }`,
      { n: 4 },
    );
    expect(plan).toMatchObject({ allowed: true, refusal: null, cost: 4 * 3 });
    const told = plan.fields.map(({ path, field, level }) => `${path} ${field} ${level}`);
    expect(told).toEqual([
      "customers Query.customers CLEAR",
      "customers.nodes CustomerConnection.nodes CLEAR",
      "customers.nodes.__typename Customer.__typename CLEAR",
      "customers.nodes.high Customer.phone HIDDEN",
      "customers.nodes.id Customer.id CLEAR",
      "customers.nodes.low Customer.name TOKEN",
      "customers.nodes.messages Customer.messages CLEAR",
      "customers.nodes.messages.nodes MessageConnection.nodes CLEAR",
      "customers.nodes.messages.nodes.body Message.body MASKED",
      "customers.nodes.messages.nodes.sentAt Message.sentAt CLEAR",
      "customers.nodes.name Customer.name CLEAR",
      "customers.nodes.phone Customer.phone MASKED",
      "customers.totalCount CustomerConnection.totalCount CLEAR",
    ]);
    const reasons = new Map(plan.fields.map(({ path, because, toRaise }) => [path, { because, toRaise }]));
    expect(reasons.get("customers.nodes.phone")).toEqual({
      because: "MASKED on contact is what role support allows",
      toRaise: "an approved elevation for this customer",
    });
    expect(reasons.get("customers.nodes.low")).toEqual({
      because: "asked for with `as:`",
      toRaise: "leave out `as:`",
    });
    expect(reasons.get("customers.nodes.high")?.toRaise).toBe(
      "ask for no more than MASKED with `as:`, or an approved elevation for this customer",
    );
  });

  it("counts a list whose length is given as null like one of which it is left out", async () => {
    const listOf = (first: string): string =>
      `{ customers${first} { nodes { messages${first} { nodes { id } } } } }`;
    const documents = [listOf(""), listOf("(first: null)"), `query ($n: Int) ${listOf("(first: $n)")}`];
    const costs = [];
    for (const document of documents) costs.push((await planFor(support, document, { n: null })).cost);
    expect(costs).toEqual([25 * 50, 25 * 50, 25 * 50]);
  });

  it("says the same to an untrained colleague with the training that is lacking", async () => {
    const plan = await planFor(untrained, "{ customers { nodes { name } } }");
    expect(plan.fields.at(-1)).toEqual({
      path: "customers.nodes.name",
      field: "Customer.name",
      category: "IDENTITY",
      level: "MASKED",
      because: "no current training",
      toRaise: "complete the training",
    });
  });

  it("names another purpose that the caller has, where that would give more", async () => {
    const { token } = partner;
    const plan = await planFor(
      { token, purpose: "marketing" },
      "{ messages { nodes { body customerNumber } } }",
    );
    expect(plan.fields.slice(-2)).toMatchObject([
      {
        field: "Message.body",
        level: "HIDDEN",
        toRaise: "declare the purpose fraud and the scope content:clear",
      },
      { field: "Message.customerNumber", level: "CLEAR", toRaise: null },
    ]);
  });

  it("tells in the words of the answer itself why the whole would be refused", async () => {
    const withoutPurpose = { token: partner.token };
    const undeclared = { token: (await gateway.staff("compliance", "legal")).token };
    const refused: readonly (readonly [Caller, string])[] = [
      [support, "{ apiTokens { id } }"],
      [support, `{ a: customers(first: 1000) { nodes { messages(first: 1000) { nodes { id } } } } }`],
      [withoutPurpose, "{ customers { nodes { phone } } }"],
      [partner, `{ customers(filter: { country: "GB", phone: "+447700900123" }) { nodes { phone } } }`],
      [partner, `mutation { createCustomer(input: { phone: "+447700900123" }) { id } }`],
      [support, "{ me { id } __schema { queryType { name } } }"],
      [undeclared, "{ elevations { id reason } }"],
      [
        undeclared,
        `mutation { requestElevation(customerId: "${customerId}", category: CONTENT, reason: "To have a look.", minutes: 5) { id } }`,
      ],
      [support, "{ a: elevations { reads { records } } b: elevations { id reads { at } } }"],
      [
        support,
        `mutation { a: login(email: "a", password: "b") { challenge } login(email: "a", password: "b") { challenge } }`,
      ],
    ];
    for (const [caller, document] of refused) {
      const plan = await planFor(caller, document);
      const sent = await gateway.query(caller, document);
      expect(sent.data ?? null).toBeNull();
      expect({ document, allowed: plan.allowed, refusal: plan.refusal }).toEqual({
        document,
        allowed: false,
        refusal: sent.errors?.[0]?.message,
      });
    }
  });

  it("hides what a forbidden filter would take away", async () => {
    const { token } = await gateway.partner(
      "larkfield",
      ["contact:clear", "consent:clear", "traffic:token"],
      ["support"],
    );
    const plan = await planFor(
      { token, purpose: "support" },
      `{ customers(filter: { phone: "+447700900123" }) { nodes { phone } pageInfo { hasNextPage } } }`,
    );
    expect(new Set(plan.fields.map(({ level }) => level))).toEqual(new Set(["HIDDEN"]));
    expect(plan.fields.every(({ because }) => because.includes("It was phone."))).toBe(true);
  });

  it("reads no row and writes none, whatever is planned", async () => {
    const input = `{ phone: "+447700900999", tenantId: "${customerId}" }`;
    await planFor(support, "{ me { id } }");
    mockStatements.length = 0;
    for (const document of [
      `{ customer(id: "${customerId}") { name phone messages { nodes { body } } consents { evidence } } }`,
      `{ customers(filter: { phone: "+447700900123" }) { totalCount nodes { id } } }`,
      `mutation { createCustomer(input: ${input}) { id name } }`,
      `mutation { logoutEverywhere }`,
    ])
      await planFor(support, document);
    expect(mockStatements).toEqual([]);
    // The session still counts, nobody was added, and reading is told apart from planning.
    const list = await gateway.query(support, "{ customers { totalCount } }");
    expect(at(list, "customers.totalCount")).toBe(1);
    expect(mockStatements.length).toBeGreaterThan(0);
  });

  it("is the same whether or not a customer exists", async () => {
    const documentOf = (id: string): string =>
      `{ customer(id: "${id}") { id phone name } message(id: "${id}") { body } }`;
    const known = await ask(support, documentOf(customerId));
    const unknown = await ask(support, documentOf("01900000-0000-7000-8000-000000000000"));
    expect(withoutRequestIds(unknown)).toBe(withoutRequestIds(known));
  });

  it.each([
    ["a name that does not exist", "{ customers { nodes { phon } } }", "Cannot query field"],
    ["a text that is cut off", "{ customers {", "Syntax Error"],
    ["no text", "", "Syntax Error"],
    ["no operation", "fragment F on Customer { id }", ""],
    ["two operations", "query A { me { id } } query B { me { id } }", "one operation"],
    ["itself", `{ accessPlan(document: "{ me { id } }") { allowed } }`, "does not plan itself"],
    [
      "itself in a fragment",
      `{ ...F } fragment F on Query { x: accessPlan(document: "a") { allowed } }`,
      "does not plan itself",
    ],
    ["a variable of another type", `query ($a: ID!) { customer(id: $a) { id } }`, "$a"],
    ["a name too long", `query ${"N".repeat(101)} { me { id } }`, "100 characters"],
    ["too many tokens", `{ ${"me { id } ".repeat(1_000)} }`, "Syntax Error"],
  ])("is refused where sending would not get that far either: %s", async (_, document, text) => {
    const answer = await ask(support, document, { a: ["Canaryname"] });
    expect(answer.data ?? null).toBeNull();
    expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
    expect(answer.errors?.[0]?.message).toContain(text);
    expect(answer.errors?.[0]?.message).not.toMatch(/Canaryname|Did you mean/);
  });

  it("is refused as too complex where the document is, and where two are asked for", async () => {
    const deep = `{ customers { nodes { ${"messages { nodes { customer { ".repeat(5)} id ${"} } }".repeat(5)} } } }`;
    expect(codes(await ask(support, deep))).toEqual(["QUERY_TOO_COMPLEX"]);
    const twice = `{ a: accessPlan(document: "{ me { id } }") { allowed } b: accessPlan(document: "{ me { id } }") { allowed } }`;
    expect(codes(await gateway.query(support, twice))).toEqual(["QUERY_TOO_COMPLEX"]);
  });

  it("takes variables as an object and nothing else", async () => {
    for (const variables of ["a", 7, ["a"], true])
      expect(codes(await ask(support, "{ me { id } }", variables))).toEqual(["BAD_USER_INPUT"]);
  });

  it("is not for whoever has not signed in", async () => {
    expect(await gateway.query(null, PLAN, { document: "{ signedIn }" })).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  });
});
