import { decodeJwt, decodeProtectedHeader } from "jose";
import { LessThan } from "typeorm";
import type { DataStore } from "../database/databases";
import { FieldwardError } from "../domain/errors";
import { RevokedAccessToken } from "../domain/sign-in";
import { covers } from "./access-scopes";
import { partnerOf } from "./api-token-check";
import type { RecordChange } from "./api-tokens";
import type { Checked, CredentialCheck } from "./authenticator";
import type { CredentialStore, FoundToken } from "./credential-store";
import { boundCertificate, confirmation } from "./confirmation";
import type { OAuthClient } from "./oauth-clients";
import { ISSUER, type ReadToken, type SignedTokens } from "./signed-tokens";
import { secretGoodUntil, secretMark } from "./token-secret";
import { placeRule, type TokenUse } from "./token-use";

/** What access tokens are made with. */
export interface AccessTokensParts {
  readonly data: DataStore;
  readonly store: Pick<CredentialStore, "tokenOfAccess">;
  readonly signed: Pick<SignedTokens, "sign" | "read">;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** An access token that was just issued. */
export interface NewAccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** An access token that is good, with the API token that it was issued to as that is now. */
export interface GoodAccessToken {
  readonly read: ReadToken;
  readonly found: FoundToken;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

const LIFETIME_MS = 10 * 60 * 1_000;
const SWEPT_EVERY_MS = 60 * 1_000;

function claim(read: ReadToken, name: string): string | undefined {
  const value = read.claims[name];
  return typeof value === "string" ? value : undefined;
}

/** Until when the secret is good that an access token was got for: one that is rotated out takes its access tokens along. */
function markedGoodUntil(found: FoundToken, mark: string | undefined): number | undefined {
  const hashes = [found.secretHash, found.previousHash ?? found.secretHash];
  const secretHash = hashes.find((known) => secretMark(known) === mark);
  return secretHash === undefined ? undefined : secretGoodUntil(found, secretHash);
}

/**
 * Access tokens: JWTs of ten minutes that a partner gets for its API token, so that the secret itself travels seldom. Each
 * use looks the API token up, so that one which is revoked or frozen takes its access tokens along. @see RFC 9068 §2
 */
export class AccessTokens {
  #sweptMs = -Infinity;

  constructor(private readonly parts: AccessTokensParts) {}

  /** Issues one with these scopes, good for ten minutes and no longer than the secret that it was got for. */
  async issue(
    { found, untilMs, secretHash }: OAuthClient,
    scopes: readonly string[],
  ): Promise<NewAccessToken> {
    const now = this.parts.clock();
    const expiresAtMs = Math.floor(Math.min(now + LIFETIME_MS, untilMs) / 1_000) * 1_000;
    const token = await this.parts.signed.sign("access", {
      subject: found.id,
      id: this.parts.newId(),
      expiresAt: new Date(expiresAtMs),
      claims: {
        client_id: found.id,
        scope: scopes.join(" "),
        secret: secretMark(secretHash),
        ...confirmation(found.certificateSha256),
      },
    });
    return { token, expiresInSeconds: Math.floor((expiresAtMs - now) / 1_000) };
  }

  /** What an access token gives now; undefined: it is not good, in whichever way. */
  async read(token: string): Promise<GoodAccessToken | undefined> {
    const read = await this.parts.signed.read(token, "access");
    if (read === undefined) return undefined;
    const found = await this.parts.store.tokenOfAccess(read.subject, read.id);
    const scope = claim(read, "scope");
    if (found?.usable !== true || scope === undefined) return undefined;
    const secretUntilMs = markedGoodUntil(found, claim(read, "secret"));
    if (secretUntilMs === undefined || secretUntilMs <= this.parts.clock()) return undefined;
    // What the API token does not have now was never to be got by way of it.
    const scopes = scope.split(" ").filter((name) => name !== "" && covers(found.scopes, name));
    return { read, found, scopes, expiresAtMs: Math.min(read.expiresAtMs, secretUntilMs) };
  }

  /** Ends one before its time. Once is enough: the second time nothing changes and nothing is recorded. */
  async revoke({ read }: GoodAccessToken, record: RecordChange): Promise<void> {
    const row = Object.assign(new RevokedAccessToken(), {
      id: read.id,
      expiresAt: new Date(read.expiresAtMs),
    });
    try {
      await this.parts.data.write(async (manager) => {
        await manager.insert(RevokedAccessToken, row);
        await record(read.id);
      });
    } catch (error) {
      if (!(error instanceof FieldwardError && error.code === "CONFLICT")) throw error;
    }
    await this.#sweep();
  }

  /** Those that have expired by themselves need no denial. In a transaction of its own: its locks wait for nothing. */
  async #sweep(): Promise<void> {
    const now = this.parts.clock();
    if (now - this.#sweptMs < SWEPT_EVERY_MS) return;
    this.#sweptMs = now;
    const expired = { expiresAt: LessThan(new Date(now)) };
    await this.parts.data
      .write((manager) => manager.delete(RevokedAccessToken, expired))
      .catch(() => undefined);
  }
}

/** Checks access tokens, which are told from sessions and from tokens of others by type and issuer. */
export class AccessTokenCheck implements CredentialCheck {
  constructor(
    private readonly tokens: Pick<AccessTokens, "read">,
    private readonly use: TokenUse,
  ) {}

  accepts(token: string): boolean {
    try {
      return decodeProtectedHeader(token).typ === "at+jwt" && decodeJwt(token).iss === ISSUER;
    } catch {
      return false;
    }
  }

  async check(token: string): Promise<Checked | undefined> {
    const good = await this.tokens.read(token);
    if (good === undefined) return undefined;
    const { read, found, scopes, expiresAtMs } = good;
    const boundTo = boundCertificate(read.claims);
    if (boundTo === undefined) return undefined;
    const ofToken = placeRule(found);
    const ofAccess = placeRule({ allowedIps: null, certificateSha256: boundTo });
    return {
      principal: partnerOf(found, scopes),
      expiresAtMs,
      permits: (source) => ofToken(source) && ofAccess(source),
      used: () => {
        this.use.note(found);
      },
    };
  }
}
