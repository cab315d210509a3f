import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sodium, type Sodium } from "./sodium";

/** One AEAD: key 32 bytes, nonce 24 bytes, tag 16 bytes appended to the ciphertext. */
interface XChaCha {
  readonly provider: "sodium-native" | "@noble/ciphers";
  /** `into` has the length of the plaintext plus 16. */
  seal(into: Buffer, plaintext: Buffer, aad: Buffer, nonce: Uint8Array, key: Uint8Array): void;
  /** `into` has the length of the sealed bytes less 16. Throws where the tag does not verify, with `into` not written. */
  open(into: Buffer, sealed: Uint8Array, aad: Buffer, nonce: Uint8Array, key: Uint8Array): void;
}

function overSodium(native: Sodium): XChaCha {
  return {
    provider: "sodium-native",
    seal(into, plaintext, aad, nonce, key) {
      native.crypto_aead_xchacha20poly1305_ietf_encrypt(into, plaintext, aad, null, nonce, key);
    },
    open(into, sealed, aad, nonce, key) {
      native.crypto_aead_xchacha20poly1305_ietf_decrypt(into, null, sealed, aad, nonce, key);
    },
  };
}

const overNoble: XChaCha = {
  provider: "@noble/ciphers",
  seal(into, plaintext, aad, nonce, key) {
    into.set(xchacha20poly1305(key, nonce, aad).encrypt(plaintext));
  },
  open(into, sealed, aad, nonce, key) {
    into.set(xchacha20poly1305(key, nonce, aad).decrypt(sealed));
  },
};

/**
 * XChaCha20-Poly1305-IETF by libsodium, or in JavaScript where the native module cannot load (the same bytes, some ten
 * times slower; the start-up log says which).
 *
 * @see draft-irtf-cfrg-xchacha-03
 */
export const xchacha: XChaCha = sodium === undefined ? overNoble : overSodium(sodium);
