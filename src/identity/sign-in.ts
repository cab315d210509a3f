import type { AccessLog } from "../audit/access-log";
import { FieldwardError } from "../domain/errors";
import type { CredentialStore, FoundStaff, StaffIndex } from "./credential-store";
import type { Passwords } from "./passwords";
import type { SecondFactor } from "./second-factor";
import type { OpenedSession, Sessions } from "./sessions";
import { accountNamed, type Attempt, type SignInThrottle } from "./sign-in-throttle";
import type { SignedTokens } from "./signed-tokens";

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
    if (staff.secondFactor) return this.#challenge(staff.id, attempt, record);
    await attempt.succeeded();
    await record("ok");
    const session = await this.parts.sessions.open(staff.id, { instead: request.sessionId });
    return { session, challenge: null };
  }

  /** @throws FieldwardError UNAUTHENTICATED, RATE_LIMITED, AUDIT_UNAVAILABLE */
  async verifyTotp(challenge: string, code: string, request: SignInRequest): Promise<OpenedSession> {
    const staffId = (await this.parts.tokens.read(challenge, "challenge"))?.subject;
    const record = this.#recorder("verifyTotp", staffId, request);
    const right = staffId !== undefined && (await this.#isRightCode(staffId, code, request, record));
    if (!right) {
      await record("refused");
      throw new FieldwardError(
        "UNAUTHENTICATED",
        "The code is wrong or was used, or the challenge is too old.",
      );
    }
    await record("ok");
    return this.parts.sessions.open(staffId, { secondFactor: true, instead: request.sessionId });
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
  async #challenge(staffId: string, attempt: Attempt, record: Recorder): Promise<SignedIn> {
    await attempt.takenBack();
    await record("second-factor");
    const { tokens, newId, clock } = this.parts;
    const expiresAt = new Date(clock() + CHALLENGE_MS);
    const challenge = await tokens.sign("challenge", { subject: staffId, id: newId(), expiresAt });
    return { session: null, challenge };
  }

  async #isRightCode(
    staffId: string,
    code: string,
    { ip }: SignInRequest,
    record: Recorder,
  ): Promise<boolean> {
    const staff = await this.parts.secondFactor.staff(staffId);
    if (staff.disabled || staff.frozenAt !== null) return false;
    try {
      return await this.parts.secondFactor.prove(staff, code, ip);
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
