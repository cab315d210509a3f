import type * as rows from "../../src/database/rows";
import { textAt } from "./answers";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

/** Every statement that went through `rowSource`, with the database that it went to. */
const mockStatements: { readonly database: string; readonly text: string }[] = [];

jest.mock("../../src/database/rows", () => {
  const actual = jest.requireActual<typeof rows>("../../src/database/rows");
  const rowSource: typeof actual.rowSource = (source) => {
    const inner = actual.rowSource(source);
    const database = /(data|vault|audit)(?:\.db)?$/.exec(String(source.options.database))?.[1] ?? "?";
    return {
      ...inner,
      rows: (sql) => {
        mockStatements.push({ database, text: sql.text });
        return inner.rows(sql);
      },
    };
  };
  return { ...actual, rowSource };
});

const PAGE = `query ($n: Int) {
  customers(first: $n) {
    nodes { id name phone email consents { purpose state evidence } consentState(purpose: "support") messages(first: 20) { nodes { id body customerNumber sentAt } } }
  }
}`;

describe.each(engines)("the statements of a query on $name", (engine) => {
  let gateway: TestGateway;
  let compliance: Caller;
  const people = 50;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    for (let i = 0; i < people; i += 1) {
      const customer = await addCustomer(gateway, tenant);
      await addMessages(
        gateway,
        customer,
        Array.from({ length: 20 }, (_, n) => `Message ${String(n)}.`),
      );
    }
    compliance = await gateway.staff("compliance", "legal");
    await gateway.query(compliance, "{ me { id } }");
    await gateway.slowly(compliance, "{ me { id } }");
    await gateway.query(compliance, PAGE, { n: people });
  });
  afterAll(() => gateway.close());

  /** What a query reads, as `database: first words`. */
  const statementsOf = async (
    way: "query" | "slowly",
    query: string,
    variables = {},
    caller = compliance,
  ): Promise<string[]> => {
    await gateway.query(caller, "{ me { id } }");
    mockStatements.splice(0);
    const { errors } = await gateway[way](caller, query, variables);
    expect((errors ?? []).filter(({ extensions }) => extensions["code"] !== "FIELD_HIDDEN")).toEqual([]);
    return mockStatements
      .filter(({ database }) => database !== "audit")
      .map(({ database, text }) => `${database}: ${text}`);
  };

  it.each(["query", "slowly"] as const)(
    "are as many for 5 customers with their lists as for 50 (%s)",
    async (way) => {
      const few = await statementsOf(way, PAGE, { n: 5 });
      const all = await statementsOf(way, PAGE, { n: people });
      expect(all).toHaveLength(few.length);
      expect(all.filter((text) => text.startsWith("data:"))).toHaveLength(4);
    },
  );

  it("ask the disclosure budget once for a whole page, and not at all for customers it has counted", async () => {
    const other = await gateway.staff("compliance", "legal");
    const isBudget = (text: string): boolean => text.includes("FROM disclosure");
    expect((await statementsOf("query", PAGE, { n: people }, other)).filter(isBudget)).toHaveLength(1);
    expect((await statementsOf("query", PAGE, { n: people }, other)).filter(isBudget)).toEqual([]);
  });

  it.each(["query", "slowly"] as const)(
    "load the keys of a page in one, and in none while they are known (%s)",
    async (way) => {
      const query =
        "query ($n: Int) { customers(first: $n) { nodes { name phone messages { nodes { body } } } } }";
      gateway.clock.forward(61_000);
      const cold = await statementsOf(way, query, { n: people });
      expect(cold.filter((text) => text.includes("FROM subject_key"))).toHaveLength(1);
      const warm = await statementsOf(way, query, { n: people });
      expect(warm.filter((text) => text.includes("FROM subject_key"))).toEqual([]);
    },
  );

  it("of both ways are the same", async () => {
    const fast = await statementsOf("query", PAGE, { n: 7 });
    const slow = await statementsOf("slowly", PAGE, { n: 7 });
    expect(slow.sort()).toEqual(fast.sort());
  });

  it("do not read what is hidden, and of a pseudonym the index alone", async () => {
    const analyst = await gateway.staff("analyst", "analytics");
    const [text = ""] = await statementsOf(
      "query",
      "{ customers(first: 2) { nodes { id name birthDate phone address } } }",
      {},
      analyst,
    );
    expect(text).not.toMatch(/name_ct|birth_date_ct|phone_ct/);
    expect(text).toMatch(/phone_bi/);
    expect(text).toMatch(/address_ct/);
  });

  it("read a column once it is asked for, and not otherwise", async () => {
    const [text = ""] = await statementsOf("query", "{ customers(first: 2) { nodes { name } } }");
    expect(text).toMatch(/name_ct/);
    expect(text).not.toMatch(/phone|email|address|external_ref|country/);
    const [token = ""] = await statementsOf(
      "query",
      "{ customers(first: 2) { nodes { phone(as: TOKEN) } } }",
    );
    expect(token).toMatch(/phone_bi/);
    expect(token).not.toMatch(/phone_ct/);
  });

  it("hold values as parameters only", async () => {
    mockStatements.splice(0);
    await gateway.query(
      compliance,
      `{ customers(filter: { phone: "+447700900999", externalRef: "o'ref", country: "GB" }) { totalCount nodes { id } } }`,
    );
    expect(mockStatements.length).toBeGreaterThan(1);
    expect(mockStatements.filter(({ text }) => /700900|o'ref|'GB'/.test(text))).toEqual([]);
    expect(textAt(await gateway.query(compliance, "{ me { role } }"), "me.role")).toBe("compliance");
  });
});
