import { getIntrospectionQuery } from "graphql";
import { codes } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

const many = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(" ");
const nested = (levels: number): string =>
  levels === 0 ? "id" : `customer { messages(first: 1) { nodes { ${nested(levels - 1)} } } }`;

const ASK_FOR_LESS = {
  "deep nesting": `{ messages(first: 1) { nodes { ${nested(5)} } } }`,
  "nesting through fragments": `{ messages { nodes { ...F0 } } } ${many(6, (i) => `fragment F${String(i)} on Message { customer { messages(first: 1) { nodes { id ${i < 5 ? `...F${String(i + 1)}` : ""} } } } }`)}`,
  "501 aliases": `{ customers(first: 1) { nodes { ${many(501, (i) => `a${String(i)}: id`)} } } }`,
  "100 lists side by side": `{ ${many(25, (i) => `a${String(i)}: customers(first: 1000) { nodes { id } }`)} }`,
  "lists of lists": "{ customers(first: 1000) { nodes { messages(first: 1000) { nodes { id } } } } }",
  "lists of lists by null":
    "query ($n: Int) { customers(first: 1000) { nodes { messages(first: $n) { nodes { id } } } } }",
} as const;

const NOT_TAKEN = {
  "2,000 aliases": `{ customers { nodes { ${many(2_000, (i) => `a${String(i)}: id`)} } } }`,
  "500 fragments": `{ customers { nodes { ...F0 } } } ${many(500, (i) => `fragment F${String(i)} on Customer { ...F${String(i + 1)} }`)} fragment F500 on Customer { id }`,
  "5,000 duplicate fields": `{ customers { nodes { ${many(5_000, () => "id")} } } }`,
  "5,000 directives": `{ customers { nodes { id ${many(5_000, () => "@include(if: true)")} } } }`,
  "a fragment that holds itself":
    "{ customers { nodes { ...F } } } fragment F on Customer { id messages { nodes { customer { ...F } } } }",
  "100,000 brackets": `{ customers(filter: ${"{".repeat(100_000)}`,
  "too large a page": "{ customers(first: 1001) { nodes { id } } }",
  "a page of none": "{ customers(first: 0) { nodes { id } } }",
  "a page of less than none": "{ messages(first: -1) { nodes { id } } }",
} as const;

describe.each(engines)("a query that asks for too much on $name", (engine) => {
  let gateway: TestGateway;
  let caller: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const customer = await addCustomer(gateway, await addTenant(gateway, "larkfield"));
    await addMessages(gateway, customer, ["One."]);
    caller = await gateway.staff("compliance", "legal");
  });
  afterAll(() => gateway.close());

  /** As long as a request may keep the process busy, on a slow and loaded machine. */
  const QUICKLY_MS = 1_500;

  const ask = async (
    query: string,
  ): Promise<{ readonly codes: string[]; readonly data: unknown; readonly ms: number }> => {
    const start = performance.now();
    const answer = await gateway.query(caller, query, {});
    return { codes: codes(answer), data: answer.data ?? null, ms: performance.now() - start };
  };

  it.each(Object.entries(ASK_FOR_LESS))("is told to ask for less: %s", async (_, query) => {
    const { ms, ...answer } = await ask(query);
    expect(answer).toEqual({ codes: ["QUERY_TOO_COMPLEX"], data: null });
    expect(ms).toBeLessThan(QUICKLY_MS);
  });

  it.each(Object.entries(NOT_TAKEN))("is not taken: %s", async (_, query) => {
    const { ms, ...answer } = await ask(query);
    expect(answer).toEqual({ codes: ["BAD_USER_INPUT"], data: null });
    expect(ms).toBeLessThan(QUICKLY_MS);
  });

  it("is validated quickly at the most tokens that are taken", async () => {
    const { ms } = await ask(`{ customers(first: 1) { nodes { ${many(2_900, () => "id")} } } }`);
    expect(ms).toBeLessThan(QUICKLY_MS);
  });

  it("does not keep others waiting who ask for little", async () => {
    const large = ask(ASK_FOR_LESS["lists of lists"]);
    const { codes: small } = await ask("{ me { id } }");
    expect(small).toEqual([]);
    await large;
  });
});

/** Each alias of a list in a list multiplies the answer. */
function introspection(aliases: number): string {
  const of = (field: string, fragment: string): string =>
    many(aliases, (i) => `${field.charAt(0)}${String(i)}: ${field} { ...${fragment} }`);
  return `{ __schema { ${of("types", "A")} } } fragment A on __Type { ${of("fields", "B")} } fragment B on __Field { ${of("type", "C")} } fragment C on __Type { ${many(aliases, (i) => `n${String(i)}: name`)} }`;
}

describe("a question for too much of the schema", () => {
  let gateway: TestGateway;
  let caller: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engines[0] ?? { name: "SQLite", server: null });
    caller = await gateway.staff("compliance", "legal");
  });
  afterAll(() => gateway.close());

  const WIDE = {
    "few aliases of lists in lists": introspection(8),
    "many aliases of lists in lists": introspection(30),
    "one list in a list, many times": `{ __schema { types { fields { type { ${many(150, (i) => `a${String(i)}: fields { name }`)} } } } } }`,
    "one type, many times": `{ ${many(120, (i) => `a${String(i)}: __type(name: "Query") { fields { type { fields { args { name } } } } }`)} }`,
  } as const;

  it.each(Object.entries(WIDE))(
    "is answered shortly or told to ask for less, whoever asks: %s",
    async (_, query) => {
      for (const who of [null, caller]) {
        const start = performance.now();
        const answer = await gateway.query(who, query);
        expect(JSON.stringify(answer).length).toBeLessThan(200_000);
        expect(performance.now() - start).toBeLessThan(1_500);
        // Without a credential a long one is not even taken for a question.
        const refusals = who === null ? ["UNAUTHENTICATED", "QUERY_TOO_COMPLEX"] : ["QUERY_TOO_COMPLEX"];
        expect(answer.data === undefined ? refusals : [""]).toContain(codes(answer).join());
      }
    },
  );

  it("is not what tools ask when they fetch a whole schema", async () => {
    const whole = getIntrospectionQuery({
      ...{ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true },
      ...{ schemaDescription: true, inputValueDeprecation: true },
    });
    for (const who of [null, caller]) expect(codes(await gateway.query(who, whole))).toEqual([]);
  });

  it("is not even parsed to its end where it is long and nobody has signed in", async () => {
    const long = `{ ${many(300, (i) => `a${String(i)}: __schema { description }`)} }`;
    expect(codes(await gateway.query(null, long))).toEqual(["UNAUTHENTICATED"]);
  });
});

describe("a sign-in that tries many passwords at once", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engines[0] ?? { name: "SQLite", server: null });
  });
  afterAll(() => gateway.close());

  it("is refused before a single one is checked", async () => {
    const login = jest.spyOn(gateway.fieldward.services.signIn, "login");
    const tries = many(
      30,
      (i) => `a${String(i)}: login(email: "a@example.com", password: "guess ${String(i)}") { challenge }`,
    );
    const answer = await gateway.query(null, `mutation { ${tries} }`);
    expect(codes(answer)).toEqual(["QUERY_TOO_COMPLEX"]);
    expect(login).not.toHaveBeenCalled();
  });
});
