import type { RandomBytes } from "../crypto/random";

/** 120 bits: from 112 on a code's hash need be neither salted nor slow. @see OWASP ASVS 5.0 6.5.2 */
const CODE_BYTES = 15;
const CHARACTERS = (CODE_BYTES * 8) / 5;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LOOK_ALIKES: Readonly<Record<string, string>> = { "0": "O", "1": "I", "8": "B" };

/** A code that is good once, for a person to type: 24 characters of base32, in six groups. @see RFC 4648 §6 */
export function newOneTimeCode(random: RandomBytes): string {
  let bits = BigInt(`0x${random(CODE_BYTES).toString("hex")}`);
  let text = "";
  for (let i = 0; i < CHARACTERS; i += 1) {
    text = `${BASE32[Number(bits % 32n)] ?? ""}${text}`;
    bits /= 32n;
  }
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/**
 * A code as it is hashed: without spaces and dashes, in capitals, and digits that base32 lacks as the letters that they look
 * like. `undefined`: it is no code.
 */
export function readOneTimeCode(typed: string): string | undefined {
  const text = typed
    .replace(/[\s-]/g, "")
    .toUpperCase()
    .replace(/[018]/g, (digit) => LOOK_ALIKES[digit] ?? digit);
  return text.length === CHARACTERS && /^[A-Z2-7]+$/.test(text) ? text : undefined;
}
