import { createHmac, hash, hkdfSync, timingSafeEqual } from "node:crypto";
import { KEY_BYTES } from "./suites";

/** A 32-byte key for one use, derived from a root key by HKDF-SHA-256 without salt. @see RFC 5869 §3.1 */
export function deriveKey(root: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", root, Buffer.alloc(0), Buffer.from(use), KEY_BYTES));
}

/** HMAC-SHA-256, 32 bytes. @see RFC 2104 */
export function hmac(key: Uint8Array, message: string | Uint8Array): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

/** SHA-256, 32 bytes. @see FIPS 180-4 */
export function sha256(message: string | Uint8Array): Buffer {
  return hash("sha256", message, "buffer");
}

/** Whether two byte strings are equal, in a time that does not tell where they part. */
export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

const BLIND_INDEX_BYTES = 16;

/**
 * Makes the blind index of one column: HMAC-SHA-256 of the normalised value under a key of this table, column and
 * version, cut to 128 bits, in lower-case hex (so that no collation can change what equals what).
 *
 * Keyed, since the numbers of the world are few: whoever has an unkeyed hash tries them all in hours. Equal values have
 * equal indexes; that is what it is for and what it tells.
 */
export function blindIndex(
  root: Uint8Array,
  table: string,
  column: string,
  version: number,
): (value: string) => string {
  const key = deriveKey(root, `fieldward/bi/${table}/${column}/${String(version)}`);
  return (value) => hmac(key, value).toString("hex", 0, BLIND_INDEX_BYTES);
}
