import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { FieldwardError } from "../../domain/errors";
import type { Principal } from "../../domain/principal";
import type { IssuedToken, RecordChange } from "../../identity/api-tokens";
import { checkedToken } from "../../lifecycle/token-input";
import { entryOf } from "../access-entries";
import { Operation } from "../operation";
import { rowIdOf } from "../reads/arguments";
import { ApiTokenView, CreateTokenInput, IssuedTokenView, viewOf } from "./token-types";

const optionalInt = { nullable: true };

/** Puts a change of a token or a principal on the access log, inside its transaction. */
function recorder({ context, plan }: Operation, outcome: string): RecordChange {
  const entry = entryOf(context, plan, { kind: "ACCOUNTS", reads: [], denials: [] });
  return (about) => context.services.accessLog.append({ ...entry, about, outcome });
}

/** Who manages tokens; the rule of each operation has asked for the right already. */
function staffOf({ principal }: Operation): Principal {
  if (principal?.kind !== "STAFF") throw new FieldwardError("FORBIDDEN");
  return principal;
}

/** An id that can be none is one that is not there. */
function requiredId(id: string): string {
  const rowId = rowIdOf(id);
  if (rowId === undefined) throw new FieldwardError("NOT_FOUND");
  return rowId;
}

function issuedView({ row, token }: IssuedToken): IssuedTokenView {
  return Object.assign(new IssuedTokenView(), { token: viewOf(row), secret: token });
}

@Resolver(() => ApiTokenView)
export class TokenReads {
  @Query(() => [ApiTokenView], { description: "All of them, or those of one tenant, oldest first." })
  async apiTokens(
    @Arg("tenantId", () => ID, { nullable: true }) tenantId: string | null | undefined,
    @Ctx() operation: Operation,
  ): Promise<ApiTokenView[]> {
    staffOf(operation);
    const tenant = tenantId == null ? null : (rowIdOf(tenantId) ?? "-");
    const tokens = await operation.context.services.apiTokens.list(tenant);
    return tokens.map(viewOf);
  }
}

@Resolver(() => ApiTokenView)
export class TokenWrites {
  @Mutation(() => IssuedTokenView)
  async createApiToken(
    @Arg("input", () => CreateTokenInput) { tenantId, ...input }: CreateTokenInput,
    @Ctx() operation: Operation,
  ): Promise<IssuedTokenView> {
    const { id: createdBy } = staffOf(operation);
    const { apiTokens, policy } = operation.context.services;
    const wanted = { ...checkedToken(input, policy), tenantId: requiredId(tenantId), createdBy };
    return issuedView(await apiTokens.issue(wanted, recorder(operation, "created")));
  }

  @Mutation(() => IssuedTokenView, {
    description:
      "Gives it a new secret. The old one is good for `graceHours` more; with `expiresInDays` it gets a new end.",
  })
  async rotateApiToken(
    @Arg("id", () => ID) id: string,
    @Arg("graceHours", () => Int, { ...optionalInt, defaultValue: 24 }) graceHours: number | null,
    @Arg("expiresInDays", () => Int, optionalInt) expiresInDays: number | null,
    @Ctx() operation: Operation,
  ): Promise<IssuedTokenView> {
    staffOf(operation);
    const { apiTokens, authenticator } = operation.context.services;
    const given = { graceHours, expiresInDays };
    const rotated = await apiTokens.rotate(requiredId(id), given, recorder(operation, "rotated"));
    authenticator.forget();
    return issuedView(rotated);
  }

  @Mutation(() => ApiTokenView)
  async revokeApiToken(@Arg("id", () => ID) id: string, @Ctx() operation: Operation): Promise<ApiTokenView> {
    staffOf(operation);
    const { apiTokens, authenticator } = operation.context.services;
    const revoked = await apiTokens.revoke(requiredId(id), recorder(operation, "revoked"));
    authenticator.forget();
    return viewOf(revoked);
  }

  @Mutation(() => Boolean, {
    description:
      "Stops a token or a member of staff until somebody has looked; the reason goes into an alert.",
  })
  async freezePrincipal(
    @Arg("id", () => ID) id: string,
    @Arg("reason", () => String) reason: string,
    @Ctx() operation: Operation,
  ): Promise<boolean> {
    const by = staffOf(operation);
    const { freezing, authenticator } = operation.context.services;
    await freezing.freeze({ id: requiredId(id), reason, by }, recorder(operation, "frozen"));
    authenticator.forget();
    return true;
  }
}
