import fc from "fast-check";
import { isInputObjectType, isObjectType, type GraphQLSchema } from "graphql";
import { buildSchemas } from "../../src/graphql/schema";
import { audienceOf } from "../../src/graphql/visible/audience";
import type { Principal } from "../../src/domain/principal";
import { purposesOf } from "../../src/policy/decide";
import { SCOPES } from "../../src/policy/scopes";
import { defaultPolicy, partner, staff } from "../policy/principals";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { codes, withoutRequestIds } from "./answers";

const { schema, visible } = buildSchemas();

/** One way to every field that says something of a customer. */
const WAYS: readonly (readonly [type: string, query: (selection: string) => string])[] = [
  ["Customer", (selection) => `{ customers { nodes { id ${selection} } } }`],
  ["Message", (selection) => `{ messages { nodes { id ${selection} } } }`],
  ["Message", (selection) => `{ customers { nodes { messages { nodes { id ${selection} } } } } }`],
  ["ConsentRecord", (selection) => `{ customers { nodes { consents { id ${selection} } } } }`],
];

/** How a field that is no leaf is asked for. */
const BELOW: Readonly<Record<string, string>> = {
  "Customer.messages": "messages { nodes { id } }",
  "Customer.consents": "consents { id }",
  "Customer.consentState": `consentState(purpose: "support")`,
  "Message.customer": "customer { id }",
};

/** A value for each field of a filter. */
const FILTER_VALUES: Readonly<Record<string, string>> = {
  phone: `"+447700900123"`,
  email: `"amira@example.org"`,
  externalRef: `"none"`,
  country: `"GB"`,
  customerId: `"none"`,
  direction: "INBOUND",
  senderId: `"Fieldward"`,
};
const LISTS = { CustomerFilter: "customers", MessageFilter: "messages" } as const;

function valueOf(type: string, field: string): string {
  if (field === "status") return type === "CustomerFilter" ? "ACTIVE" : "SENT";
  return FILTER_VALUES[field] ?? `"2026-01-01T00:00:00Z"`;
}

const namesOf = (from: GraphQLSchema, name: string): readonly string[] => {
  const type = from.getType(name);
  return isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];
};

/** Whether an answer holds a value other than null under a key. */
function holds(value: unknown, key: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, below]) =>
    name === key && !Array.isArray(value) ? below !== null : holds(below, key),
  );
}

/** What can be asked for in some way under some purpose, and what is ever served. */
interface Found {
  readonly askable: Set<string>;
  readonly served: Set<string>;
}

describe.each(engines)("what a caller sees of the schema on $name", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenant, { consentBits: 3 });
    await addMessages(gateway, customer, ["One."]);
    await gateway.fieldward.services.consents.record(
      {
        customerId: customer.id,
        purpose: "support",
        state: "GRANTED",
        legalBasis: "CONSENT",
        method: "web-form",
        jurisdiction: "GB",
        evidence: "They ticked it.",
      },
      customer.id,
      null,
      () => Promise.resolve(),
    );
  });
  afterAll(() => gateway.close());

  async function ask(caller: Caller, query: string): Promise<Answer> {
    return gateway.query(caller, query);
  }

  async function tryFields(caller: Caller, found: Found): Promise<void> {
    for (const [type, query] of WAYS) {
      // All in one query: a field that is refused is null and takes nothing else with it.
      const fields = namesOf(schema, type);
      const selection = fields.map((name) => `f_${name}: ${BELOW[`${type}.${name}`] ?? name}`).join(" ");
      const answer = await ask(caller, query(selection));
      const refused = new Set((answer.errors ?? []).map(({ path }) => String(path?.at(-1))));
      for (const name of fields) {
        if (answer.data && !refused.has(`f_${name}`) && holds(answer.data, "id"))
          found.askable.add(`${type}.${name}`);
        if (holds(answer.data, `f_${name}`)) found.served.add(`${type}.${name}`);
      }
    }
  }

  async function tryFilters(caller: Caller, found: Found): Promise<void> {
    for (const [type, list] of Object.entries(LISTS)) {
      for (const name of namesOf(schema, type)) {
        const answer = await ask(
          caller,
          `{ ${list}(filter: { ${name}: ${valueOf(type, name)} }) { pageInfo { hasNextPage } } }`,
        );
        if (answer.errors === undefined) found.askable.add(`${type}.${name}`);
        else expect(codes(answer)).toEqual([expect.stringMatching(/^(?:FIELD_NOT_FILTERABLE|FORBIDDEN)$/)]);
      }
    }
  }

  async function findAll(token: string, purposes: readonly string[]): Promise<Found> {
    const found: Found = { askable: new Set(), served: new Set() };
    for (const purpose of purposes) {
      await tryFields({ token, purpose }, found);
      await tryFilters({ token, purpose }, found);
    }
    return found;
  }

  async function expectTheSame(principal: Principal, found: Found): Promise<void> {
    const seen = (await visible.of(defaultPolicy, audienceOf(principal))).schema;
    const types = ["Customer", "Message", "ConsentRecord", ...Object.keys(LISTS)];
    const parts = types.flatMap((type) => namesOf(seen, type).map((name) => `${type}.${name}`)).sort();
    // Under a purpose: without one nothing personal is answered at all.
    expect([...found.askable].sort()).toEqual(parts);
    expect([...found.served].filter((part) => !parts.includes(part))).toEqual([]);
  }

  it.each([...defaultPolicy.roles.keys()])("is what %s can ask for, no more and no less", async (role) => {
    const [first = ""] = defaultPolicy.roles.get(role)?.purposes ?? [];
    const { token } = await gateway.staff(role, first);
    const found = await findAll(token, purposesOf(staff(role), defaultPolicy));
    await expectTheSame(staff(role), found);
  });

  it("is what a partner of any scopes and purposes can ask for, no more and no less", async () => {
    const reading = SCOPES.filter((scope) => !scope.endsWith(":write"));
    const scopes = fc.subarray(reading, { minLength: 1, maxLength: 6 });
    const purposes = fc.subarray([...defaultPolicy.purposes.keys()], { minLength: 1, maxLength: 2 });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(scopes, purposes, async (given, declared) => {
        const { token } = await gateway.partner("larkfield", given, declared);
        const found = await findAll(token, declared);
        refused += found.askable.size < 20 ? 1 : 0;
        await expectTheSame(partner(given, declared), found);
      }),
      { numRuns: engine.server === null ? 20 : 5 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it("tells of the schema in the same words both ways, whoever asks", async () => {
    const query = "{ __schema { types { name fields { name args { name } } inputFields { name } } } }";
    const answers = new Set<string>();
    for (const role of defaultPolicy.roles.keys()) {
      const caller = await gateway.staff(role, defaultPolicy.roles.get(role)?.purposes[0] ?? "");
      const answer = await gateway.query(caller, query);
      expect(withoutRequestIds(await gateway.slowly(caller, query))).toBe(withoutRequestIds(answer));
      answers.add(withoutRequestIds(answer));
    }
    expect(answers.size).toBe(defaultPolicy.roles.size);
  });
});
