import { createHmac } from "node:crypto";
import { compare, hash } from "bcrypt";
import { FieldwardError } from "../domain/errors";

const COST = 12;
const SHORTEST = 12;
const LONGEST = 256;
const AT_ONCE = 2;
const LONGEST_QUEUE = 100;

/** A hash of nothing that anyone knows, of the same cost: an unknown user takes as long as a wrong password. */
const NOBODY = "$2b$12$C6UzMDM.H6dfI/f/IKxGhuNxc4mYYzJm8FYVhOjZDJtq8dXHvU1Vi";

/**
 * Hashes and checks passwords with bcrypt, cost 12.
 *
 * bcrypt drops what lies past 72 bytes, so it is given base64(HMAC-SHA-384(pepper, password)): 64 characters of any
 * password, none of them NUL, and a stolen table is of no use without the vault. At most two run at once: bcrypt takes a
 * thread of the pool that files and DNS also wait for. @see OWASP ASVS 5.0 6.2.8, 11.4.2
 */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly pepper: Uint8Array) {}

  /** @throws FieldwardError BAD_USER_INPUT where the password is too short or too long. */
  async hash(password: string): Promise<string> {
    const { length } = password.normalize("NFC");
    if (length < SHORTEST || length > LONGEST) {
      throw new FieldwardError(
        "BAD_USER_INPUT",
        `A password has ${String(SHORTEST)} to ${String(LONGEST)} characters.`,
      );
    }
    return this.#inTurn(() => hash(this.#prepared(password), COST));
  }

  /** Whether it is the password; takes equally long where there is no such user. */
  async check(password: string, stored: string | undefined): Promise<boolean> {
    const given = this.#prepared(password);
    const same = await this.#inTurn(() => compare(given, stored ?? NOBODY));
    return same && stored !== undefined;
  }

  #prepared(password: string): string {
    return createHmac("sha384", this.pepper).update(password.normalize("NFC")).digest("base64");
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < AT_ONCE) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      // The place goes straight to who waits longest: freed in between, a newcomer could take it as well.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE) throw new FieldwardError("RATE_LIMITED");
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
