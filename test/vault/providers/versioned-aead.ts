import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const NONCE = 12;
const TAG = 16;

/** A provider's key in several versions, each a key of AES-256-GCM; a box is `nonce ‖ ciphertext ‖ tag`. */
export class VersionedAead {
  readonly #keys = new Map<number, Buffer>([[1, randomBytes(32)]]);
  latest = 1;

  get versions(): readonly number[] {
    return [...this.#keys.keys()];
  }

  add(): number {
    this.latest += 1;
    this.#keys.set(this.latest, randomBytes(32));
    return this.latest;
  }

  destroy(version: number): void {
    this.#keys.delete(version);
  }

  seal(version: number, plaintext: Uint8Array, aad: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", this.#key(version), nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(aad));
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws where it was not sealed under this version and with this. */
  open(version: number, box: Buffer, aad: string): Buffer {
    const nonce = box.subarray(0, NONCE);
    const decipher = createDecipheriv("aes-256-gcm", this.#key(version), nonce, { authTagLength: TAG });
    decipher.setAAD(Buffer.from(aad));
    decipher.setAuthTag(box.subarray(-TAG));
    return Buffer.concat([decipher.update(box.subarray(NONCE, -TAG)), decipher.final()]);
  }

  #key(version: number): Buffer {
    const key = this.#keys.get(version);
    if (key === undefined) throw new Error("this version has been destroyed");
    return key;
  }
}
