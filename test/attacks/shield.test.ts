import "reflect-metadata";
import { execute, isInputObjectType, isInterfaceType, isObjectType, isUnionType, parse } from "graphql";
import { buildSchemaSync, Field, FieldResolver, ObjectType, Query, Resolver } from "type-graphql";
import { StartupError } from "../../src/domain/errors";
import { makeRules } from "../../src/graphql/rules/field-rules";
import { FILTER_FIELDS } from "../../src/graphql/rules/filter-rules";
import { OPERATIONS } from "../../src/graphql/rules/operations";
import { buildSchemas } from "../../src/graphql/schema";
import { context } from "./nobody";

const { schema, rules, shielded } = buildSchemas();
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
const objects = types.filter(isObjectType);

describe("the rules of graphql-shield", () => {
  it("name every field of every object type, and nothing else", () => {
    const fields = objects.map((type) => [type.name, Object.keys(type.getFields())]);
    const ruled = Object.entries(rules).map(([type, ofType]) => [type, Object.keys(ofType)]);
    expect(Object.fromEntries(ruled)).toEqual(Object.fromEntries(fields));
    expect(
      Object.values(rules)
        .flatMap((ofType) => Object.values(ofType))
        .every((rule) => typeof rule.resolve === "function"),
    ).toBe(true);
  });

  it("are on no interface and no union, where they would do nothing: there is none", () => {
    expect(
      types.filter((type) => isInterfaceType(type) || isUnionType(type)).map(({ name }) => name),
    ).toEqual([]);
  });

  it("know each operation, once", () => {
    const roots = ["Query", "Mutation"].flatMap((root) =>
      Object.keys(rules[root] ?? {}).map((field) => `${root}.${field}`),
    );
    expect(roots.sort()).toEqual(Object.keys(OPERATIONS).sort());
    expect(schema.getSubscriptionType() ?? null).toBeNull();
  });

  it("turn away every operation where nobody has signed in, as graphql-js executes it", async () => {
    const calls = {
      Query: ["me { id }", "customers { nodes { id } }", "messages { nodes { id } }"],
      Mutation: ["logout"],
    };
    for (const [root, fields] of Object.entries(calls)) {
      for (const field of fields) {
        const document = parse(`${root === "Query" ? "query" : "mutation"} { ${field} }`);
        const { errors } = await execute({ schema: shielded, document, contextValue: context });
        expect(errors?.[0]?.originalError).toMatchObject({ code: "UNAUTHENTICATED" });
      }
    }
  });
});

describe("the filters", () => {
  it("have a right for each field of each filter input, and for nothing else", () => {
    const inputs = types
      .filter((type) => isInputObjectType(type))
      .filter(({ name }) => name.endsWith("Filter"));
    const fields = inputs.flatMap((type) =>
      Object.keys(type.getFields()).map((field) => `${type.name}.${field}`),
    );
    // The one argument of a list that is not in an input type.
    expect([...fields, "ConsentFilter.purpose"].sort()).toEqual([...FILTER_FIELDS].sort());
  });
});

@ObjectType()
class Unclassified {
  @Field(() => String)
  shoeSize!: string;
}

@Resolver(() => Unclassified)
class Me {
  @Query(() => Unclassified)
  me(): Unclassified {
    return Object.assign(new Unclassified(), { shoeSize: "43" });
  }
}

@Resolver(() => Unclassified)
class Extra {
  @Query(() => String)
  nobodyKnowsThis(): string {
    return "";
  }

  @FieldResolver(() => String)
  computed(): string {
    return "";
  }
}

describe("a schema with something that nobody classified", () => {
  const build = (...resolvers: [new () => object]) =>
    buildSchemaSync({ resolvers, validate: false, orphanedTypes: [] });

  it("stops the start, and the error names the field", () => {
    expect(() => makeRules(build(Me))).toThrow(StartupError);
    expect(() => makeRules(build(Me))).toThrow(/Unclassified\.shoeSize/);
  });

  it("stops the start for an operation without a rule too", () => {
    expect(() => makeRules(build(Extra))).toThrow(/Query\.nobodyKnowsThis/);
  });
});
