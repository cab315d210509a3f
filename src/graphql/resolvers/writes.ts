import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Mutation, Resolver } from "type-graphql";
import { Level } from "../../domain/category";
import { ConsentRecord } from "../../domain/consent-record";
import { Customer } from "../../domain/customer";
import { FieldwardError } from "../../domain/errors";
import type { Principal } from "../../domain/principal";
import type { RecordWrite } from "../../lifecycle/write-record";
import { entryOf } from "../access-entries";
import { Operation } from "../operation";
import { readRecordedConsent } from "../reads/consents";
import { readCustomer } from "../reads/customers";
import { planOf } from "./child-loaders";
import {
  CreateCustomerInput,
  MessageStatusInput,
  RecordConsentInput,
  StoredMessageView,
  StoreMessageInput,
  UpdateCustomerInput,
} from "./write-types";

/** Puts a write on the access log, inside its transaction. */
function recorder({ context, plan }: Operation): RecordWrite {
  return ({ type, fields, subjects }) => {
    const levels = new Map(fields.map((field) => [field, Level.CLEAR]));
    const entry = { kind: "WRITE", reads: [{ type, fields: levels, subjects }], denials: [] } as const;
    return context.services.accessLog.append(entryOf(context, plan, entry));
  };
}

function principalOf({ principal }: Operation): Principal {
  if (principal === null) throw new FieldwardError("UNAUTHENTICATED");
  return principal;
}

/** Messages are stored within one tenant: that of the partner. */
function tenantOf({ standing }: Operation): string {
  if (standing.tenantId === null) {
    throw new FieldwardError("FORBIDDEN", "Messages are stored by a partner, for its tenant.");
  }
  return standing.tenantId;
}

@Resolver(() => Customer)
export class CustomerWrites {
  @Mutation(() => Customer)
  async createCustomer(
    @Arg("input", () => CreateCustomerInput) input: CreateCustomerInput,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { context, standing } = operation;
    const id = await context.services.customers.create(input, standing.tenantId, recorder(operation));
    return readCustomer({ id }, planOf(operation, info), operation);
  }

  @Mutation(() => Customer)
  async updateCustomer(
    @Arg("input", () => UpdateCustomerInput) input: UpdateCustomerInput,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { context, standing } = operation;
    const id = await context.services.customers.update(input, standing.tenantId, recorder(operation));
    return readCustomer({ id }, planOf(operation, info), operation);
  }
}

@Resolver(() => StoredMessageView)
export class MessageWrites {
  @Mutation(() => [StoredMessageView], { description: "At most 1,000; idempotent by (tenant, externalId)." })
  storeMessages(
    @Arg("messages", () => [StoreMessageInput]) messages: StoreMessageInput[],
    @Ctx() operation: Operation,
  ) {
    const service = operation.context.services.messages;
    const checked = service.check(messages);
    return service.store(checked, tenantOf(operation), recorder(operation));
  }

  @Mutation(() => [StoredMessageView], {
    description: "At most 1,000; unknown ids are reported, not created.",
  })
  updateMessageStatuses(
    @Arg("updates", () => [MessageStatusInput]) updates: MessageStatusInput[],
    @Ctx() operation: Operation,
  ) {
    return operation.context.services.messages.updateStatuses(
      updates,
      tenantOf(operation),
      recorder(operation),
    );
  }
}

@Resolver(() => ConsentRecord)
export class ConsentWrites {
  @Mutation(() => ConsentRecord)
  async recordConsent(
    @Arg("input", () => RecordConsentInput) input: RecordConsentInput,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { context, standing } = operation;
    const by = principalOf(operation).id;
    const id = await context.services.consents.record(input, by, standing.tenantId, recorder(operation));
    return readRecordedConsent(id, planOf(operation, info), operation);
  }
}
