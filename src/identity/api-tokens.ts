import { IsNull, LessThan, Or, type EntityManager } from "typeorm";
import type { RandomBytes } from "../crypto/random";
import type { DataStore } from "../database/databases";
import { forUpdate } from "../database/subject-lock";
import { ApiToken } from "../domain/api-token";
import { FieldwardError } from "../domain/errors";
import { Tenant } from "../domain/tenant";
import { AddressList } from "./address-list";
import { base62, formatToken } from "./token-format";
import { graceMs, rotated } from "./token-rotation";
import { hashSecret } from "./token-secret";

/** What API tokens are made with. */
export interface ApiTokensParts {
  readonly data: DataStore;
  readonly tokenKey: Uint8Array;
  readonly random: RandomBytes;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** What a token is to be. Scopes and purposes have been checked against the policy. */
export interface WantedToken {
  /** Of which tenant: by slug or by id. */
  readonly tenantSlug?: string;
  readonly tenantId?: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly expiresInDays: number;
  readonly allowedIps?: readonly string[] | null;
  readonly certificateSha256?: string | null;
  /** The principal who issues it. */
  readonly createdBy?: string;
}

/** A token with its secret, which is here and nowhere else. */
export interface IssuedToken {
  readonly id: string;
  /** What is sent as the credential: `fw_<tenant>_<handle>_<secret>_<crc>`. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly row: ApiToken;
}

/**
 * Puts a change of an account on the access log, told by its id. Awaited inside the transaction, before its commit: what
 * cannot be logged is not done.
 *
 * @throws FieldwardError AUDIT_UNAVAILABLE
 */
export type RecordChange = (about: string) => Promise<void>;

const unrecorded: RecordChange = () => Promise.resolve();

const DAY_MS = 24 * 60 * 60 * 1_000;
const LONGEST_TOKEN_DAYS = 365;
const SECRET_BYTES = 32;
const HANDLE_BYTES = 9;
const FINGERPRINT = /^[0-9a-f]{64}$/;

/** Issues, rotates and ends the API tokens of partner apps. */
export class ApiTokens {
  constructor(private readonly parts: ApiTokensParts) {}

  /**
   * Issues an API token.
   *
   * @throws FieldwardError BAD_USER_INPUT (days, addresses, certificate) or NOT_FOUND (tenant)
   */
  async issue(wanted: WantedToken, record = unrecorded): Promise<IssuedToken> {
    const row = this.#row(wanted);
    const { secret, secretHash } = this.#newSecret();
    row.secretHash = secretHash;
    return this.parts.data.write(async (manager) => {
      const tenant = await tenantOf(manager, wanted);
      row.tenantId = tenant.id;
      await manager.insert(ApiToken, row);
      await record(row.id);
      return issued(row, tenant, secret);
    });
  }

  /** All tokens or those of one tenant, oldest first, whatever their state. */
  list(tenantId: string | null): Promise<ApiToken[]> {
    const where = tenantId === null ? {} : { tenantId };
    return this.parts.data.reader.manager.find(ApiToken, { where, order: { id: "ASC" } });
  }

  /**
   * Gives a token a new secret. The old one lives on for a grace, 24 hours unless told otherwise, and with `expiresInDays`
   * the token has a new end.
   *
   * @throws FieldwardError NOT_FOUND where there is none that could be used, BAD_USER_INPUT
   */
  async rotate(
    id: string,
    given: { readonly graceHours?: number | null; readonly expiresInDays?: number | null } = {},
    record = unrecorded,
  ): Promise<IssuedToken> {
    const grace = graceMs(given.graceHours ?? undefined);
    const now = this.parts.clock();
    const expiresAt = given.expiresInDays == null ? undefined : this.#expiry(given.expiresInDays);
    const { secret, secretHash } = this.#newSecret();
    return this.parts.data.write(async (manager) => {
      const row = await manager.findOne(ApiToken, {
        where: { id, revokedAt: IsNull() },
        ...forUpdate(manager),
      });
      if (row === null || row.expiresAt.getTime() <= now)
        throw new FieldwardError("NOT_FOUND", "There is no such token, or it is revoked or has expired.");
      Object.assign(row, rotated(row, secretHash, now, grace), expiresAt === undefined ? {} : { expiresAt });
      await manager.update(ApiToken, { id }, secretsOf(row));
      const tenant = await tenantOf(manager, row);
      await record(id);
      return issued(row, tenant, secret);
    });
  }

