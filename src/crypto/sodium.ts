import { createRequire } from "node:module";

/** The part of sodium-native that is used here. */
export interface Sodium {
  crypto_aead_xchacha20poly1305_ietf_encrypt(
    c: Uint8Array,
    m: Uint8Array,
    ad: Uint8Array,
    nsec: null,
    npub: Uint8Array,
    k: Uint8Array,
  ): number;
  crypto_aead_xchacha20poly1305_ietf_decrypt(
    m: Uint8Array,
    nsec: null,
    c: Uint8Array,
    ad: Uint8Array,
    npub: Uint8Array,
    k: Uint8Array,
  ): number;
  /** Memory between two guard pages, locked where the limit allows, kept out of core dumps. Does not say what failed. */
  sodium_malloc(bytes: number): Buffer;
  /** Detaches the buffer; the memory itself is zeroed and given back in a later turn of the event loop. */
  sodium_free(memory: Buffer): void;
  /** Throws where the memory cannot be locked. */
  sodium_mlock(memory: Buffer): void;
}

/** libsodium, or nothing where the native module cannot load. */
export const sodium: Sodium | undefined = (() => {
  try {
    // Loaded by hand, since a missing prebuilt binary must not stop the server. Through this module's own require.
    return createRequire(__filename)("sodium-native") as Sodium;
  } catch {
    return undefined;
  }
})();
