import { gcm } from "@noble/ciphers/aes.js";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

// The stored formats a second time, put together by hand from the layouts that docs and doc comments promise. Nothing of
// src is imported: a change there that would leave stored data unreadable cannot change this too.

/** Where a value lies, in hex where it is bytes. */
export interface ValuePlace {
  readonly suite: number;
  readonly keyId: string;
  readonly key: string;
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
  readonly subjectId: string;
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");

function aead(suite: number, key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) {
  if (suite === 1) return gcm(key, nonce, aad);
  if (suite === 2) return xchacha20poly1305(key, nonce, aad);
  throw new Error(`there is no suite ${String(suite)}`);
}

const nonceBytes = (suite: number): number => (suite === 1 ? 12 : 24);

function prefixed(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** `"fw1", suite, key id, table, column, row id, subject id`, each with its length in two bytes in front. */
export function associatedData(place: ValuePlace): Buffer {
  const text = [place.table, place.column, place.rowId, place.subjectId].map((part) => Buffer.from(part));
  const fields = [Buffer.from("fw1"), Buffer.of(place.suite), hex(place.keyId), ...text];
  return Buffer.concat(fields.map(prefixed));
}

/** `E1 ‖ suite ‖ key id ‖ nonce ‖ ciphertext ‖ tag`, of the length, the text and zeros up to a multiple of 32 bytes. */
export function sealByReference(
  place: ValuePlace,
  nonce: string,
  text: string,
  aad: Uint8Array = associatedData(place),
): Buffer {
  const content = prefixed(Buffer.from(text, "utf8"));
  const padding = Buffer.alloc((32 - (content.length % 32)) % 32);
  const cipher = aead(place.suite, hex(place.key), hex(nonce), aad);
  const head = Buffer.concat([Buffer.of(0xe1, place.suite), hex(place.keyId), hex(nonce)]);
  return Buffer.concat([head, cipher.encrypt(Buffer.concat([content, padding]))]);
}

/** Opens an envelope; throws where it does not verify. */
export function openByReference(
  place: Pick<ValuePlace, "suite" | "key">,
  envelope: Uint8Array,
  aad: Uint8Array,
): string {
  const nonce = envelope.subarray(18, 18 + nonceBytes(place.suite));
  const cipher = aead(place.suite, hex(place.key), nonce, aad);
  const padded = Buffer.from(cipher.decrypt(envelope.subarray(18 + nonce.length)));
  return padded.toString("utf8", 2, 2 + padded.readUInt16BE());
}

/** `F1 ‖ suite ‖ nonce ‖ ciphertext ‖ tag`, with the context authenticated. */
export function wrapByReference(
  suite: number,
  kek: string,
  context: string,
  nonce: string,
  key: string,
): Buffer {
  const aad = Buffer.from(`fieldward/wrap/1\0${context}`);
  const sealed = aead(suite, hex(kek), hex(nonce), aad).encrypt(hex(key));
  return Buffer.concat([Buffer.of(0xf1, suite), hex(nonce), sealed]);
}

/** Unwraps a key; throws where it does not verify. */
export function unwrapByReference(suite: number, kek: string, context: string, wrapped: Uint8Array): Buffer {
  const nonce = wrapped.subarray(2, 2 + nonceBytes(suite));
  const aad = Buffer.from(`fieldward/wrap/1\0${context}`);
  return Buffer.from(aead(suite, hex(kek), nonce, aad).decrypt(wrapped.subarray(2 + nonce.length)));
}

/** HMAC-SHA-256. @see RFC 2104 §2 */
export function hmacByReference(key: Uint8Array, message: Uint8Array): Buffer {
  return Buffer.from(hmac(nobleSha256, key, message));
}

/** HKDF-SHA-256. @see RFC 5869 §2 */
export function hkdfByReference(
  input: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  bytes: number,
): Buffer {
  return Buffer.from(hkdf(nobleSha256, input, salt, info, bytes));
}

/** The first 16 bytes of HMAC-SHA-256 under an HKDF-SHA-256 key, without salt, of table, column and version. */
export function blindIndexByReference(
  place: { readonly root: string; readonly table: string; readonly column: string; readonly version: number },
  value: string,
): string {
  const info = `fieldward/bi/${place.table}/${place.column}/${String(place.version)}`;
  const key = hkdfByReference(hex(place.root), Buffer.alloc(0), Buffer.from(info), 32);
  return hmacByReference(key, Buffer.from(value, "utf8")).toString("hex", 0, 16);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.from(nobleSha256(Buffer.concat(parts)));
}

/** MTH of RFC 6962 §2.1, word for word: split at the largest power of two below the number of leaves. */
export function merkleRootByReference(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const left = merkleRootByReference(leaves.slice(0, split));
  return sha256(Buffer.of(1), left, merkleRootByReference(leaves.slice(split)));
}
