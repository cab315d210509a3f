import { hash } from "node:crypto";
import { areEqual, hmac } from "../crypto/derive";
import type { FoundToken } from "./credential-store";

/** What a stored secret hash is made of: keyed, so that the table alone lets nobody test a guess. */
export function hashSecret(key: Uint8Array, secret: string): string {
  return hmac(key, secret).toString("hex");
}

const NO_HASH = "00".repeat(32);

function sameHash(a: string, b: string | null | undefined): boolean {
  return areEqual(Buffer.from(a, "hex"), Buffer.from(b ?? NO_HASH, "hex"));
}

/** Names the secret that an access token was got for, without telling its hash. */
export function secretMark(secretHash: string): string {
  return hash("sha256", secretHash, "base64url");
}

/**
 * Until when a secret is good for a token, in ms; undefined: it is not its secret, or the token may do nothing. A secret
 * that was rotated out is good until the end of its grace.
 *
 * Both hashes are compared in any case, and so is one where there is no such token: how long it takes tells nothing.
 */
export function secretGoodUntil(found: FoundToken | undefined, secretHash: string): number | undefined {
  const isCurrent = sameHash(secretHash, found?.secretHash);
  const isPrevious = sameHash(secretHash, found?.previousHash);
  if (found?.usable !== true) return undefined;
  if (isCurrent) return found.expiresAtMs;
  if (!isPrevious || found.previousHash === null || found.previousUntilMs === null) return undefined;
  return Math.min(found.previousUntilMs, found.expiresAtMs);
}
