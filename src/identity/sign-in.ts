import type { AccessLog } from "../audit/access-log";
import { sha256 } from "../crypto/derive";
import { FieldwardError } from "../domain/errors";
import type { CredentialStore, FoundStaff, StaffIndex } from "./credential-store";
import type { Passwords } from "./passwords";
import type { SecondFactor } from "./second-factor";
import type { OpenedSession, Sessions } from "./sessions";
import { accountNamed, type Attempt, type SignInThrottle } from "./sign-in-throttle";
import type { ReadToken, SignedTokens } from "./signed-tokens";

/** What a sign-in goes through. */
export interface SignInParts {
  readonly credentials: Pick<CredentialStore, "staffByEmail">;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactor;
  readonly sessions: Sessions;
  readonly throttle: SignInThrottle;
  readonly tokens: SignedTokens;
  readonly accessLog: AccessLog;
  /** How a member of staff is found by e-mail address. Throws where it is none. */
  readonly findEmail: (email: string) => Promise<StaffIndex>;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** The request that a sign-in comes with. */
export interface SignInRequest {
  readonly requestId: string;
  readonly ip: string | null;
  /** The session that was sent with it: a new one takes its place. */
  readonly sessionId?: string | undefined;
}

/** Either a session, or what proves that the password was right until a code comes. */
export type SignedIn =
  | { readonly session: OpenedSession; readonly challenge: null }
  | { readonly session: null; readonly challenge: string };

/** What came of an attempt, as the access log has it. `busy`: nobody has looked at it, too many were waiting. */
type Outcome = "ok" | "second-factor" | "refused" | "locked" | "busy";

const CHALLENGE_MS = 5 * 60 * 1_000;

/**
 * The way of a sign-in, in order: look the account up, ask the throttle, compare the password, ask for the second factor,
 * open the session. Every attempt is on the access log before it is answered.
 *
 * An account that is not there, is disabled or frozen, or has another password goes the same way and gets the same answer:
 * one look-up, one count, one bcrypt, one entry.
 */
export class SignIn {
  constructor(private readonly parts: SignInParts) {}

  /** @throws FieldwardError UNAUTHENTICATED, RATE_LIMITED (locked out, or too many are waiting), AUDIT_UNAVAILABLE */
  async login(email: string, password: string, request: SignInRequest): Promise<SignedIn> {
    const staff = await this.#find(email);
    const record = this.#recorder("login", staff?.id, request);
    const attempt = await this.#begin(email, request, record);
    const right = await this.#compare(password, staff, attempt, record);
    if (staff?.usable !== true || !right) return this.#refuse(attempt, record);
    if (staff.secondFactor) return this.#challenge(staff, attempt, record);
    await attempt.succeeded();
    await record("ok");
    const start = { instead: request.sessionId, proved: staff.passwordHash };
    const session = await this.parts.sessions.open(staff.id, start);
    return { session, challenge: null };
  }

  /**
   * The second step. A challenge that is not good is nobody's attempt, and not on the log: anybody could fill it with those.
   *
   * @throws FieldwardError UNAUTHENTICATED, RATE_LIMITED, AUDIT_UNAVAILABLE
   */
  async verifyTotp(challenge: string, code: string, request: SignInRequest): Promise<OpenedSession> {
    const read = await this.parts.tokens.read(challenge, "challenge");
    if (read === undefined) throw wrongCode();
    const record = this.#recorder("verifyTotp", read.subject, request);
    const proved = await this.#proved(read, code, request, record);
    if (proved === undefined) {
      await record("refused");
      throw wrongCode();
    }
    await record("ok");
    const start = { secondFactor: true, instead: request.sessionId, proved };
    return this.parts.sessions.open(read.subject, start);
  }

  async #find(email: string): Promise<FoundStaff | undefined> {
    try {
      return await this.parts.credentials.staffByEmail(await this.parts.findEmail(email));
    } catch (error) {
      // Not an address: the password is checked all the same, so that it takes as long.
      if (error instanceof FieldwardError && error.code === "BAD_USER_INPUT") return undefined;
      throw error;
    }
  }

  async #begin(email: string, { ip }: SignInRequest, record: Recorder): Promise<Attempt> {
    try {
      return await this.parts.throttle.begin({ account: accountNamed(email), ip });
    } catch (error) {
      if (isRateLimit(error)) await record("locked");
      throw error;
    }
  }

  async #compare(
    password: string,
    staff: FoundStaff | undefined,
    attempt: Attempt,
    record: Recorder,
  ): Promise<boolean> {
    try {
      return await this.parts.passwords.check(password, staff?.passwordHash);
    } catch (error) {
      await attempt.takenBack();
      if (isRateLimit(error)) await record("busy");
      throw error;
    }
  }

  async #refuse(attempt: Attempt, record: Recorder): Promise<never> {
    await attempt.failed();
    await record("refused");
    throw new FieldwardError("UNAUTHENTICATED", "The e-mail address or the password is wrong.");
  }

  /** The password alone lets nobody start afresh: else whoever has it could try codes for ever. */
  async #challenge(
    { id: subject, passwordHash }: FoundStaff,
    attempt: Attempt,
    record: Recorder,
  ): Promise<SignedIn> {
    await attempt.takenBack();
    await record("second-factor");
    const { tokens, newId, clock } = this.parts;
    const expiresAt = new Date(clock() + CHALLENGE_MS);
    const claims = { password: markOf(passwordHash) };
    const challenge = await tokens.sign("challenge", { subject, id: newId(), expiresAt, claims });
    return { session: null, challenge };
  }

  /** The hash of the password that a challenge stands for, where that still counts and the code is right. */
  async #proved(
    { subject, claims }: ReadToken,
    code: string,
    { ip }: SignInRequest,
    record: Recorder,
  ): Promise<string | undefined> {
    const staff = await this.parts.secondFactor.staff(subject);
    const isGone = staff.disabled || staff.frozenAt !== null;
    if (isGone || claims["password"] !== markOf(staff.passwordHash)) return undefined;
    try {
      return (await this.parts.secondFactor.prove(staff, code, ip)) ? staff.passwordHash : undefined;
    } catch (error) {
      if (isRateLimit(error)) await record("locked");
      throw error;
    }
  }

  /** Never the address that was typed: it may be a password in the wrong field. */
  #recorder(operationName: string, about: string | undefined, { requestId, ip }: SignInRequest): Recorder {
    const nothing = { principal: null, purpose: null, operationHash: null, reads: [], denials: [] };
    const known = about === undefined ? {} : { about };
    return (outcome) =>
      this.parts.accessLog.append({
        ...nothing,
        ...known,
        kind: "SIGN_IN",
        requestId,
        operationName,
        ip,
        outcome,
      });
  }
}

type Recorder = (outcome: Outcome) => Promise<void>;

function isRateLimit(error: unknown): boolean {
  return error instanceof FieldwardError && error.code === "RATE_LIMITED";
}

function wrongCode(): FieldwardError {
  return new FieldwardError("UNAUTHENTICATED", "The code is wrong or was used, or the challenge is too old.");
}

/** Names the password that a challenge stands for: another one ends it. */
function markOf(passwordHash: string): string {
  return Buffer.from(sha256(passwordHash)).toString("base64url");
}
