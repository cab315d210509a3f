import { scrypt } from "node:crypto";
import type { RandomBytes } from "./random";
import { KEY_BYTES } from "./suites";

/** What a key is derived from a passphrase with, besides the passphrase. It lies in the clear beside what the key seals. */
export interface ScryptParameters {
  /** Cost: a power of two. Memory is 128 × N × r bytes. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
}

/** 128 MiB and about half a second: the first row of OWASP's Password Storage Cheat Sheet. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
/** 1 GiB. Whoever may change the file may not have the reader allocate what it cannot. */
const MAX_N = 2 ** 20;
const MAX_P = 4;
/** At least 128 bits of salt. @see NIST SP 800-132 §5.1 */
const SALT_BYTES = 16;
const MAX_SALT_BYTES = 64;

/** The parameters for a new key, with a fresh salt. */
export function newScryptParameters(random: RandomBytes): ScryptParameters {
  return { ...COST, salt: random(SALT_BYTES) };
}

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

/** Whether parameters that were read are neither weaker than what is written here nor so large that they exhaust memory. */
export function areAcceptable({ N, r, p, salt }: ScryptParameters): boolean {
  return (
    isBetween(N, COST.N, MAX_N) &&
    Number.isInteger(Math.log2(N)) &&
    r === COST.r &&
    isBetween(p, COST.p, MAX_P) &&
    isBetween(salt.length, SALT_BYTES, MAX_SALT_BYTES)
  );
}

/**
 * A 32-byte key from a passphrase by scrypt, off the main thread. The passphrase is brought to NFC first, so that it is the
 * same from every keyboard.
 *
 * @throws RangeError where the parameters are not acceptable.
 * @see RFC 7914 §6
 */
export async function passphraseKey(passphrase: string, parameters: ScryptParameters): Promise<Buffer> {
  if (!areAcceptable(parameters)) throw new RangeError("the scrypt parameters are not acceptable");
  const { N, r, p, salt } = parameters;
  // OpenSSL counts the p blocks and two spare ones besides the N.
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
