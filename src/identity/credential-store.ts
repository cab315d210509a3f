import type { DataSource } from "typeorm";
import { rowSource, type Row, type RowSource } from "../database/rows";
import { columnName } from "../domain/classified";

/** An API token as a check needs it. */
export interface FoundToken {
  readonly id: string;
  readonly tenantId: string;
  readonly secretHash: string;
  /** The hash of the secret before the last rotation, which counts until then. */
  readonly previousHash: string | null;
  readonly previousUntilMs: number | null;
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly expiresAtMs: number;
  /** Whether it may do anything: neither revoked nor frozen. */
  readonly usable: boolean;
  /** Addresses and networks that it may be used from; null: any. */
  readonly allowedIps: readonly string[] | null;
  /** The client certificate that it is bound to, as SHA-256 in hex; null: none. */
  readonly certificateSha256: string | null;
  readonly lastUsedAtMs: number | null;
}

/** A session with its staff member, as a check needs them. */
export interface FoundSession {
  readonly staffId: string;
  readonly role: string;
  readonly trainedUntilMs: number | null;
  /** Neither ended, nor of somebody who is disabled or frozen. */
  readonly usable: boolean;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastSeenAtMs: number | null;
  /** When a second factor was given for it; null: it was opened without one. */
  readonly secondFactorAtMs: number | null;
  readonly staffCreatedAtMs: number;
  /** Since when the staff member has a second factor; null: none is confirmed. */
  readonly totpSinceMs: number | null;
}

/** Where a member of staff is found by e-mail address: a property of the row, and the index that must stand there. */
export interface StaffIndex {
  readonly property: string;
  readonly index: string;
}

/** A staff member, as a sign-in needs it. */
export interface FoundStaff {
  readonly id: string;
  readonly passwordHash: string;
  /** Neither disabled nor frozen. */
  readonly usable: boolean;
  /** Whether a second factor is confirmed. */
  readonly secondFactor: boolean;
}

/** A staff member, as a token of the identity provider needs it. */
export interface FoundBySubject {
  readonly id: string;
  readonly role: string;
  readonly trainedUntilMs: number | null;
  /** Neither disabled nor frozen. */
  readonly usable: boolean;
}

const number = (stored: unknown): number | null => (stored === null ? null : Number(stored));

function list(stored: unknown): readonly string[] {
  const parsed: unknown = typeof stored === "string" ? JSON.parse(stored) : stored;
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

const TOKEN_COLUMNS =
  "t.id, t.tenant_id, t.secret_hash, t.previous_hash, t.previous_until, t.scopes, t.purposes, t.expires_at, t.revoked_at, t.frozen_at, t.allowed_ips, t.certificate_sha256, t.last_used_at";

const text = (stored: unknown): string | null => (typeof stored === "string" ? stored : null);

function foundToken(row: Row | undefined): FoundToken | undefined {
  if (row === undefined) return undefined;
  const [id, tenantId, secretHash, previousHash, previousUntil, scopes, purposes, expiresAt, ...more] = row;
  const [revokedAt, frozenAt, allowedIps, certificate, lastUsedAt] = more;
  return {
    id: String(id),
    tenantId: String(tenantId),
    secretHash: String(secretHash),
    previousHash: text(previousHash),
    previousUntilMs: number(previousUntil),
    scopes: list(scopes),
    purposes: list(purposes),
    expiresAtMs: Number(expiresAt),
    usable: revokedAt === null && frozenAt === null,
    allowedIps: allowedIps === null ? null : list(allowedIps),
    certificateSha256: text(certificate),
    lastUsedAtMs: number(lastUsedAt),
  };
}

/** Looks credentials up, by one statement each. Nothing here is personal, and nothing is opened. */
export class CredentialStore {
  readonly #rows: RowSource;

  constructor(source: DataSource) {
    this.#rows = rowSource(source);
  }

  /** The API token that a handle names, of the tenant with this slug. */
  async token(tenantSlug: string, handle: string): Promise<FoundToken | undefined> {
    return foundToken(
      await this.#one(
        `SELECT ${TOKEN_COLUMNS} FROM api_token t JOIN tenant n ON n.id = t.tenant_id WHERE t.handle = ? AND n.slug = ?`,
        handle,
        tenantSlug,
      ),
    );
  }

  async tokenById(id: string): Promise<FoundToken | undefined> {
    return foundToken(await this.#one(`SELECT ${TOKEN_COLUMNS} FROM api_token t WHERE t.id = ?`, id));
  }

  /** The API token that an access token was issued to, where that one has not been revoked by itself. */
  async tokenOfAccess(id: string, accessTokenId: string): Promise<FoundToken | undefined> {
    return foundToken(
      await this.#one(
        `SELECT ${TOKEN_COLUMNS} FROM api_token t WHERE t.id = ? AND NOT EXISTS (SELECT 1 FROM revoked_access_token r WHERE r.id = ?)`,
        id,
        accessTokenId,
      ),
    );
  }

  async session(id: string): Promise<FoundSession | undefined> {
    const row = await this.#one(
      "SELECT s.id, s.role, s.trained_until, s.disabled, s.frozen_at, s.created_at, s.totp_since, e.created_at, e.expires_at, e.ended_at, e.last_seen_at, e.second_factor_at FROM session e JOIN staff s ON s.id = e.staff_id WHERE e.id = ?",
      id,
    );
    if (row === undefined) return undefined;
    const [staffId, role, trainedUntil, disabled, frozenAt, staffCreatedAt, totpSince, ...own] = row;
    const [createdAt, expiresAt, endedAt, lastSeenAt, secondFactorAt] = own;
    return {
      staffId: String(staffId),
      role: String(role),
      trainedUntilMs: number(trainedUntil),
      usable: Number(disabled) === 0 && frozenAt === null && endedAt === null,
      createdAtMs: Number(createdAt),
      expiresAtMs: Number(expiresAt),
      lastSeenAtMs: number(lastSeenAt),
      secondFactorAtMs: number(secondFactorAt),
      staffCreatedAtMs: Number(staffCreatedAt),
      totpSinceMs: number(totpSince),
    };
  }

  async staffByEmail({ property, index }: StaffIndex): Promise<FoundStaff | undefined> {
    const row = await this.#one(
      `SELECT id, password_hash, disabled, frozen_at, totp_since FROM staff WHERE ${columnName(property)} = ?`,
      index,
    );
    if (row === undefined) return undefined;
    const [id, passwordHash, disabled, frozenAt, totpSince] = row;
    return {
      id: String(id),
      passwordHash: String(passwordHash),
      usable: Number(disabled) === 0 && frozenAt === null,
      secondFactor: totpSince !== null,
    };
  }

  async staffByExternalId(externalId: string): Promise<FoundBySubject | undefined> {
    const row = await this.#one(
      "SELECT id, role, trained_until, disabled, frozen_at FROM staff WHERE external_id = ?",
      externalId,
    );
    if (row === undefined) return undefined;
    const [id, role, trainedUntil, disabled, frozenAt] = row;
    return {
      id: String(id),
      role: String(role),
      trainedUntilMs: number(trainedUntil),
      usable: Number(disabled) === 0 && frozenAt === null,
    };
  }

  async #one(text: string, ...values: readonly string[]): Promise<Row | undefined> {
    const [row] = await this.#rows.rows({ text, values });
    return row;
  }
}
