import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isEnumType, isInputObjectType, isObjectType, validateSchema, type GraphQLSchema } from "graphql";
import { PACKAGE_DIR } from "../../src/config";
import { Level } from "../../src/domain/category";
import type { Principal } from "../../src/domain/principal";
import { buildSchemas } from "../../src/graphql/schema";
import { audienceOf, namedAudiences, PUBLIC } from "../../src/graphql/visible/audience";
import { defaultPolicy, partner, staff } from "../policy/principals";

const { schema, visible } = buildSchemas();

/** Every part of a schema by its coordinate: fields, arguments, input fields and values of enums. */
function partsOf(whole: GraphQLSchema): Set<string> {
  const types = Object.values(whole.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
  return new Set(
    types.flatMap((type) => {
      if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
      if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
      if (!isObjectType(type)) return [];
      return Object.values(type.getFields()).flatMap((field) => [
        `${type.name}.${field.name}`,
        ...field.args.map(({ name }) => `${type.name}.${field.name}(${name}:)`),
      ]);
    }),
  );
}

const seenBy = async (principal: Parameters<typeof audienceOf>[0]) =>
  partsOf((await visible.of(defaultPolicy, audienceOf(principal))).schema);

const whole = partsOf(schema);

describe("the schema that each audience sees", () => {
  /** Written by hand from DESIGN §5: some of what is there, and some of what is not. */
  it.each([
    [
      "support",
      "Customer.phone(as:) Customer.name Message.body Customer.consents CustomerFilter.phone CustomerFilter.email Redaction.CLEAR Mutation.createCustomer CreateCustomerInput.phone Mutation.requestElevation Mutation.recordConsent RecordConsentInput.evidence",
      "Query.alerts Query.apiTokens Query.accessExplanation Mutation.storeMessages Mutation.createApiToken StoreMessageInput.body Mutation.approveElevation Elevation.reads ElevatedRead.at",
    ],
    [
      "billing",
      "Customer.name Customer.phone Message.customerNumber Message.sentAt MessageFilter.senderId CustomerFilter.country Redaction.TOKEN",
      "Message.body Customer.consents Customer.consentState ConsentRecord.id CustomerFilter.phone CustomerFilter.email Redaction.MASKED Redaction.CLEAR Mutation.createCustomer CreateCustomerInput.phone Query.elevations ConsentState.GRANTED",
    ],
    [
      "analyst",
      "Customer.phone Message.body Customer.consents Redaction.TOKEN Redaction.MASKED",
      "Customer.name Customer.birthDate CustomerFilter.phone Mutation.recordConsent",
    ],
    [
      "compliance",
      "Customer.address Message.body ConsentRecord.evidence Query.accessExplanation AccessExplanation.steps Query.alerts Redaction.CLEAR Mutation.approveElevation Elevation.reads ElevatedRead.records",
      "Mutation.createApiToken Query.apiTokens Mutation.storeMessages",
    ],
    [
      "security",
      "Customer.phone Message.status Query.alerts Redaction.TOKEN Mutation.freezePrincipal",
      "Customer.name Message.body Customer.consents Redaction.MASKED Query.accessExplanation",
    ],
    [
      "admin",
      "Query.me Query.apiTokens Mutation.createApiToken CreateTokenInput.scopes",
      "Query.customer Query.customers Query.messages Customer.id Message.id Redaction.TOKEN CustomerFilter.country PageInfo.hasNextPage",
    ],
  ])("is right for %s", async (role, there, hidden) => {
    const parts = await seenBy(staff(role));
    const names = (list: string): string[] => list.split(" ");
    expect([...names(there), ...names(hidden)].filter((name) => !whole.has(name))).toEqual([]);
    expect(names(there).filter((name) => !parts.has(name))).toEqual([]);
    expect(names(hidden).filter((name) => parts.has(name))).toEqual([]);
  });

  it("has no way to what a purpose takes away whatever the scope", async () => {
    const scopes = ["identity:clear", "contact:clear", "contact:lookup", "content:clear", "traffic:clear"];
    const billing = await seenBy(partner(scopes, ["billing"]));
    expect(billing.has("Message.sentAt")).toBe(true);
    expect(billing.has("Message.body")).toBe(false);
    const none = await seenBy(partner(scopes, []));
    expect(
      [...none].filter((part) => /^(?:Message|CustomerFilter)\.(?:body|phone|sentAt)/.test(part)),
    ).toEqual([]);
    expect(none.has("Customer.id")).toBe(true);
    expect(none.has("Customer.phone")).toBe(false);
  });

  it("is what any one of several purposes gives, in whatever order they were given", async () => {
    for (const purposes of [
      ["billing", "support"],
      ["support", "billing"],
    ]) {
      const parts = await seenBy(partner(["content:clear", "traffic:clear"], purposes));
      expect(parts.has("Message.body")).toBe(true);
      expect(parts.has("Message.sentAt")).toBe(true);
    }
  });

  it("leaves an argument out where nothing of it is left", async () => {
    const parts = await seenBy(partner(["content:masked"], ["support"]));
    expect(parts.has("Query.messages")).toBe(true);
    expect([...parts].filter((part) => part.startsWith("MessageFilter"))).toEqual([
      "MessageFilter.customerId",
    ]);
    expect(parts.has("Query.messages(filter:)")).toBe(true);
    expect(parts.has("Redaction.CLEAR")).toBe(false);
  });

  it("is the way in, and that alone, for whoever has not signed in", async () => {
    const parts = [...partsOf((await visible.of(defaultPolicy, PUBLIC)).schema)];
    const roots = parts.filter((part) => /^(?:Query|Mutation)\.\w+$/.test(part)).sort();
    expect(roots).toEqual([
      "Mutation.login",
      "Mutation.setPassword",
      "Mutation.verifyTotp",
      "Query.signedIn",
    ]);
  });

  it("is the same for equal callers, whoever they are, in whatever order their scopes were given", () => {
    const one = audienceOf(partner(["a:b", "contact:token", "traffic:clear"], ["billing", "support"]));
    const other = partner(
      ["traffic:clear", "contact:token", "a:b", "a:b"],
      ["support", "billing"],
      "tenant-2",
    );
    const two = audienceOf({ ...other, id: "another" } as Principal);
    expect(two).toEqual(one);
    expect(visible.of(defaultPolicy, two)).toBe(visible.of(defaultPolicy, one));
    expect(audienceOf(staff("support", false))).toEqual(audienceOf(staff("support")));
    expect(audienceOf(staff("support"))).not.toEqual(audienceOf(staff("billing")));
  });

  it("is made anew for another policy", async () => {
    const roles = new Map(defaultPolicy.roles);
    const billing = roles.get("billing");
    if (billing === undefined) throw new Error("the policy has no role billing");
    roles.set("billing", { ...billing, levels: { account: Level.CLEAR } });
    const narrower = { ...defaultPolicy, roles, revision: "another" };
    const audience = audienceOf(staff("billing"));
    const before = await visible.of(defaultPolicy, audience);
    const after = await visible.of(narrower, audience);
    expect(before.text).toContain("name(as: Redaction)");
    expect(after.text).not.toContain("name(as: Redaction)");
    expect(await visible.of(defaultPolicy, audience)).toBe(before);
  });

  it("is a valid schema and part of the whole one", async () => {
    for (const audience of namedAudiences(defaultPolicy).values()) {
      const { schema: seen } = await visible.of(defaultPolicy, audience);
      expect(validateSchema(seen)).toEqual([]);
      expect([...partsOf(seen)].filter((part) => !whole.has(part))).toEqual([]);
    }
  });
});

describe("the files of schema/audiences", () => {
  const directory = join(PACKAGE_DIR, "schema", "audiences");

  it("hold what each role and named scope set sees (UPDATE_SCHEMA=1 writes them anew)", async () => {
    const made: Record<string, string> = {};
    for (const [name, audience] of namedAudiences(defaultPolicy))
      made[`${name}.graphql`] = (await visible.of(defaultPolicy, audience)).text;
    if (process.env["UPDATE_SCHEMA"] === "1")
      for (const [file, text] of Object.entries(made)) writeFileSync(join(directory, file), text);
    const kept = readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]);
    expect(Object.fromEntries(kept)).toEqual(made);
  });
});
