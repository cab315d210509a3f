import type { DataStore } from "../database/databases";
import type { Principal } from "../domain/principal";
import { Session } from "../domain/session";
import type { Checked, CredentialCheck } from "./authenticator";
import type { CredentialStore, FoundSession } from "./credential-store";
import { isEnrolmentOverdue, type EnrolmentPolicy } from "./enrolment";
import type { SignInPolicyNow } from "./sign-in-policy";
import type { SignedTokens } from "./signed-tokens";

/** What sessions are checked with. */
export interface SessionCheckParts {
  readonly data: DataStore;
  readonly credentials: Pick<CredentialStore, "session">;
  readonly tokens: SignedTokens;
  readonly policy: SignInPolicyNow;
  readonly enrolment: () => EnrolmentPolicy;
  readonly clock: () => number;
}

const MINUTE_MS = 60 * 1_000;

/** Checks session tokens of staff: the signature, then the session's own row, so that an ended one is refused. */
export class SessionCheck implements CredentialCheck {
  constructor(private readonly parts: SessionCheckParts) {}

  accepts(): boolean {
    return true;
  }

  async check(token: string): Promise<Checked | undefined> {
    const { tokens, credentials } = this.parts;
    const read = await tokens.read(token, "session");
    const found = read === undefined ? undefined : await credentials.session(read.id);
    if (read === undefined || found?.usable !== true || read.subject !== found.staffId) return undefined;
    if (this.#isIdle(found) || lacksSecondFactor(found)) return undefined;
    this.#noteUse(read.id, found);
    return { principal: this.#principal(read.id, found), expiresAtMs: found.expiresAtMs };
  }

  #principal(sessionId: string, found: FoundSession): Principal {
    return {
      id: found.staffId,
      kind: "STAFF",
      tenantId: null,
      role: found.role,
      scopes: [],
      purposes: [],
      trainedUntil: found.trainedUntilMs === null ? null : new Date(found.trainedUntilMs),
      sessionId,
      ...(this.#mustEnrol(found) ? { mustEnrol: true } : {}),
    };
  }

  #mustEnrol({ role, totpSinceMs, secondFactorAtMs, staffCreatedAtMs }: FoundSession): boolean {
    // With a time but without a factor: the operator vouched for whoever got it, as for the demo's sessions.
    if (totpSinceMs !== null || secondFactorAtMs !== null) return false;
    const { enrolment, clock } = this.parts;
    return isEnrolmentOverdue({ role, createdAtMs: staffCreatedAtMs }, enrolment(), clock());
  }

  #isIdle(found: FoundSession): boolean {
    const { idleMinutes } = this.parts.policy().session;
    return this.parts.clock() >= seenAtMs(found) + idleMinutes * MINUTE_MS;
  }

  /** At most once a minute, and not in the request's way: what is not written now is with the next one. */
  #noteUse(id: string, found: FoundSession): void {
    const nowMs = this.parts.clock();
    if (nowMs < seenAtMs(found) + MINUTE_MS) return;
    const lastSeenAt = new Date(nowMs);
    this.parts.data
      .write((manager) => manager.update(Session, { id }, { lastSeenAt }))
      .catch(() => undefined);
  }
}

function seenAtMs({ lastSeenAtMs, createdAtMs }: FoundSession): number {
  return lastSeenAtMs ?? createdAtMs;
}

/** One that was opened without a second factor ends where there is one by now. */
function lacksSecondFactor({ totpSinceMs, secondFactorAtMs }: FoundSession): boolean {
  return totpSinceMs !== null && secondFactorAtMs === null;
}
