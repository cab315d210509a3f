import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from "type-graphql";
import { ConsentRecord } from "../../domain/consent-record";
import { Customer } from "../../domain/customer";
import { Message } from "../../domain/message";
import { ConsentState } from "../../domain/vocabulary";
import type { GatewayContext } from "../context";
import type { Operation } from "../operation";
import { ROOTS } from "../reads/roots";
import { CustomerConnection, CustomerFilter, MessageConnection, MessageFilter } from "../types";

const orNull = { nullable: true };

function operationOf(context: GatewayContext): Operation {
  if (context.operation === undefined) throw new Error("a resolver ran outside an operation");
  return context.operation;
}

/** Every resolver here does the same: it asks the read of its field, which the plan executor asks too. */
function readRoot(args: object, context: GatewayContext, info: GraphQLResolveInfo): Promise<unknown> {
  const operation = operationOf(context);
  const field = operation.children.fieldOf(info);
  const read = ROOTS[field.coordinate];
  if (read === undefined) throw new Error(`${field.coordinate} has no read`);
  return read(args, field, operation);
}

function readChild(
  parent: object,
  args: object,
  context: GatewayContext,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  return operationOf(context).children.load(parent, args, info);
}

@Resolver(() => Customer)
export class CustomerReads {
  @Query(() => Customer, orNull)
  customer(
    @Arg("id", () => ID) id: string,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readRoot({ id }, context, info);
  }

  @Query(() => CustomerConnection)
  customers(
    @Arg("filter", () => CustomerFilter, orNull) filter: CustomerFilter | null,
    @Arg("first", () => Int, { nullable: true, defaultValue: 25 }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readRoot({ filter, first, after }, context, info);
  }

  @FieldResolver(() => [ConsentRecord], { nullable: true, description: "The ledger, newest first." })
  consents(
    @Root() customer: Customer,
    @Arg("purpose", () => String, orNull) purpose: string | null,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readChild(customer, { purpose }, context, info);
  }

  @FieldResolver(() => ConsentState, {
    nullable: true,
    description: "The state that the ledger adds up to now.",
  })
  consentState(
    @Root() customer: Customer,
    @Arg("purpose", () => String) purpose: string,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readChild(customer, { purpose }, context, info);
  }

  @FieldResolver(() => MessageConnection, orNull)
  messages(
    @Root() customer: Customer,
    @Arg("filter", () => MessageFilter, orNull) filter: MessageFilter | null,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readChild(customer, { filter, first, after }, context, info);
  }
}

@Resolver(() => Message)
export class MessageReads {
  @Query(() => Message, orNull)
  message(@Arg("id", () => ID) id: string, @Ctx() context: GatewayContext, @Info() info: GraphQLResolveInfo) {
    return readRoot({ id }, context, info);
  }

  @Query(() => MessageConnection)
  messages(
    @Arg("filter", () => MessageFilter, orNull) filter: MessageFilter | null,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readRoot({ filter, first, after }, context, info);
  }

  @FieldResolver(() => Customer, orNull)
  customer(@Root() message: Message, @Ctx() context: GatewayContext, @Info() info: GraphQLResolveInfo) {
    return readChild(message, {}, context, info);
  }
}
