import { hash, timingSafeEqual } from "node:crypto";
import { hmac } from "../crypto/derive";
import { FieldwardError } from "../domain/errors";
import type { Principal } from "../domain/principal";
import type { CredentialStore } from "./credential-store";
import type { SessionTokens } from "./sessions";
import { parseToken, type TokenParts } from "./token-format";

/** What a stored secret hash is made of: keyed, so that the table alone lets nobody test a guess. */
export function hashSecret(key: Uint8Array, secret: string): string {
  return hmac(key, secret).toString("hex");
}

function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, "hex");
  const right = Buffer.from(b, "hex");
  return left.length === right.length && timingSafeEqual(left, right);
}

interface Remembered {
  readonly principal: Principal;
  readonly untilMs: number;
}

/** How long a revoked credential can still be taken for good on a replica that has just checked it. */
export const REVOCATION_BOUND_MS = 2_000;
const REMEMBERED = 10_000;
const NO_HASH = "00".repeat(32);

/** Turns a request's credential into the principal that it belongs to. */
export class Authenticator {
  #remembered = new Map<string, Remembered>();

  constructor(
    private readonly store: CredentialStore,
    private readonly sessions: SessionTokens,
    private readonly tokenKey: Uint8Array,
    private readonly clock: () => number,
  ) {}

  /**
   * @returns `null` where no credential was sent
   * @throws FieldwardError UNAUTHENTICATED for any credential that is not good; which way it is not, it does not say
   */
  async authenticate(authorization: string | undefined): Promise<Principal | null> {
    if (authorization === undefined) return null;
    const [, token] = /^Bearer ([\w.-]{1,2048})$/i.exec(authorization) ?? [];
    if (token === undefined) throw new FieldwardError("UNAUTHENTICATED");
    const key = hash("sha256", token, "base64");
    const known = this.#remembered.get(key);
    if (known !== undefined && this.clock() < known.untilMs) return known.principal;
    const { principal, expiresAtMs } = await this.#check(token);
    this.#remember(key, principal, expiresAtMs);
    return principal;
  }

  /** Forgets what was checked, so that a revocation counts here at once. */
  forget(): void {
    this.#remembered.clear();
  }

  #remember(key: string, principal: Principal, expiresAtMs: number): void {
    if (this.#remembered.size >= REMEMBERED) this.#remembered = new Map();
    this.#remembered.set(key, {
      principal,
      untilMs: Math.min(expiresAtMs, this.clock() + REVOCATION_BOUND_MS),
    });
  }

  #check(token: string): Promise<{ principal: Principal; expiresAtMs: number }> {
    const parts = parseToken(token);
    return parts === undefined ? this.#checkSession(token) : this.#checkToken(parts);
  }

  async #checkToken(parts: TokenParts): Promise<{ principal: Principal; expiresAtMs: number }> {
    const found = await this.store.token(parts.tenant, parts.handle);
    // Hashed and compared in any case: how long it takes does not tell whether the handle exists.
    const same = sameHash(hashSecret(this.tokenKey, parts.secret), found?.secretHash ?? NO_HASH);
    if (found === undefined || !same || found.revoked || found.expiresAtMs <= this.clock()) {
      throw new FieldwardError("UNAUTHENTICATED");
    }
    const principal: Principal = {
      id: found.id,
      kind: "PARTNER",
      tenantId: found.tenantId,
      role: null,
      scopes: found.scopes,
      purposes: found.purposes,
      trainedUntil: null,
    };
    return { principal, expiresAtMs: found.expiresAtMs };
  }

  async #checkSession(token: string): Promise<{ principal: Principal; expiresAtMs: number }> {
    const id = await this.sessions.read(token);
    const found = id === undefined ? undefined : await this.store.session(id);
    if (found?.usable !== true || found.expiresAtMs <= this.clock()) {
      throw new FieldwardError("UNAUTHENTICATED");
    }
    const principal: Principal = {
      id: found.staffId,
      kind: "STAFF",
      tenantId: null,
      role: found.role,
      scopes: [],
      purposes: [],
      trainedUntil: found.trainedUntilMs === null ? null : new Date(found.trainedUntilMs),
    };
    return { principal, expiresAtMs: found.expiresAtMs };
  }
}
