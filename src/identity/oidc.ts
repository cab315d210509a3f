import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { FieldwardError, StartupError } from "../domain/errors";

/** What the keys of an issuer are fetched with. */
export interface IssuerKeysParts {
  /** The issuer's URL, exactly as it stands in its tokens. */
  readonly issuer: string;
  readonly clock: () => number;
  /** Tells the log that the keys did not arrive, and why. */
  readonly warn: (what: string) => void;
  /** How long each of the two documents may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** For so long keys are taken for current: what the provider has withdrawn is refused after it. */
const FRESH_MS = 10 * 60_000;
/** For so long keys still count while the provider does not answer. */
const KEPT_MS = 24 * 60 * 60_000;
/** So often the provider is asked at most, whatever tokens arrive. */
const COOL_DOWN_MS = 10_000;
const TIMEOUT_MS = 3_000;
const LONGEST_BYTES = 256 * 1_024;
const MOST_KEYS = 100;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS) });

interface KeySet {
  readonly find: JWTVerifyGetKey;
  readonly atMs: number;
}

function isLoopback(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

/**
 * Checks the issuer's URL: https, or http on this machine. Whoever can change the keys on their way makes any token.
 *
 * @throws StartupError. @see OpenID Connect Discovery 1.0 §3, RFC 9700 §2.6
 */
export function checkIssuer(issuer: string): void {
  const url = new URL(issuer);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  const plain = url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (!secure) throw new StartupError("FIELDWARD_OIDC_ISSUER must be https; http is for loopback only.");
  if (!plain) throw new StartupError("FIELDWARD_OIDC_ISSUER has no query, fragment or password.");
}

/** Reads so much and no more: how long a body is, only its end tells. */
async function limitedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    const bytes = part as Uint8Array;
    length += bytes.length;
    if (length > LONGEST_BYTES) throw new Error(`sent more than ${String(LONGEST_BYTES)} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function fetchJson(url: URL, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: "application/json" },
  });
  if (response.status !== 200) throw new Error(`answered ${String(response.status)}`);
  return JSON.parse(await limitedText(response));
}

/** Not by `instanceof`: what fetch throws may be of another realm. */
function nameOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "name" in error ? error.name : undefined;
}

/** What the log is told: the kind of fault; what the provider sent is not repeated. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return "sent a document of another form";
  if (error instanceof SyntaxError) return "sent no JSON";
  const name = nameOf(error);
  if (name === "TimeoutError") return "did not answer in time";
  return error instanceof Error && name === "Error" ? error.message : "could not be reached";
}

/**
 * The signing keys of one OpenID provider, found by its discovery document and kept.
 *
 * Not jose's createRemoteJWKSet, which forgets the keys that it has once the provider does not answer, asks again for each
 * token then, and reads whatever length it is sent. Here the provider is asked once in ten seconds at most, by one request
 * at a time. @see OpenID Connect Discovery 1.0 §4, RFC 7517 §5
 */
export class IssuerKeys {
  #keys: KeySet | undefined;
  #triedMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(private readonly parts: IssuerKeysParts) {
    checkIssuer(parts.issuer);
  }

  /** The key that a token names. @throws FieldwardError VAULT_UNAVAILABLE where the provider has never told its keys, or long ago */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isFresh()) await this.#ask();
    try {
      return await this.#kept()(header, token);
    } catch (error) {
      // A key that is not known may be new.
      if (!isUnknownKey(error)) throw error;
      await this.#ask();
      return this.#kept()(header, token);
    }
  };

  #isFresh(): boolean {
    return this.#keys !== undefined && this.parts.clock() - this.#keys.atMs < FRESH_MS;
  }

  #kept(): JWTVerifyGetKey {
    if (this.#keys !== undefined && this.parts.clock() - this.#keys.atMs < KEPT_MS) return this.#keys.find;
    throw new FieldwardError("VAULT_UNAVAILABLE", "They are those of the identity provider.", {
      cause: new Error("the identity provider has not told its keys"),
    });
  }

  /** Asks the provider, where it has not just been asked. Whoever comes meanwhile waits for the same answer. */
  #ask(): Promise<void> {
    const now = this.parts.clock();
    if (this.#loading === undefined && now - this.#triedMs >= COOL_DOWN_MS) {
      this.#triedMs = now;
      this.#loading = this.#load(now).finally(() => {
        this.#loading = undefined;
      });
    }
    return this.#loading ?? Promise.resolve();
  }

  async #load(atMs: number): Promise<void> {
    try {
      const keys = keySet.parse(await this.#fetch(await this.#keysUrl()));
      this.#keys = { find: createLocalJWKSet(keys), atMs };
    } catch (error) {
      this.parts.warn(`the identity provider ${reasonOf(error)}`);
    }
  }

  async #keysUrl(): Promise<URL> {
    const { issuer } = this.parts;
    const base = new URL(issuer);
    const discovery = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const form = z.object({ issuer: z.string(), jwks_uri: z.url() });
    const document = form.parse(await this.#fetch(discovery));
    if (document.issuer !== issuer)
      throw new Error("calls itself by another name than FIELDWARD_OIDC_ISSUER");
    const url = new URL(document.jwks_uri);
    const secure = url.protocol === "https:" || (isLoopback(base) && isLoopback(url));
    if (!secure) throw new Error("names a place of its keys that is not https");
    return url;
  }

  #fetch(url: URL): Promise<unknown> {
    return fetchJson(url, this.parts.timeoutMs ?? TIMEOUT_MS);
  }
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_JWKS_NO_MATCHING_KEY";
}
