import { mapSchema, MapperKind, pruneSchema } from "@graphql-tools/utils";
import {
  getNamedType,
  isInputObjectType,
  type GraphQLFieldConfig,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";
import { Redaction, type Level } from "../../domain/category";
import { isFilter } from "../rules/filter-rules";
import type { Reach } from "./reach";

const LEVELS = new Map<string, Level>(Object.entries(Redaction));

/** Whether an input field is left. The input of a write is left whole: who may write records may send all of them. */
function shows(type: string, field: string, { filters }: Reach): boolean {
  return !isFilter(type) || filters.has(`${type}.${field}`);
}

/** An argument is left out where nothing of its type is left to send. */
function isLeft(type: GraphQLInputType, reach: Reach): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return true;
  return Object.keys(named.getFields()).some((field) => shows(named.name, field, reach));
}

function withArguments(
  config: GraphQLFieldConfig<unknown, unknown>,
  reach: Reach,
): GraphQLFieldConfig<unknown, unknown> {
  const args = Object.entries(config.args ?? {}).filter(([, { type }]) => isLeft(type, reach));
  return { ...config, args: Object.fromEntries(args) };
}

/** A schema without what is out of reach: fields, filter fields, arguments, levels, and types that nothing leads to any more. */
export function trimmed(schema: GraphQLSchema, reach: Reach): GraphQLSchema {
  const kept = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, field, type) =>
      reach.fields.has(`${type}.${field}`) ? withArguments(config, reach) : null,
    [MapperKind.INPUT_OBJECT_FIELD]: (config, field, type) => (shows(type, field, reach) ? config : null),
    [MapperKind.ENUM_VALUE]: (config, type, _schema, value) => {
      const level = type === "Redaction" ? LEVELS.get(value) : undefined;
      return level === undefined || reach.levels.has(level) ? config : null;
    },
  });
  return pruneSchema(kept);
}
