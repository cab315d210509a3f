import "reflect-metadata";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { readField } from "../../access/read-field";
import { rowGate } from "../../access/row-gate";
import { Redaction } from "../../domain/category";
import { personalFieldsOf } from "../../domain/classified";
import type { SealedRow } from "../../domain/sealed";
import type { GatewayContext } from "../context";
import { tenantOf } from "../plan-executor";

/** A class, as a decorator takes it. */
type Class = new () => object;

function resolvePersonal(row: SealedRow, context: GatewayContext, info: GraphQLResolveInfo): string | null {
  const order = context.operation?.children.fieldOf(info).order;
  const gate = rowGate(row);
  if (order === undefined || gate === undefined)
    throw new Error(`${info.fieldName} was read outside an operation`);
  return readField(order, row, gate, tenantOf(row), context.services.pseudonyms);
}

/**
 * Makes the resolver class of an entity's personal fields: `name(as: Redaction): String` for each field with `@Personal`.
 * Applying TypeGraphQL's decorators by hand is what their `@` does; the catalogue decides which fields there are.
 */
export function personalFieldResolvers(entity: Class): Class {
  class PersonalFields {}
  const prototype = PersonalFields.prototype;
  for (const { sealed } of personalFieldsOf(entity.name)) {
    const name = sealed.property;
    const descriptor: PropertyDescriptor = {
      configurable: true,
      value: (
        row: SealedRow,
        _as: Redaction | undefined,
        context: GatewayContext,
        info: GraphQLResolveInfo,
      ) => resolvePersonal(row, context, info),
    };
    Object.defineProperty(prototype, name, descriptor);
    Reflect.defineMetadata("design:paramtypes", [Object, Object, Object, Object], prototype, name);
    Root()(prototype, name, 0);
    Arg("as", () => Redaction, { nullable: true })(prototype, name, 1);
    Ctx()(prototype, name, 2);
    Info()(prototype, name, 3);
    FieldResolver(() => String, { nullable: true })(prototype, name, descriptor);
  }
  Resolver(() => entity)(PersonalFields);
  return PersonalFields;
}
