import { IsNull } from "typeorm";
import type { RandomBytes } from "../crypto/random";
import type { DataStore } from "../database/databases";
import { ApiToken } from "../domain/api-token";
import { FieldwardError } from "../domain/errors";
import { Session } from "../domain/session";
import { Staff } from "../domain/staff";
import { Tenant } from "../domain/tenant";
import { hashSecret } from "./authenticator";
import type { CredentialStore, StaffIndex } from "./credential-store";
import type { Passwords } from "./passwords";
import type { SessionTokens } from "./sessions";
import { base62, formatToken } from "./token-format";

/** What accounts are made with. */
export interface AccountsParts {
  readonly data: DataStore;
  readonly credentials: CredentialStore;
  readonly passwords: Passwords;
  readonly sessions: SessionTokens;
  readonly tokenKey: Uint8Array;
  /** How a member of staff is found by e-mail address. Throws where it is none. */
  readonly findEmail: (email: string) => Promise<StaffIndex>;
  readonly random: RandomBytes;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** A session as it is handed out. */
export interface OpenedSession {
  readonly token: string;
  readonly expiresAt: Date;
}

const SESSION_MS = 8 * 60 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
const LONGEST_TOKEN_DAYS = 365;
const SECRET_BYTES = 32;
const HANDLE_BYTES = 9;

/** Makes and ends what principals sign in with. */
export class Accounts {
  constructor(private readonly parts: AccountsParts) {}

  async addStaff(staff: {
    readonly email: string;
    readonly name: string;
    readonly role: string;
    readonly password: string;
    readonly trainedUntil: Date | null;
  }): Promise<string> {
    const passwordHash = await this.parts.passwords.hash(staff.password);
    const row = new Staff();
    row.id = this.parts.newId();
    row.email = staff.email;
    row.name = staff.name;
    row.role = staff.role;
    row.passwordHash = passwordHash;
    row.trainedUntil = staff.trainedUntil;
    row.disabled = false;
    row.createdAt = new Date(this.parts.clock());
    await this.parts.data.write((manager) => manager.insert(Staff, row));
    return row.id;
  }

  /** @throws FieldwardError UNAUTHENTICATED, the same and as late for an unknown address as for a wrong password */
  async signIn(email: string, password: string): Promise<OpenedSession> {
    const found = await this.#staffByEmail(email);
    const right = await this.parts.passwords.check(password, found?.passwordHash);
    if (found === undefined || !right || found.disabled) throw new FieldwardError("UNAUTHENTICATED");
    return this.openSession(found.id);
  }

  async openSession(staffId: string): Promise<OpenedSession> {
    const now = this.parts.clock();
    const session = new Session();
    session.id = this.parts.newId();
    session.staffId = staffId;
    session.createdAt = new Date(now);
    session.expiresAt = new Date(now + SESSION_MS);
    session.endedAt = null;
    await this.parts.data.write((manager) => manager.insert(Session, session));
    const token = await this.parts.sessions.sign(session.id, staffId, session.expiresAt);
    return { token, expiresAt: session.expiresAt };
  }

  /** Ends all sessions of a staff member, on every replica. */
  async endSessions(staffId: string): Promise<void> {
    const endedAt = new Date(this.parts.clock());
    await this.parts.data.write((manager) =>
      manager.update(Session, { staffId, endedAt: IsNull() }, { endedAt }),
    );
  }

  /** Issues an API token. The secret is in the answer and nowhere else. */
  async issueToken(wanted: {
    readonly tenantSlug: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly purposes: readonly string[];
    readonly expiresInDays: number;
  }): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Date }> {
    if (!(wanted.expiresInDays >= 1 && wanted.expiresInDays <= LONGEST_TOKEN_DAYS)) {
      throw new FieldwardError("BAD_USER_INPUT", `A token lives 1 to ${String(LONGEST_TOKEN_DAYS)} days.`);
    }
    const secret = base62(this.parts.random(SECRET_BYTES), 43);
    const row = new ApiToken();
    row.id = this.parts.newId();
    row.handle = base62(this.parts.random(HANDLE_BYTES), 12);
    row.name = wanted.name;
    row.secretHash = hashSecret(this.parts.tokenKey, secret);
    row.scopes = [...wanted.scopes];
    row.purposes = [...wanted.purposes];
    row.createdAt = new Date(this.parts.clock());
    row.expiresAt = new Date(this.parts.clock() + wanted.expiresInDays * DAY_MS);
    row.revokedAt = null;
    await this.parts.data.write(async (manager) => {
      const tenant = await manager.findOneBy(Tenant, { slug: wanted.tenantSlug });
      if (tenant === null) throw new FieldwardError("NOT_FOUND", "There is no such tenant.");
      row.tenantId = tenant.id;
      await manager.insert(ApiToken, row);
    });
    const token = formatToken({ tenant: wanted.tenantSlug, handle: row.handle, secret });
    return { id: row.id, token, expiresAt: row.expiresAt };
  }

  async revokeToken(id: string): Promise<void> {
    const revokedAt = new Date(this.parts.clock());
    const { affected } = await this.parts.data.write((manager) =>
      manager.update(ApiToken, { id, revokedAt: IsNull() }, { revokedAt }),
    );
    if (affected === 0)
      throw new FieldwardError("NOT_FOUND", "There is no such token, or it is revoked already.");
  }

  async #staffByEmail(email: string) {
    try {
      return await this.parts.credentials.staffByEmail(await this.parts.findEmail(email));
    } catch (error) {
      // Not an address: the password is checked all the same, so that it takes as long.
      if (error instanceof FieldwardError && error.code !== "BAD_USER_INPUT") throw error;
      return undefined;
    }
  }
}
