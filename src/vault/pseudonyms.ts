import { deriveKey, hmac } from "../crypto/derive";
import type { Category } from "../domain/category";
import type { BlindIndexes } from "./blind-indexes";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const CHARACTERS = 26;

function base32(bytes: Buffer): string {
  let number = BigInt(`0x${bytes.toString("hex", 0, 16)}`);
  let text = "";
  for (let i = 0; i < CHARACTERS; i += 1) {
    text = `${ALPHABET.charAt(Number(number & 31n))}${text}`;
    number >>= 5n;
  }
  return text;
}

/**
 * Makes pseudonyms: the same value has the same pseudonym within one tenant and category, and another one in every other,
 * so that what two recipients hold cannot be joined. 128 bits of HMAC-SHA-256; nothing is decrypted for it.
 *
 * @see GDPR Art. 4(5), EDPB Guidelines 01/2025 §3
 */
export class Pseudonyms {
  readonly #keys = new Map<string, Buffer>();

  constructor(
    private readonly root: Uint8Array,
    private readonly indexes: Pick<BlindIndexes, "slot">,
  ) {}

  /** Which of a field's two index columns pseudonyms are made of. They change when the index key is rotated. */
  get slot(): 0 | 1 {
    return this.indexes.slot;
  }

  /** `source` stands for the value: its blind index, or the id of its row and its field where it has none. */
  of(tenantId: string, category: Category, source: string): string {
    const use = `${tenantId}/${category}`;
    let key = this.#keys.get(use);
    if (key === undefined) {
      key = deriveKey(this.root, `fieldward/pseudonym/${use}`);
      this.#keys.set(use, key);
    }
    return `${category}_${base32(hmac(key, source))}`;
  }
}