  /** Ends a token, and every secret and access token of it. @throws FieldwardError NOT_FOUND */
  async revoke(id: string, record = unrecorded): Promise<ApiToken> {
    const revokedAt = new Date(this.parts.clock());
    const ended = { revokedAt, previousHash: null, previousUntil: null };
    return this.parts.data.write(async (manager) => {
      const { affected } = await manager.update(ApiToken, { id, revokedAt: IsNull() }, ended);
      if (affected === 0)
        throw new FieldwardError("NOT_FOUND", "There is no such token, or it is revoked already.");
      await record(id);
      return manager.findOneByOrFail(ApiToken, { id });
    });
  }

  /** Writes down that a token was used, unless a later use is written already. */
  async writeUse(id: string, lastUsedAt: Date): Promise<void> {
    const older = { id, lastUsedAt: Or(IsNull(), LessThan(lastUsedAt)) };
    await this.parts.data.write((manager) => manager.update(ApiToken, older, { lastUsedAt }));
  }

  #expiry(days: number): Date {
    if (days >= 1 && days <= LONGEST_TOKEN_DAYS) return new Date(this.parts.clock() + days * DAY_MS);
    throw new FieldwardError("BAD_USER_INPUT", `A token lives 1 to ${String(LONGEST_TOKEN_DAYS)} days.`);
  }

  #newSecret(): { readonly secret: string; readonly secretHash: string } {
    const secret = base62(this.parts.random(SECRET_BYTES), 43);
    return { secret, secretHash: hashSecret(this.parts.tokenKey, secret) };
  }

  #row(wanted: WantedToken): ApiToken {
    const { allowedIps = null, certificateSha256 = null } = wanted;
    if (allowedIps !== null) AddressList.read(allowedIps);
    if (certificateSha256 !== null && !FINGERPRINT.test(certificateSha256))
      throw new FieldwardError("BAD_USER_INPUT", "A certificate is named by its SHA-256, 64 hex digits.");
    return Object.assign(new ApiToken(), {
      id: this.parts.newId(),
      handle: base62(this.parts.random(HANDLE_BYTES), 12),
      name: wanted.name,
      scopes: [...wanted.scopes],
      purposes: [...wanted.purposes],
      createdAt: new Date(this.parts.clock()),
      expiresAt: this.#expiry(wanted.expiresInDays),
      createdBy: wanted.createdBy ?? null,
      allowedIps: allowedIps === null ? null : [...allowedIps],
      certificateSha256,
      ...UNUSED,
    });
  }
}

const UNUSED = {
  revokedAt: null,
  previousHash: null,
  previousUntil: null,
  lastUsedAt: null,
  frozenAt: null,
};

function secretsOf({ secretHash, previousHash, previousUntil, expiresAt }: ApiToken) {
  return { secretHash, previousHash, previousUntil, expiresAt };
}

function issued(row: ApiToken, tenant: Tenant, secret: string): IssuedToken {
  const token = formatToken({ tenant: tenant.slug, handle: row.handle, secret });
  return { id: row.id, token, expiresAt: row.expiresAt, row };
}

async function tenantOf(
  manager: EntityManager,
  { tenantId, tenantSlug }: Pick<WantedToken, "tenantId" | "tenantSlug">,
): Promise<Tenant> {
  const where = tenantId === undefined ? { slug: tenantSlug ?? "" } : { id: tenantId };
  const tenant = await manager.findOneBy(Tenant, where);
  if (tenant === null) throw new FieldwardError("NOT_FOUND", "There is no such tenant.");
  return tenant;
}
