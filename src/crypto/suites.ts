import { createCipheriv, createDecipheriv } from "node:crypto";
import { xchacha } from "./xchacha";

/** Everything the envelope needs to know about one AEAD, in one place. Keys have 32 bytes, tags 16. */
export interface Suite {
  readonly id: number;
  readonly name: "aes-256-gcm" | "xchacha20-poly1305";
  readonly nonceBytes: number;
  /** Writes ciphertext ‖ tag into `into`, which has the length of the plaintext plus 16. */
  seal(into: Buffer, plaintext: Buffer, aad: Buffer, nonce: Uint8Array, key: Uint8Array): void;
  /** Writes the plaintext into `into` once the tag has been verified, never before. Throws where it does not verify. */
  open(into: Buffer, sealed: Uint8Array, aad: Buffer, nonce: Uint8Array, key: Uint8Array): void;
}

export const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/**
 * AES-256-GCM with 96-bit random nonces, for FIPS sites. A key is one customer's, far below the 2^32 messages that
 * NIST SP 800-38D §8.3 allows with random nonces.
 *
 * `authTagLength` is always passed: without it Node accepts tags of 4, 8 and 12 bytes.
 */
const aes256gcm: Suite = {
  id: 0x01,
  name: "aes-256-gcm",
  nonceBytes: 12,
  seal(into, plaintext, aad, nonce, key) {
    const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(aad);
    into.set(cipher.update(plaintext));
    cipher.final();
    into.set(cipher.getAuthTag(), plaintext.length);
  },
  open(into, sealed, aad, nonce, key) {
    const textBytes = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(textBytes));
    const text = decipher.update(sealed.subarray(0, textBytes));
    try {
      // update() hands out plaintext that is not yet verified; it goes nowhere until final() has not thrown.
      decipher.final();
      into.set(text);
    } finally {
      text.fill(0);
    }
  },
};

/** XChaCha20-Poly1305-IETF: 192-bit nonces, safe to draw at random for ever, for shared keys too. The default. */
const xchacha20poly1305: Suite = {
  id: 0x02,
  name: "xchacha20-poly1305",
  nonceBytes: 24,
  seal: (into, plaintext, aad, nonce, key) => {
    xchacha.seal(into, plaintext, aad, nonce, key);
  },
  open: (into, sealed, aad, nonce, key) => {
    xchacha.open(into, sealed, aad, nonce, key);
  },
};

/** All suites by name. All are always readable; a setting picks the one that new values are sealed with. */
export const SUITES = { "aes-256-gcm": aes256gcm, "xchacha20-poly1305": xchacha20poly1305 } as const;

const BY_ID: (Suite | undefined)[] = [];
for (const suite of Object.values(SUITES)) BY_ID[suite.id] = suite;

/** The suite of an envelope's suite byte. */
export function suiteById(id: number | undefined): Suite | undefined {
  return id === undefined ? undefined : BY_ID[id];
}
