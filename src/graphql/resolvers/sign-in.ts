import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { FieldwardError } from "../../domain/errors";
import type { Actor, RecordAccountChange } from "../../identity/second-factor";
import type { OpenedSession } from "../../identity/sessions";
import type { SignedIn, SignInRequest } from "../../identity/sign-in";
import type { TotpEnrolment } from "../../identity/totp";
import { entryOf } from "../access-entries";
import { Operation } from "../operation";
import { LoginResult, SessionView, TotpEnrolmentView } from "./sign-in-types";

const optional = { nullable: true };
const text = () => String;

function requestOf({ context, principal }: Operation): SignInRequest {
  const { requestId, ip } = context;
  return { requestId, ip, sessionId: principal?.sessionId };
}

/** Who works on their own account. A token of a partner or of the identity provider has nothing of the kind. */
function actorOf({ principal, context }: Operation): Actor {
  if (principal?.kind !== "STAFF" || principal.sessionId === undefined)
    throw new FieldwardError("FORBIDDEN", "It needs a session: sign in with `login`.");
  return { staffId: principal.id, ip: context.ip };
}

/** Puts a change of an account on the access log, inside its transaction. */
function recorder({ context, plan }: Operation): RecordAccountChange {
  const entry = entryOf(context, plan, { kind: "ACCOUNTS", reads: [], denials: [] });
  return (about) => context.services.accessLog.append({ ...entry, about, outcome: "ok" });
}

/** What was remembered of who may do what does not count any more. */
function forget({ context }: Operation): void {
  context.services.authenticator.forget();
}

@Resolver(() => LoginResult)
export class SignIns {
  @Mutation(() => LoginResult)
  login(
    @Arg("email", text) email: string,
    @Arg("password", text) password: string,
    @Ctx() operation: Operation,
  ): Promise<SignedIn> {
    return operation.context.services.signIn.login(email, password, requestOf(operation));
  }

  @Mutation(() => SessionView)
  verifyTotp(
    @Arg("challenge", text) challenge: string,
    @Arg("code", text) code: string,
    @Ctx() operation: Operation,
  ): Promise<OpenedSession> {
    return operation.context.services.signIn.verifyTotp(challenge, code, requestOf(operation));
  }

  @Mutation(() => Boolean, { description: "Ends this session." })
  async logout(@Ctx() operation: Operation): Promise<boolean> {
    const { principal, context } = operation;
    // Other credentials are no sessions: they end by being revoked, or at the identity provider.
    if (principal?.sessionId === undefined) return false;
    await context.services.sessions.end(principal.sessionId);
    forget(operation);
    return true;
  }

  @Mutation(() => Boolean, { description: "Ends all your sessions, this one too." })
  async logoutEverywhere(@Ctx() operation: Operation): Promise<boolean> {
    await operation.context.services.sessions.endAll(actorOf(operation).staffId);
    forget(operation);
    return true;
  }
}

@Resolver(() => TotpEnrolmentView)
export class OwnAccount {
  @Mutation(() => Boolean, {
    description: "Sets a password with the code that an administrator gave you; once.",
  })
  async setPassword(
    @Arg("code", text) code: string,
    @Arg("next", text) next: string,
    @Ctx() operation: Operation,
  ): Promise<boolean> {
    const { accounts } = operation.context.services;
    await accounts.setPassword(code, next, operation.context.ip, recorder(operation));
    forget(operation);
    return true;
  }

  @Mutation(() => Boolean, {
    description: "Ends all your sessions, this one too. `code` is needed where there is a second factor.",
  })
  async changePassword(
    @Arg("current", text) current: string,
    @Arg("next", text) next: string,
    @Arg("code", text, optional) code: string | null | undefined,
    @Ctx() operation: Operation,
  ): Promise<boolean> {
    const { accounts } = operation.context.services;
    const given = { current, next, code: code ?? null };
    await accounts.changePassword(actorOf(operation), given, recorder(operation));
    forget(operation);
    return true;
  }

  @Mutation(() => TotpEnrolmentView, {
    description: "A new second factor. It counts once confirmTotp has had a code of it.",
  })
  async enrolTotp(
    @Arg("password", text, { description: "Yours, once more." }) password: string,
    @Arg("currentCode", text, { ...optional, description: "Needed where there is a second factor." })
    currentCode: string | null | undefined,
    @Ctx() operation: Operation,
  ): Promise<TotpEnrolment> {
    const { accounts, secondFactor } = operation.context.services;
    const actor = actorOf(operation);
    await accounts.provePassword(actor, password);
    return secondFactor.enrol(actor, currentCode ?? null, recorder(operation));
  }

  @Mutation(() => [String], {
    description:
      "Answers your recovery codes, shown once, and ends all your sessions: sign in with both factors.",
  })
  async confirmTotp(
    @Arg("code", text) code: string,
    @Ctx() operation: Operation,
  ): Promise<readonly string[]> {
    const { secondFactor } = operation.context.services;
    const codes = await secondFactor.confirm(actorOf(operation), code, recorder(operation));
    forget(operation);
    return codes;
  }

  @Mutation(() => [String], { description: "Ends the old recovery codes, and all your sessions." })
  async newRecoveryCodes(
    @Arg("password", text, { description: "Yours, once more." }) password: string,
    @Arg("code", text) code: string,
    @Ctx() operation: Operation,
  ): Promise<readonly string[]> {
    const { accounts, secondFactor } = operation.context.services;
    const actor = actorOf(operation);
    await accounts.provePassword(actor, password);
    const codes = await secondFactor.newRecoveryCodes(actor, code, recorder(operation));
    forget(operation);
    return codes;
  }
}
