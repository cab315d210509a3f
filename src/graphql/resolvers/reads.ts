import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from "type-graphql";
import { ConsentRecord } from "../../domain/consent-record";
import { Customer } from "../../domain/customer";
import { Message } from "../../domain/message";
import { ConsentState } from "../../domain/vocabulary";
import { Operation } from "../operation";
import { ROOTS } from "../reads/roots";
import { loadChild, planOf } from "./child-loaders";
import { CustomerConnection, CustomerFilter, MessageConnection, MessageFilter } from "../types";

const orNull = { nullable: true };

/** Every resolver here does the same: it asks the read of its field, which the plan executor asks too. */
function readRoot(args: object, operation: Operation, info: GraphQLResolveInfo): Promise<unknown> {
  const field = planOf(operation, info);
  const read = ROOTS[field.coordinate];
  if (read === undefined) throw new Error(`${field.coordinate} has no read`);
  return read(args, field, operation);
}

@Resolver(() => Customer)
export class CustomerReads {
  @Query(() => Customer, orNull)
  customer(@Arg("id", () => ID) id: string, @Ctx() operation: Operation, @Info() info: GraphQLResolveInfo) {
    return readRoot({ id }, operation, info);
  }

  @Query(() => CustomerConnection)
  customers(
    @Arg("filter", () => CustomerFilter, orNull) filter: CustomerFilter | null,
    @Arg("first", () => Int, { nullable: true, defaultValue: 25 }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readRoot({ filter, first, after }, operation, info);
  }

  @FieldResolver(() => [ConsentRecord], { nullable: true, description: "The ledger, newest first." })
  consents(
    @Root() customer: Customer,
    @Arg("purpose", () => String, orNull) purpose: string | null,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadChild(operation, customer, { purpose }, info);
  }

  @FieldResolver(() => ConsentState, {
    nullable: true,
    description: "The state that the ledger adds up to now.",
  })
  consentState(
    @Root() customer: Customer,
    @Arg("purpose", () => String) purpose: string,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadChild(operation, customer, { purpose }, info);
  }

  @FieldResolver(() => MessageConnection, orNull)
  messages(
    @Root() customer: Customer,
    @Arg("filter", () => MessageFilter, orNull) filter: MessageFilter | null,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadChild(operation, customer, { filter, first, after }, info);
  }
}

@Resolver(() => Message)
export class MessageReads {
  @Query(() => Message, orNull)
  message(@Arg("id", () => ID) id: string, @Ctx() operation: Operation, @Info() info: GraphQLResolveInfo) {
    return readRoot({ id }, operation, info);
  }

  @Query(() => MessageConnection)
  messages(
    @Arg("filter", () => MessageFilter, orNull) filter: MessageFilter | null,
    @Arg("first", () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg("after", () => String, orNull) after: string | null,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    return readRoot({ filter, first, after }, operation, info);
  }

  @FieldResolver(() => Customer, orNull)
  customer(@Root() message: Message, @Ctx() operation: Operation, @Info() info: GraphQLResolveInfo) {
    return loadChild(operation, message, {}, info);
  }
}
