import type { DataSource } from "typeorm";
import { rowSource, type Row, type RowSource } from "../database/rows";
import { columnName } from "../domain/classified";

/** An API token as a check needs it. */
export interface FoundToken {
  readonly id: string;
  readonly tenantId: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly expiresAtMs: number;
  readonly revoked: boolean;
}

/** A session with its staff member, as a check needs them. */
export interface FoundSession {
  readonly staffId: string;
  readonly role: string;
  readonly trainedUntilMs: number | null;
  readonly usable: boolean;
  readonly expiresAtMs: number;
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
  readonly disabled: boolean;
}

const number = (stored: unknown): number | null => (stored === null ? null : Number(stored));

function list(stored: unknown): readonly string[] {
  const parsed: unknown = typeof stored === "string" ? JSON.parse(stored) : stored;
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

/** Looks credentials up, by one statement each. Nothing here is personal, and nothing is opened. */
export class CredentialStore {
  readonly #rows: RowSource;

  constructor(source: DataSource) {
    this.#rows = rowSource(source);
  }

  async token(tenantSlug: string, handle: string): Promise<FoundToken | undefined> {
    const row = await this.#one(
      "SELECT t.id, t.tenant_id, t.secret_hash, t.scopes, t.purposes, t.expires_at, t.revoked_at FROM api_token t JOIN tenant n ON n.id = t.tenant_id WHERE t.handle = ? AND n.slug = ?",
      handle,
      tenantSlug,
    );
    if (row === undefined) return undefined;
    const [id, tenantId, secretHash, scopes, purposes, expiresAt, revokedAt] = row;
    return {
      id: String(id),
      tenantId: String(tenantId),
      secretHash: String(secretHash),
      scopes: list(scopes),
      purposes: list(purposes),
      expiresAtMs: Number(expiresAt),
      revoked: revokedAt !== null,
    };
  }

  async session(id: string): Promise<FoundSession | undefined> {
    const row = await this.#one(
      "SELECT s.id, s.role, s.trained_until, s.disabled, e.expires_at, e.ended_at FROM session e JOIN staff s ON s.id = e.staff_id WHERE e.id = ?",
      id,
    );
    if (row === undefined) return undefined;
    const [staffId, role, trainedUntil, disabled, expiresAt, endedAt] = row;
    return {
      staffId: String(staffId),
      role: String(role),
      trainedUntilMs: number(trainedUntil),
      usable: Number(disabled) === 0 && endedAt === null,
      expiresAtMs: Number(expiresAt),
    };
  }

  async staffByEmail({ property, index }: StaffIndex): Promise<FoundStaff | undefined> {
    const row = await this.#one(
      `SELECT id, password_hash, disabled FROM staff WHERE ${columnName(property)} = ?`,
      index,
    );
    if (row === undefined) return undefined;
    const [id, passwordHash, disabled] = row;
    return { id: String(id), passwordHash: String(passwordHash), disabled: Number(disabled) !== 0 };
  }

  async #one(text: string, ...values: readonly string[]): Promise<Row | undefined> {
    const [row] = await this.#rows.rows({ text, values });
    return row;
  }
}
