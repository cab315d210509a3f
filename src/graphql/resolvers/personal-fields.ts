import "reflect-metadata";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { readField } from "../../access/read-field";
import { rowGate } from "../../access/row-gate";
import { Redaction } from "../../domain/category";
import { personalFieldsOf } from "../../domain/classified";
import type { SealedRow } from "../../domain/sealed";
import type { Operation } from "../operation";
import { tenantOf } from "../plan-executor";
import { planOf } from "./child-loaders";

/** A class, as a decorator takes it. */
type Class = new () => object;

function resolvePersonal(row: SealedRow, operation: Operation, info: GraphQLResolveInfo): string | null {
  const { order } = planOf(operation, info);
  const gate = rowGate(row);
  if (order === undefined || gate === undefined)
    throw new Error(`${info.fieldName} was read outside an operation`);
  return readField(order, row, gate, tenantOf(row), operation.context.services.pseudonyms);
}

/**
 * Makes the resolver class of an entity's personal fields: `name(as: Redaction): String` for each field with `@Personal`.
 * Applying TypeGraphQL's decorators by hand is what their `@` does; the catalogue decides which fields there are.
 */
export function personalFieldResolvers(entity: Class): Class {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its methods are made below, from the catalogue
  class PersonalFields {}
  const prototype = PersonalFields.prototype;
  for (const { sealed } of personalFieldsOf(entity.name)) {
    const name = sealed.property;
    const descriptor: PropertyDescriptor = {
      configurable: true,
      value: (row: SealedRow, _as: Redaction | undefined, operation: Operation, info: GraphQLResolveInfo) =>
        resolvePersonal(row, operation, info),
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
