import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Mutation, Resolver } from "type-graphql";
import { Level } from "../../domain/category";
import { ConsentRecord } from "../../domain/consent-record";
import { Customer } from "../../domain/customer";
import { FieldwardError } from "../../domain/errors";
import type { Principal } from "../../domain/principal";
import type { RecordWrite } from "../../lifecycle/write-record";
import type { GatewayContext } from "../context";
import { entryOf } from "../access-entries";
import { readRecordedConsent } from "../reads/consents";
import { readCustomer } from "../reads/customers";
import {
  CreateCustomerInput,
  LoginResult,
  MessageStatusInput,
  RecordConsentInput,
  StoredMessageView,
  StoreMessageInput,
  UpdateCustomerInput,
} from "./write-types";

/** Puts a write on the access log, inside its transaction. */
function recorder(context: GatewayContext): RecordWrite {
  return ({ type, fields, subjects }) => {
    const levels = new Map(fields.map((field) => [field, Level.CLEAR]));
    const entry = { kind: "WRITE", reads: [{ type, fields: levels, subjects }], denials: [] } as const;
    return context.services.accessLog.append(entryOf(context, context.operation?.plan, entry));
  };
}

function principalOf(context: GatewayContext): Principal {
  if (context.principal === null) throw new FieldwardError("UNAUTHENTICATED");
  return context.principal;
}

/** Messages are stored within one tenant: that of the partner. */
function tenantOf(context: GatewayContext): string {
  const { tenantId } = context.standing;
  if (tenantId === null)
    throw new FieldwardError("FORBIDDEN", "Messages are stored by a partner, for its tenant.");
  return tenantId;
}

function fieldOf(context: GatewayContext, info: GraphQLResolveInfo) {
  const { operation } = context;
  if (operation === undefined) throw new Error("a resolver ran outside an operation");
  return { field: operation.children.fieldOf(info), operation };
}

@Resolver(() => Customer)
export class CustomerWrites {
  @Mutation(() => Customer)
  async createCustomer(
    @Arg("input", () => CreateCustomerInput) input: CreateCustomerInput,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { services, standing } = context;
    const id = await services.customers.create({ ...input }, standing.tenantId, recorder(context));
    const { field, operation } = fieldOf(context, info);
    return readCustomer({ id }, field, operation);
  }

  @Mutation(() => Customer)
  async updateCustomer(
    @Arg("input", () => UpdateCustomerInput) input: UpdateCustomerInput,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { services, standing } = context;
    const id = await services.customers.update({ ...input }, standing.tenantId, recorder(context));
    const { field, operation } = fieldOf(context, info);
    return readCustomer({ id }, field, operation);
  }
}

@Resolver(() => StoredMessageView)
export class MessageWrites {
  @Mutation(() => [StoredMessageView], { description: "At most 1,000; idempotent by (tenant, externalId)." })
  storeMessages(
    @Arg("messages", () => [StoreMessageInput]) messages: StoreMessageInput[],
    @Ctx() context: GatewayContext,
  ) {
    const service = context.services.messages;
    const checked = service.check(messages.map((message) => ({ ...message })));
    return service.store(checked, tenantOf(context), recorder(context));
  }

  @Mutation(() => [StoredMessageView], {
    description: "At most 1,000; unknown ids are reported, not created.",
  })
  updateMessageStatuses(
    @Arg("updates", () => [MessageStatusInput]) updates: MessageStatusInput[],
    @Ctx() context: GatewayContext,
  ) {
    const plain = updates.map((update) => ({ ...update }));
    return context.services.messages.updateStatuses(plain, tenantOf(context), recorder(context));
  }
}

@Resolver(() => ConsentRecord)
export class ConsentWrites {
  @Mutation(() => ConsentRecord)
  async recordConsent(
    @Arg("input", () => RecordConsentInput) input: RecordConsentInput,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { services, standing } = context;
    const by = principalOf(context).id;
    const id = await services.consents.record({ ...input }, by, standing.tenantId, recorder(context));
    const { field, operation } = fieldOf(context, info);
    return readRecordedConsent(id, field, operation);
  }
}

@Resolver(() => LoginResult)
export class SessionWrites {
  @Mutation(() => LoginResult)
  async login(
    @Arg("email", () => String) email: string,
    @Arg("password", () => String) password: string,
    @Ctx() context: GatewayContext,
  ): Promise<LoginResult> {
    return { session: await context.services.accounts.signIn(email, password), challenge: null };
  }

  @Mutation(() => Boolean)
  async logout(@Ctx() context: GatewayContext): Promise<boolean> {
    await context.services.accounts.endSessions(principalOf(context).id);
    context.services.authenticator.forget();
    return true;
  }
}
