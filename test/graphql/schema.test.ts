import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";
import { PACKAGE_DIR } from "../../src/config";
import { classifiedField, ownerOfType } from "../../src/domain/classified";
import { buildSchemas } from "../../src/graphql/schema";
import { printedSchema } from "../../src/graphql/visible-schema";

const { schema } = buildSchemas();
const path = (file: string): string => join(PACKAGE_DIR, "schema", file);

/** What the contract promises and is not built yet. Building one forces its removal from here. */
const NOT_YET: readonly string[] = [
  "AccessEvent",
  "AccessEventConnection",
  "AccessEventEdge",
  "AccessLogFilter",
  "AccessRead",
  "ConsentRecord.receipt",
  "Customer.accessHistory",
  "CustomerFilter.phoneLast4",
  "Mutation.completeTraining",
  "Mutation.fulfilSubjectRequest",
  "Mutation.openSubjectRequest",
  "Mutation.placeLegalHold",
  "Mutation.publishPrivacyNotice",
  "Mutation.refuseSubjectRequest",
  "Mutation.releaseLegalHold",
  "PrivacyNotice",
  "Query.accessLog",
  "Query.privacyNotice",
  "Query.retentionPlan",
  "Query.subjectRequests",
  "Query.training",
  "RetentionItem",
  "RetentionPlan",
  "SubjectRequest",
  "SubjectRequestKind",
  "SubjectRequestStatus",
  "TrainingCompletion",
  "TrainingModule",
];

/** Every part of a type by its coordinate, with its type and default written out. */
function partsOf(type: GraphQLNamedType): [string, string][] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => [`${type.name}.${name}`, "value"]);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, String(field.type)]);
  }
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field): [string, string][] => {
    const coordinate = `${type.name}.${field.name}`;
    const args = field.args.map((arg): [string, string] => [
      `${coordinate}(${arg.name}:)`,
      `${String(arg.type)} = ${arg.defaultValue === undefined ? "nothing" : JSON.stringify(arg.defaultValue)}`,
    ]);
    return [[coordinate, String(field.type)], ...args];
  });
}

function partsOfSchema(whole: GraphQLSchema): Map<string, string> {
  const types = Object.values(whole.getTypeMap()).filter(
    ({ name }) => !name.startsWith("__") && !["ID", "String", "Int", "Float", "Boolean"].includes(name),
  );
  return new Map(types.flatMap((type): [string, string][] => [[type.name, "type"], ...partsOf(type)]));
}

const promised = partsOfSchema(buildSchema(readFileSync(path("contract.graphql"), "utf8")));
const built = partsOfSchema(schema);

describe("the printed schema", () => {
  it("is the one in schema/schema.graphql (UPDATE_SCHEMA=1 writes it anew)", () => {
    const printed = printedSchema(schema);
    if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(path("schema.graphql"), printed);
    expect(readFileSync(path("schema.graphql"), "utf8")).toBe(printed);
  });
});

describe("the contract", () => {
  /** A part below one that is missing is not named by itself. */
  const above = (coordinate: string): string => /^(.*?)[.(][^.(]*$/.exec(coordinate)?.[1] ?? "";
  const missing = [...promised.keys()].filter(
    (coordinate) => !built.has(coordinate) && (above(coordinate) === "" || built.has(above(coordinate))),
  );

  it("lacks nothing but what is listed as not built yet", () => {
    expect(missing.sort()).toEqual([...NOT_YET].sort());
  });

  it("is kept to by every part that is built: the same types and defaults", () => {
    const both = [...promised].filter(([coordinate]) => built.has(coordinate));
    expect(Object.fromEntries(both.map(([coordinate]) => [coordinate, built.get(coordinate)]))).toEqual(
      Object.fromEntries(both),
    );
    expect(both.length).toBeGreaterThan(150);
  });

  it("has no required argument and no required input field that it does not name", () => {
    const required = [...built].filter(
      ([coordinate, type]) =>
        !promised.has(coordinate) &&
        promised.has(above(coordinate)) &&
        (coordinate.includes("(") || /(?:Input|Filter)\./.test(coordinate)) &&
        /!(?: = nothing)?$/.test(type),
    );
    expect(required).toEqual([]);
  });
});

describe("a field that a caller may be refused", () => {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) =>
      isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [],
    );

  it("is nullable, so that a refusal takes nothing else with it", () => {
    const restricted = fields.filter(({ type, field }) => {
      const category = classifiedField(ownerOfType(type.name), field.name)?.category ?? null;
      return category !== null && category !== "account";
    });
    expect(restricted.length).toBeGreaterThan(25);
    expect(
      restricted.filter(({ field }) => isNonNullType(field.type)).map(({ field }) => field.name),
    ).toEqual([]);
  });

  it("takes a level where it is personal, and only there", () => {
    const wrong = fields.filter(({ type, field }) => {
      const personal = classifiedField(ownerOfType(type.name), field.name)?.form === "personal";
      return personal !== field.args.some(({ name }) => name === "as");
    });
    expect(wrong.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
  });
});
