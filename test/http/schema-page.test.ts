import { buildClientSchema, getIntrospectionQuery, validateSchema, type IntrospectionQuery } from "graphql";
import { printedSchema } from "../../src/graphql/visible-schema";
import { withoutRequestIds } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";

const INTROSPECTION = getIntrospectionQuery({ specifiedByUrl: true });

describe.each(engines)("the schema that is told on $name", (engine) => {
  let gateway: TestGateway;
  let callers: Readonly<Record<string, Caller | null>>;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    await addTenant(gateway, "larkfield");
    callers = {
      nobody: null,
      support: await gateway.staff("support", "support"),
      untrained: await gateway.staff("support", "support", false),
      admin: await gateway.staff("admin", "security"),
      compliance: await gateway.staff("compliance", "legal"),
      partner: await gateway.partner("larkfield", ["contact:token", "messages:write"], ["support"]),
    };
  });
  afterAll(() => gateway.close());

  const page = (authorization?: string): Promise<Response> =>
    fetch(new URL("/schema.graphql", gateway.url), {
      headers: authorization === undefined ? {} : { authorization },
    });
  const pageOf = (caller: Caller | null) => page(caller === null ? undefined : `Bearer ${caller.token}`);

  it("is the same on the page and by introspection, and valid, for every caller and both ways", async () => {
    const seen = new Set<string>();
    for (const caller of Object.values(callers)) {
      const text = await (await pageOf(caller)).text();
      const answer = await gateway.query(caller, INTROSPECTION);
      const introspected = buildClientSchema(answer.data as IntrospectionQuery & Record<string, unknown>);
      expect(printedSchema(introspected)).toBe(text);
      expect(validateSchema(introspected)).toEqual([]);
      expect(withoutRequestIds(await gateway.slowly(caller, INTROSPECTION))).toBe(withoutRequestIds(answer));
      seen.add(text);
    }
    // Training is no matter of what one could ever be served.
    expect(seen.size).toBe(Object.keys(callers).length - 1);
  });

  it("is text that nobody keeps and no cache mixes up", async () => {
    const { status, headers } = await pageOf(callers["support"] ?? null);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("vary")).toContain("authorization");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it.each(["Bearer nonsense", "Bearer fw_larkfield_aaaaaaaaaaaa_bbbb_cccc", "Basic YTpi", ""])(
    "is not told to a credential that is not good: %s",
    async (authorization) => {
      const answer = await page(authorization);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("vary")).toContain("authorization");
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
      const introspection = await fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization },
        body: JSON.stringify({ query: INTROSPECTION }),
      });
      expect(introspection.status).toBe(401);
    },
  );

  it("shows nobody anything but the way in", async () => {
    const text = await (await pageOf(null)).text();
    const names = [...text.matchAll(/^(?:type|scalar|enum|input) (\w+)/gm)].map(([, name]) => name);
    expect(names).toEqual(["DateTime", "LoginResult", "Mutation", "Query", "Session"]);
    expect(text).not.toMatch(/customer|message|category|role|scope|phone/i);
  });

  it("answers __type with what the caller sees, and null for what it does not", async () => {
    const query = `{ a: __type(name: "Customer") { fields { name } } b: __type(name: "Session") { name } __typename }`;
    expect((await gateway.query(null, query)).data).toEqual({
      a: null,
      b: { name: "Session" },
      __typename: "Query",
    });
    const partner = await gateway.query(callers["partner"] ?? null, query);
    const fields = (partner.data as { a: { fields: { name: string }[] } }).a.fields.map(({ name }) => name);
    expect(fields).toContain("phone");
    expect(fields).not.toContain("name");
    expect(fields).not.toContain("messages");
  });

  it("is asked for in a request of its own", async () => {
    for (const query of [
      "{ __schema { queryType { name } } me { id } }",
      `{ ...A ...B } fragment A on Query { __type(name: "Customer") { name } } fragment B on Query { me { id } }`,
    ]) {
      const answer = await gateway.query(callers["support"] ?? null, query);
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
      expect(answer.errors?.[0]?.message).toContain("a request of its own");
      expect(withoutRequestIds(await gateway.slowly(callers["support"] ?? null, query))).toBe(
        withoutRequestIds(answer),
      );
    }
    expect(await gateway.query(null, "{ signedIn __schema { queryType { name } } }")).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
    });
  });

  it("needs no purpose, and is not on the access log: nothing is read", async () => {
    const append = jest.spyOn(gateway.fieldward.services.accessLog, "append");
    const { token } = callers["compliance"] ?? { token: "" };
    expect((await gateway.query({ token }, INTROSPECTION)).errors).toBeUndefined();
    expect(append).not.toHaveBeenCalled();
  });
});

