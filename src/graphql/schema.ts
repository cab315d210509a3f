import "reflect-metadata";
import { applyMiddleware } from "graphql-middleware";
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from "graphql";
import { buildSchemaSync, type NonEmptyArray } from "type-graphql";
import { ConsentRecord } from "../domain/consent-record";
import { Customer } from "../domain/customer";
import { Message } from "../domain/message";
import { Me } from "./resolvers/me";
import { personalFieldResolvers } from "./resolvers/personal-fields";
import { CustomerReads, MessageReads } from "./resolvers/reads";
import { ConsentWrites, CustomerWrites, MessageWrites, SessionWrites } from "./resolvers/writes";
import { makeRules, makeShield, type RuleTable } from "./rules/field-rules";

type Resolvers = NonEmptyArray<new () => object>;

const RESOLVERS: Resolvers = [
  Me,
  CustomerReads,
  MessageReads,
  CustomerWrites,
  MessageWrites,
  ConsentWrites,
  SessionWrites,
  personalFieldResolvers(Customer),
  personalFieldResolvers(Message),
  personalFieldResolvers(ConsentRecord),
];

/** The schema in its three forms. */
export interface Schemas {
  readonly schema: GraphQLSchema;
  readonly rules: RuleTable;
  /** The schema that graphql-shield wraps: every field asks its rule. */
  readonly shielded: GraphQLSchema;
}

/**
 * Builds the schema and the rule of each of its fields.
 *
 * Input is checked where it is used, in `reads` and `lifecycle`, the same for both ways of executing; TypeGraphQL's own
 * validation would only see one of them, and its errors repeat what was submitted.
 *
 * @throws StartupError that names a field without classification or rule
 */
export function buildSchemas(): Schemas {
  const schema = buildSchemaSync({ resolvers: RESOLVERS, validate: false, orphanedTypes: [] });
  const rules = makeRules(schema);
  return { schema, rules, shielded: applyMiddleware(schema, makeShield(rules)) };
}

/** The schema as text, in one order always. */
export function printedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
