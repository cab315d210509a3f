import type { AccessLog } from "../audit/access-log";
import type { AccessEntry } from "../audit/access-entry";
import { FieldwardError } from "../domain/errors";
import type { Principal } from "../domain/principal";
import { narrowed } from "./access-scopes";
import type { AccessTokens, NewAccessToken } from "./access-tokens";
import { partnerOf } from "./api-token-check";
import type { ApiTokens } from "./api-tokens";
import type { RequestSource } from "./authenticator";
import { confirmation } from "./confirmation";
import type { CredentialStore } from "./credential-store";
import { networkOf } from "./network";
import type { ClientCredentials, OAuthClient, OAuthClients } from "./oauth-clients";
import type { SignInThrottle } from "./sign-in-throttle";
import { parseToken } from "./token-format";
import { hashSecret, secretGoodUntil } from "./token-secret";

/** What the endpoints are made of. */
export interface OAuthParts {
  readonly clients: OAuthClients;
  readonly accessTokens: AccessTokens;
  readonly apiTokens: ApiTokens;
  readonly store: Pick<CredentialStore, "token">;
  readonly tokenKey: Uint8Array;
  readonly accessLog: AccessLog;
  /** Slows down whoever guesses, by address. */
  readonly throttle: Pick<SignInThrottle, "begin">;
  readonly clock: () => number;
}

/** One request to an endpoint. */
export interface OAuthRequest {
  readonly id: string;
  readonly credentials: ClientCredentials;
  readonly source: RequestSource;
}

/** A token that was asked about or is to be revoked: one of the client's own, or nothing that is told of. */
type OwnToken =
  | { readonly kind: "access"; readonly good: NonNullable<Awaited<ReturnType<AccessTokens["read"]>>> }
  | { readonly kind: "api"; readonly untilMs: number };

/** An access token with the scopes that it was given. */
export interface Granted extends NewAccessToken {
  readonly scopes: readonly string[];
}

/**
 * The client-credentials grant and what belongs to it: an access token for an API token, what is known of a token, and the
 * end of one. A client knows its own tokens and no others. @see RFC 6749 §4.4, RFC 7662, RFC 7009
 */
export class OAuth {
  constructor(private readonly parts: OAuthParts) {}

  /**
   * Issues an access token. Undefined where a scope is asked for that the client does not have.
   *
   * @throws FieldwardError UNAUTHENTICATED, RATE_LIMITED, AUDIT_UNAVAILABLE
   */
  async grant(request: OAuthRequest, scopes: readonly string[] | null): Promise<Granted | undefined> {
    const client = await this.#client(request);
    const { found } = client;
    const given = narrowed(found.scopes, scopes ?? found.scopes);
    const principal = partnerOf(found, given);
    const outcome = given === undefined ? "refused" : "ok";
    await this.#log(request, {
      kind: "SIGN_IN",
      operationName: "oauth token",
      principal,
      about: found.id,
      outcome,
    });
    if (given === undefined) return undefined;
    return { ...(await this.parts.accessTokens.issue(client, given)), scopes: given };
  }

  /**
   * What is known of a token. Of one that is not good, or not this client's: only that it is not active. @see RFC 7662 §2.2
   *
   * @throws FieldwardError UNAUTHENTICATED, RATE_LIMITED
   */
  async introspect(request: OAuthRequest, token: string): Promise<object> {
    const client = await this.#client(request);
    const { found } = client;
    const own = await this.#own(client, token);
    if (own === undefined) return { active: false };
    const known = { active: true, client_id: found.id, sub: found.id, token_type: "Bearer" };
    const bound = confirmation(found.certificateSha256);
    if (own.kind === "api")
      return { ...known, scope: found.scopes.join(" "), exp: seconds(own.untilMs), ...bound };
    const { read, scopes, expiresAtMs } = own.good;
    const times = { exp: seconds(expiresAtMs), iat: seconds(read.issuedAtMs) };
    return { ...known, scope: scopes.join(" "), ...times, jti: read.id, ...bound };
  }

  /**
   * Ends a token of this client. One that is none, or is not good any more, needs no end. @see RFC 7009 §2.2
   *
   * @throws FieldwardError UNAUTHENTICATED, RATE_LIMITED, AUDIT_UNAVAILABLE
   */
  async revoke(request: OAuthRequest, token: string): Promise<void> {
    const client = await this.#client(request);
    const own = await this.#own(client, token);
    if (own === undefined) return;
    const principal = partnerOf(client.found);
    const record = (about: string): Promise<void> =>
      this.#log(request, {
        kind: "ACCOUNTS",
        operationName: "oauth revoke",
        principal,
        about,
        outcome: "revoked",
      });
    if (own.kind === "access") await this.parts.accessTokens.revoke(own.good, record);
    else await this.parts.apiTokens.revoke(client.found.id, record);
  }

  /**
   * The client of a request. A failure counts against its address, and is on the log before it is answered. Only failures
   * are slowed down: a secret of 256 bits is not guessed, and nobody shall lock a partner out by failing in its name.
   */
  async #client(request: OAuthRequest): Promise<OAuthClient> {
    const { clients, throttle } = this.parts;
    const { credentials, source } = request;
    try {
      return await clients.authenticate(credentials, source);
    } catch (error) {
      if (!(error instanceof FieldwardError) || error.code !== "UNAUTHENTICATED") throw error;
      const network = source.ip === null ? "" : networkOf(source.ip);
      await throttle.begin({ account: `oauth/${network}`, ip: null });
      const what = {
        kind: "SIGN_IN",
        operationName: "oauth client",
        principal: null,
        outcome: "refused",
      } as const;
      await this.#log(request, what);
      throw error;
    }
  }

  async #own({ found }: OAuthClient, token: string): Promise<OwnToken | undefined> {
    const parts = parseToken(token);
    if (parts === undefined) {
      const good = await this.parts.accessTokens.read(token);
      return good?.found.id === found.id ? { kind: "access", good } : undefined;
    }
    const named = await this.parts.store.token(parts.tenant, parts.handle);
    const untilMs = secretGoodUntil(named, hashSecret(this.parts.tokenKey, parts.secret));
    const isGood = untilMs !== undefined && untilMs > this.parts.clock();
    return isGood && named?.id === found.id ? { kind: "api", untilMs } : undefined;
  }

  #log(
    { id, source }: OAuthRequest,
    what: Pick<AccessEntry, "kind" | "operationName" | "about" | "outcome"> & {
      readonly principal: Principal | null;
    },
  ): Promise<void> {
    const rest = { purpose: null, operationHash: null, reads: [], denials: [], ip: source.ip };
    return this.parts.accessLog.append({ ...what, ...rest, requestId: id });
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