describe.each(engines)("a name that does not exist on $name", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());

  const faults = async (caller: Caller | null, query: string): Promise<string[]> => {
    const answer = await gateway.query(caller, query);
    const slow = await gateway.slowly(caller, query);
    expect(withoutRequestIds(slow)).toBe(withoutRequestIds(answer));
    for (const { extensions } of answer.errors ?? [])
      expect(extensions).toEqual({
        code: "BAD_USER_INPUT",
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    return (answer.errors ?? []).map(({ message }) => message);
  };

  it("is answered with the names that are close and that the caller sees", async () => {
    const support = await gateway.staff("support", "support");
    expect(await faults(support, "{ customers { nodes { phon } } }")).toEqual([
      'The input is not valid. Cannot query field "phon" on type "Customer". Did you mean "phone"?',
    ]);
    expect(await faults(support, `{ customers(filter: { emial: "a" }) { nodes { id } } }`)).toEqual([
      expect.stringContaining('Did you mean "email"?'),
    ]);
    expect(await faults(support, "{ customers { nodes { phone(as: CLER) } } }")).toEqual([
      expect.stringContaining('Did you mean the enum value "CLEAR"?'),
    ]);
  });

  it("is never answered with a name that the caller does not see", async () => {
    const billing = await gateway.staff("billing", "billing");
    for (const query of [
      "{ messages { nodes { bodi } } }",
      "{ customers { nodes { consent } } }",
      `{ customers(filter: { phon: "a" }) { nodes { id } } }`,
      "{ alrts { nodes { id } } }",
      "{ customers { nodes { phone(as: CLER) } } }",
      "mutation { createCustomr(input: {}) { id } }",
      "fragment F on Elevatio { id } { ...F }",
    ]) {
      const told = await faults(billing, query);
      expect(told.length).toBeGreaterThan(0);
      expect(told.join()).not.toMatch(
        /"(?:body|consents|consentState|email|phone|alerts|CLEAR|createCustomer|Elevation)"/,
      );
    }
  });

  it("does not repeat a value that looks like a suggestion", async () => {
    const support = await gateway.staff("support", "support");
    const told = await faults(
      support,
      `{ customers(filter: { status: "x Did you mean \\"Canaryname\\"?" }, first: "Did you mean \\"Canaryname\\"?") { nodes { id } } }`,
    );
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).not.toContain("Canaryname");
  });

  it("tells whoever has not signed in of the public schema alone", async () => {
    expect(await faults(null, `mutation { login(emial: "a", password: "b") { challenge } }`)).toEqual([
      expect.stringContaining('Did you mean "email"?'),
      expect.stringContaining('"email"'),
    ]);
    const unknown = await faults(null, "{ __schema { ... on Customer { id } } }");
    const nonsense = await faults(null, "{ __schema { ... on Custommer { id } } }");
    expect(unknown.map((text) => text.replaceAll("Customer", "X"))).toEqual(
      nonsense.map((text) => text.replaceAll("Custommer", "X")),
    );
    expect((await faults(null, `query ($a: MessageFilter) { __type(name: "a") { name } }`)).join()).toContain(
      'Unknown type "MessageFilter"',
    );
  });
});
