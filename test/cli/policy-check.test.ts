import "reflect-metadata";
import { checkOf, ruleFaults } from "../../src/cli/policy-check";
import { fieldsOfSchema } from "../../src/cli/policy-fields";
import { buildSchemas } from "../../src/graphql/schema";
import { defaultPolicy } from "../policy/principals";

const { schema, rules } = buildSchemas();
const fields = fieldsOfSchema(schema);

describe("the check of a policy against the schema", () => {
  it("finds a rule for every field of every object type, and looks at all of them", () => {
    expect(ruleFaults(fields, rules)).toEqual([]);
    const printed = Object.values(rules).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
    expect(checkOf(defaultPolicy)).toMatchObject({ ok: true, faults: [], fields: printed });
    expect(printed).toBeGreaterThan(80);
  });

  it("names a field without a rule, and a rule without its field", () => {
    const { phone: _, ...customer } = rules["Customer"] ?? {};
    const [login] = Object.values(rules["Mutation"] ?? {});
    if (login === undefined) throw new Error("there is no mutation");
    const broken = { ...rules, Customer: customer, Ghost: { seen: login } };
    expect(ruleFaults(fields, broken).map(({ of, text }) => `${of} ${text}`)).toEqual([
      "the schema has Customer.phone, which has no rule.",
      "the schema has no Ghost.seen, which has a rule.",
    ]);
  });

  it("names a right to look up by what no field can be looked up by, of a role and of a scope set", () => {
    const support = defaultPolicy.roles.get("support");
    if (support === undefined) throw new Error("there is no support");
    const policy = {
      ...defaultPolicy,
      roles: new Map([...defaultPolicy.roles, ["support", { ...support, lookup: ["content"] as const }]]),
      scopeSets: new Map([
        ...defaultPolicy.scopeSets,
        ["partner-basic", { scopes: ["contact:token", "identity:lookup"], purposes: ["support"] }],
      ]),
    };
    const said = checkOf(policy).faults.map(({ of, text }) => `${of} ${text}`);
    expect(said).toEqual([
      expect.stringMatching(
        /^role support looks up by content, which no field can be looked up by \(contact/,
      ),
      expect.stringMatching(
        /^scope set partner-basic looks up by identity, which no field can be looked up by/,
      ),
    ]);
  });
});
