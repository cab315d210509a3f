import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { jwtVerify, SignJWT, type JWTHeaderParameters, type JWTPayload } from "jose";
import { deriveKey } from "../crypto/derive";
import { FieldwardError } from "../domain/errors";

/**
 * What signed tokens are for, with the `typ` of each: a token made for one use is none for another, by its type, its
 * audience and its claims alike. @see RFC 8725 §3.11, RFC 9068 §2.1
 */
const TYPES = { session: "session+jwt", challenge: "challenge+jwt", access: "at+jwt" } as const;

/** @see TYPES */
export type Audience = keyof typeof TYPES;

/** What a token says. */
export interface TokenContent {
  readonly subject: string;
  /** `jti`: the session, the challenge or the access token itself. */
  readonly id: string;
  readonly expiresAt: Date;
  /** More than that, by name. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A token that was found good: signed by us, for this use, and not at its end. */
export interface ReadToken {
  readonly subject: string;
  readonly id: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What tokens are signed with. */
export interface SignedTokensParts {
  /** 32 bytes; each key pair is derived from it. */
  readonly rootKey: Uint8Array;
  /** Raised to end every token at once. */
  readonly generation: () => number | Promise<number>;
  readonly clock: () => number;
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** PKCS#8 of an Ed25519 private key, up to its 32-byte seed. @see RFC 8410 §7 */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
/** Who signs: `iss`. */
export const ISSUER = "fieldward";
const EPOCH_MS = 30 * 24 * 60 * 60 * 1_000;
/** How far the clocks of two replicas may be apart when one of them begins a new epoch. */
const SKEW_MS = 60_000;
const KEYS_KEPT = 8;

const audienceOf = (use: Audience): string => `${ISSUER}/${use}`;
const epochOf = (atMs: number): number => Math.floor(atMs / EPOCH_MS);
const kidOf = (generation: number, epoch: number): string => `${String(generation)}.${String(epoch)}`;

/**
 * Signs and reads JWTs with EdDSA. The key pair changes every 30 days and with the generation: `kid` is
 * `<generation>.<epoch>`, and only the pairs of this epoch and the one before it are known. No pair is stored: all are
 * derived from one root key, so that replicas agree without a word. @see RFC 8037 §3.1, RFC 8725 §3.1
 */
export class SignedTokens {
  #pairs = new Map<string, KeyPair>();

  constructor(private readonly parts: SignedTokensParts) {}

  async sign(audience: Audience, { subject, id, expiresAt, claims = {} }: TokenContent): Promise<string> {
    const nowMs = this.parts.clock();
    const kid = kidOf(await this.parts.generation(), epochOf(nowMs));
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "EdDSA", typ: TYPES[audience], kid })
      .setIssuer(ISSUER)
      .setAudience(audienceOf(audience))
      .setSubject(subject)
      .setJti(id)
      .setIssuedAt(new Date(nowMs))
      .setExpirationTime(expiresAt)
      .sign(this.#pair(kid).privateKey);
  }

  /**
   * What a token says, where it is signed by us, for this use, and has not expired; undefined: it is not good, in whichever way.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE where the generation cannot be had
   */
  async read(token: string, audience: Audience): Promise<ReadToken | undefined> {
    const generation = await this.parts.generation();
    const payload = await this.#verified(token, audience, this.#knownKids(generation));
    const { sub, jti, iat, exp, ...rest } = payload ?? {};
    if (sub === undefined || jti === undefined || iat === undefined || exp === undefined) return undefined;
    const { iss: _iss, aud: _aud, ...claims } = rest;
    return { subject: sub, id: jti, issuedAtMs: iat * 1_000, expiresAtMs: exp * 1_000, claims };
  }

  async #verified(
    token: string,
    audience: Audience,
    kids: readonly string[],
  ): Promise<JWTPayload | undefined> {
    const keyOf = ({ kid }: JWTHeaderParameters): KeyObject => {
      if (kid === undefined || !kids.includes(kid)) throw new FieldwardError("UNAUTHENTICATED");
      return this.#pair(kid).publicKey;
    };
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ["EdDSA"],
        typ: TYPES[audience],
        issuer: ISSUER,
        audience: audienceOf(audience),
        requiredClaims: ["sub", "jti", "iat", "exp"],
        currentDate: new Date(this.parts.clock()),
      });
      return payload;
    } catch {
      return undefined;
    }
  }

  /** Never derived for a `kid` just because a token names it: that would let anyone make us work. */
  #knownKids(generation: number): readonly string[] {
    const nowMs = this.parts.clock();
    const epochs = [epochOf(nowMs) - 1, epochOf(nowMs), epochOf(nowMs + SKEW_MS)];
    return epochs.map((epoch) => kidOf(generation, epoch));
  }

  #pair(kid: string): KeyPair {
    const known = this.#pairs.get(kid);
    if (known !== undefined) return known;
    if (this.#pairs.size >= KEYS_KEPT) this.#pairs = new Map();
    const seed = deriveKey(this.parts.rootKey, `fieldward/session/${kid}`);
    const key = Buffer.concat([PKCS8_ED25519, seed]);
    const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
    seed.fill(0);
    key.fill(0);
    const pair = { privateKey, publicKey: createPublicKey(privateKey) };
    this.#pairs.set(kid, pair);
    return pair;
  }
}
