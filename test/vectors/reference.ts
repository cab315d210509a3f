import { createHash, createHmac, hkdfSync } from "node:crypto";
import { gcm } from "@noble/ciphers/aes.js";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

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
export function sealByReference(place: ValuePlace, nonce: string, text: string): Buffer {
  const content = prefixed(Buffer.from(text, "utf8"));
  const padding = Buffer.alloc((32 - (content.length % 32)) % 32);
  const cipher = aead(place.suite, hex(place.key), hex(nonce), associatedData(place));
  const head = Buffer.concat([Buffer.of(0xe1, place.suite), hex(place.keyId), hex(nonce)]);
  return Buffer.concat([head, cipher.encrypt(Buffer.concat([content, padding]))]);
}

/** Opens an envelope; throws where it does not verify. */
export function openByReference(place: ValuePlace, envelope: Uint8Array): string {
  const nonce = envelope.subarray(18, 18 + nonceBytes(place.suite));
  const cipher = aead(place.suite, hex(place.key), nonce, associatedData(place));
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

/** Version 1: the first 16 bytes of HMAC-SHA-256 under an HKDF-SHA-256 key of table, column and version. */
export function blindIndexByReference(root: string, table: string, column: string, value: string): string {
  const info = `fieldward/bi/${table}/${column}/1`;
  const key = Buffer.from(hkdfSync("sha256", hex(root), "", info, 32));
  return createHmac("sha256", key).update(value, "utf8").digest("hex").slice(0, 32);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
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
