import { In, IsNull, MoreThan, type EntityManager } from "typeorm";
import type { DataStore } from "../database/databases";
import { forUpdate } from "../database/subject-lock";
import { FieldwardError } from "../domain/errors";
import { Session } from "../domain/session";
import { Staff } from "../domain/staff";
import type { SignInPolicyNow } from "./sign-in-policy";
import type { SignedTokens } from "./signed-tokens";

/** What sessions are made with. */
export interface SessionsParts {
  readonly data: DataStore;
  readonly tokens: SignedTokens;
  readonly policy: SignInPolicyNow;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** A session as it is handed out. */
export interface OpenedSession {
  readonly token: string;
  readonly expiresAt: Date;
}

/** How a session comes to be. */
export interface SessionStart {
  /** Whether a second factor was given for it. */
  readonly secondFactor?: boolean;
  /** The session that was used to open it: it ends with that. */
  readonly instead?: string | undefined;
  /** The hash of the password that was proved for it: where the account is another by now, nothing is opened. */
  readonly proved?: string;
}

const HOUR_MS = 60 * 60 * 1_000;
/** How many of one person live at once: a further one ends the oldest. @see OWASP ASVS 5.0 7.1.2 */
const MOST_AT_ONCE = 5;

/** Opens and ends the sessions of staff. The row decides, on every replica; the token only names it. */
export class Sessions {
  constructor(private readonly parts: SessionsParts) {}

  /**
   * Opens a session, with the account's row locked: what was proved still holds, and of several that are opened at once no more
   * than a few stay.
   *
   * @throws FieldwardError UNAUTHENTICATED where the account was disabled, frozen, or given another password or factor meanwhile
   */
  async open(
    staffId: string,
    { secondFactor = false, instead, proved }: SessionStart = {},
  ): Promise<OpenedSession> {
    const { newId, clock, policy, data, tokens } = this.parts;
    const now = new Date(clock());
    const session = new Session();
    session.id = newId();
    session.staffId = staffId;
    session.createdAt = now;
    session.expiresAt = new Date(now.getTime() + policy().session.hours * HOUR_MS);
    session.endedAt = null;
    session.lastSeenAt = now;
    session.secondFactorAt = secondFactor ? now : null;
    await data.write(async (manager) => {
      const staff = await manager.findOne(Staff, { where: { id: staffId }, ...forUpdate(manager) });
      if (staff === null || !isStill(staff, secondFactor, proved))
        throw new FieldwardError("UNAUTHENTICATED");
      if (instead !== undefined)
        await manager.update(Session, { id: instead, endedAt: IsNull() }, { endedAt: now });
      await this.#endOldest(manager, staffId, now);
      await manager.insert(Session, session);
    });
    const { id, expiresAt } = session;
    return { token: await tokens.sign("session", { subject: staffId, id, expiresAt }), expiresAt };
  }

  /** Ends one session, on every replica. */
  async end(id: string): Promise<void> {
    const endedAt = new Date(this.parts.clock());
    await this.parts.data.write((manager) => manager.update(Session, { id, endedAt: IsNull() }, { endedAt }));
  }

  /** Ends all sessions of a staff member, on every replica. */
  endAll(staffId: string): Promise<void> {
    return this.parts.data.write((manager) => this.endWithin(manager, staffId));
  }

  /** The same within a transaction. */
  async endWithin(manager: EntityManager, staffId: string): Promise<void> {
    const endedAt = new Date(this.parts.clock());
    await manager.update(Session, { staffId, endedAt: IsNull() }, { endedAt });
  }

  async #endOldest(manager: EntityManager, staffId: string, now: Date): Promise<void> {
    const live = await manager.find(Session, {
      select: { id: true },
      where: { staffId, endedAt: IsNull(), expiresAt: MoreThan(now) },
      order: { createdAt: "DESC", id: "DESC" },
    });
    const ids = live.slice(MOST_AT_ONCE - 1).map(({ id }) => id);
    if (ids.length === 0) return;
    await manager.update(Session, { id: In(ids), endedAt: IsNull() }, { endedAt: now });
  }
}

/** Whether an account is what it was when its password was looked at. */
function isStill(staff: Staff, secondFactor: boolean, proved: string | undefined): boolean {
  if (staff.disabled || staff.frozenAt !== null) return false;
  return (
    proved === undefined || (staff.passwordHash === proved && secondFactor === (staff.totpSince !== null))
  );
}
