import "reflect-metadata";
import { applyMiddleware } from "graphql-middleware";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync, type NonEmptyArray } from "type-graphql";
import { ConsentRecord } from "../domain/consent-record";
import { Customer } from "../domain/customer";
import { Message } from "../domain/message";
import { AccessExplanations } from "./resolvers/access-explanation";
import { AccessPlans } from "./resolvers/access-plan";
import { AlertReads, AlertWrites } from "./resolvers/alerts";
import { ElevationReads, ElevationWrites } from "./resolvers/elevations";
import { Me } from "./resolvers/me";
import { personalFieldResolvers } from "./resolvers/personal-fields";
import { CustomerReads, MessageReads } from "./resolvers/reads";
import { TokenReads, TokenWrites } from "./resolvers/tokens";
import { OwnAccount, SignIns } from "./resolvers/sign-in";
import { ConsentWrites, CustomerWrites, MessageWrites } from "./resolvers/writes";
import { makeRules, makeShield, type RuleTable } from "./rules/field-rules";
import { VisibleSchemas } from "./visible-schema";

type Resolvers = NonEmptyArray<new () => object>;

const RESOLVERS: Resolvers = [
  Me,
  AccessPlans,
  AccessExplanations,
  CustomerReads,
  MessageReads,
  CustomerWrites,
  MessageWrites,
  ConsentWrites,
  SignIns,
  OwnAccount,
  TokenReads,
  TokenWrites,
  ElevationReads,
  ElevationWrites,
  AlertReads,
  AlertWrites,
  personalFieldResolvers(Customer),
  personalFieldResolvers(Message),
  personalFieldResolvers(ConsentRecord),
];

/** The schema in its forms. */
export interface Schemas {
  readonly schema: GraphQLSchema;
  readonly rules: RuleTable;
  /** The schema that graphql-shield wraps: every field asks its rule. */
  readonly shielded: GraphQLSchema;
  /** What of it each caller sees. */
  readonly visible: VisibleSchemas;
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
  return {
    schema,
    rules,
    shielded: applyMiddleware(schema, makeShield(rules)),
    visible: new VisibleSchemas({ schema, rules }),
  };
}
