import type { ApiToken } from "../domain/api-token";
import { FieldwardError } from "../domain/errors";

/** The secrets of a token: the current one, and the one before the last rotation until the end of its grace. */
export type TokenSecrets = Pick<ApiToken, "secretHash" | "previousHash" | "previousUntil">;

const HOUR_MS = 60 * 60 * 1_000;
const STANDARD_GRACE_HOURS = 24;
const LONGEST_GRACE_HOURS = 7 * 24;

/** @throws FieldwardError BAD_USER_INPUT where the grace is not 0 hours to a week */
export function graceMs(hours: number = STANDARD_GRACE_HOURS): number {
  if (hours >= 0 && hours <= LONGEST_GRACE_HOURS) return hours * HOUR_MS;
  throw new FieldwardError(
    "BAD_USER_INPUT",
    `The old secret lives on for 0 to ${String(LONGEST_GRACE_HOURS)} hours.`,
  );
}

/**
 * The secrets of a token after a rotation. There are two at most: one that is still in its grace from an earlier rotation
 * ends. The old one never outlives what was promised of it, the token's own end at the time of the rotation.
 */
export function rotated(
  token: TokenSecrets & Pick<ApiToken, "expiresAt" | "frozenAt">,
  secretHash: string,
  nowMs: number,
  grace: number,
): TokenSecrets {
  // Of a frozen token the old secret is what the incident is about: it must not come back when the token is unfrozen.
  if (grace === 0 || token.frozenAt !== null) return { secretHash, previousHash: null, previousUntil: null };
  const previousUntil = new Date(Math.min(nowMs + grace, token.expiresAt.getTime()));
  return { secretHash, previousHash: token.secretHash, previousUntil };
}
