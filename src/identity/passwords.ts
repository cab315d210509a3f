import { createHmac } from "node:crypto";
import type { PasswordHasher } from "./bcrypt-threads";
import { Turns } from "./turns";

const COST = 12;
/** What else stands there is no hash: who has it signs in by the identity provider only. */
const BCRYPT = "$2";
const LONGEST_QUEUE = 100;
/** UTF-16 units. What is longer is nobody's: to bring it into NFC would take the square of its length. */
const LONGEST = 2_048;
/** A surrogate without its other half. */
const HALF_CHARACTER = /\p{Cs}/u;

/** A hash of nothing that anyone knows, of the same cost: an unknown user takes as long as a wrong password. */
const NOBODY = "$2b$12$C6UzMDM.H6dfI/f/IKxGhuNxc4mYYzJm8FYVhOjZDJtq8dXHvU1Vi";

/**
 * Hashes and checks passwords with bcrypt, cost 12.
 *
 * bcrypt drops what lies past 72 bytes, so it is given base64(HMAC-SHA-384(pepper, password)): 64 characters of any
 * password, none of them NUL, and a stolen table is of no use without the vault. A few run at once and a hundred wait;
 * whoever comes then is sent away at once. @see OWASP ASVS 5.0 6.2.8, 11.4.2
 */
export class Passwords {
  readonly #turns: Turns;

  constructor(
    private readonly pepper: Uint8Array,
    private readonly hasher: PasswordHasher,
  ) {
    this.#turns = new Turns({ atOnce: hasher.atOnce, waiting: LONGEST_QUEUE });
  }

  /** @throws FieldwardError RATE_LIMITED where too many wait */
  hash(password: string): Promise<string> {
    return this.#turns.take(() => this.hasher.hash(this.#prepared(password), COST));
  }

  /**
   * Whether it is the password; takes equally long where there is no such user, or one without a password.
   *
   * @throws FieldwardError RATE_LIMITED where too many wait
   */
  async check(password: string, stored: string | undefined): Promise<boolean> {
    const isTooLong = password.length > LONGEST;
    const given = this.#prepared(isTooLong ? "" : password);
    // Half a character is hashed like any other half: a password that holds one is nobody's.
    const none = isTooLong || stored?.startsWith(BCRYPT) !== true || HALF_CHARACTER.test(password);
    const known = none ? undefined : stored;
    const same = await this.#turns.take(() => this.hasher.compare(given, known ?? NOBODY));
    return same && known !== undefined;
  }

  #prepared(password: string): string {
    return createHmac("sha384", this.pepper).update(password.normalize("NFC")).digest("base64");
  }
}
