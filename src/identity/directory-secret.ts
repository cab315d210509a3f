import { areEqual, sha256 } from "../crypto/derive";

const BEARER = /^Bearer ([\x21-\x7e]{1,1024})$/i;

/** The one secret of the company's directory service: compared by its hash, in a time that does not tell how much of it is right. */
export class DirectorySecret {
  readonly #hash: Uint8Array;

  constructor(secret: string) {
    this.#hash = sha256(secret);
  }

  /** Whether the value of an `Authorization` header holds it. */
  isIn(authorization: string | undefined): boolean {
    const [, given] = BEARER.exec(authorization ?? "") ?? [];
    return given !== undefined && areEqual(sha256(given), this.#hash);
  }
}
