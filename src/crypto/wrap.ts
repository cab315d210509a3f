import { EnvelopeError } from "./envelope";
import type { RandomBytes } from "./random";
import { SUITES, TAG_BYTES, type Suite } from "./suites";

const MAGIC = 0xf1;

/**
 * Wraps a key under another: `0xF1 ‖ suite (1) ‖ nonce ‖ ciphertext ‖ tag (16)`. `context` is authenticated with it and
 * must be given again to unwrap: it names what the key is for, so that one wrapped key cannot stand in for another.
 */
export function wrapKey(
  suite: Suite,
  kek: Uint8Array,
  context: string,
  key: Uint8Array,
  random: RandomBytes,
): Buffer {
  const textOffset = 2 + suite.nonceBytes;
  const wrapped = Buffer.alloc(textOffset + key.length + TAG_BYTES);
  wrapped[0] = MAGIC;
  wrapped[1] = suite.id;
  wrapped.set(random(suite.nonceBytes), 2);
  suite.seal(
    wrapped.subarray(textOffset),
    // A view: a copy would have to be wiped.
    Buffer.from(key.buffer, key.byteOffset, key.length),
    Buffer.from(`fieldward/wrap/1\0${context}`),
    wrapped.subarray(2, textOffset),
    kek,
  );
  return wrapped;
}

/** @throws EnvelopeError where it was not wrapped under this key for this context. */
export function unwrapKey(kek: Uint8Array, context: string, wrapped: Uint8Array): Buffer {
  const suite = Object.values(SUITES).find((candidate) => candidate.id === wrapped[1]);
  if (wrapped[0] !== MAGIC || suite === undefined) throw new EnvelopeError("the wrapped key does not open");
  const textOffset = 2 + suite.nonceBytes;
  // With more than 64 bytes under it: up to that V8 keeps the bytes in its heap, and may leave a copy when it moves them.
  const key = Buffer.alloc(128 + wrapped.length).subarray(
    0,
    Math.max(0, wrapped.length - textOffset - TAG_BYTES),
  );
  try {
    const aad = Buffer.from(`fieldward/wrap/1\0${context}`);
    suite.open(key, wrapped.subarray(textOffset), aad, wrapped.subarray(2, textOffset), kek);
  } catch {
    throw new EnvelopeError("the wrapped key does not open");
  }
  return key;
}
