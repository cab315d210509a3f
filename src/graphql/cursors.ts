import { deriveKey, hmac } from "../crypto/derive";
import { TAG_BYTES, type Suite } from "../crypto/suites";
import { FieldwardError } from "../domain/errors";

/** Where a page ended: the values of its order's properties. */
export type Position = readonly (string | number)[];

/**
 * Makes cursors that say nothing and cannot be made up: encrypted, bound to the list that they belong to, and the same for
 * the same row each time. A readable one would tell `sentAt` to a caller who may not see it, and a forged one would let
 * that caller probe for it.
 *
 * Layout: base64url of `nonce (12 or 24) ‖ ciphertext ‖ tag (16)`. The nonce is an HMAC of the position, so that equal cursors
 * only ever encrypt equal positions.
 */
export class Cursors {
  readonly #key: Buffer;
  readonly #nonceKey: Buffer;

  constructor(
    root: Uint8Array,
    private readonly suite: Suite,
  ) {
    this.#key = deriveKey(root, "fieldward/cursor/key");
    this.#nonceKey = deriveKey(root, "fieldward/cursor/nonce");
  }

  make(list: string, position: Position): string {
    const text = Buffer.from(JSON.stringify(position));
    const { suite } = this;
    const nonce = hmac(this.#nonceKey, `${list}\0${text.toString()}`).subarray(0, suite.nonceBytes);
    const sealed = Buffer.alloc(text.length + TAG_BYTES);
    suite.seal(sealed, text, Buffer.from(list), nonce, this.#key);
    return Buffer.concat([nonce, sealed]).toString("base64url");
  }

  /** @throws FieldwardError BAD_USER_INPUT where it is no cursor of this list */
  read(list: string, cursor: string): Position {
    const { suite } = this;
    try {
      const bytes = Buffer.from(cursor.slice(0, 512), "base64url");
      const sealed = bytes.subarray(suite.nonceBytes);
      const text = Buffer.alloc(Math.max(0, sealed.length - TAG_BYTES));
      suite.open(text, sealed, Buffer.from(list), bytes.subarray(0, suite.nonceBytes), this.#key);
      return JSON.parse(text.toString()) as Position;
    } catch {
      throw new FieldwardError("BAD_USER_INPUT", "`after` takes a cursor that this list gave out.");
    }
  }
}
