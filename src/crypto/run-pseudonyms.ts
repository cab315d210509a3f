import { hmac } from "./derive";
import type { RandomBytes } from "./random";
import { KEY_BYTES } from "./suites";

const SHOWN_BYTES = 16;

/**
 * Pseudonyms of one run: HMAC-SHA-256 under a key that is drawn for it, stored nowhere and wiped at its end. The same all
 * through the run; between two runs nothing can be joined by them, not even by whoever holds every key of the vault.
 */
export class RunPseudonyms {
  #key: Buffer | undefined;

  constructor(random: RandomBytes) {
    this.#key = random(KEY_BYTES);
  }

  /** 128 bits in lower-case hex. `kind` keeps apart what is named, and holds no slash. */
  of(kind: string, source: string): string {
    if (this.#key === undefined) throw new Error("the key of this run is gone");
    return hmac(this.#key, `${kind}/${source}`).toString("hex", 0, SHOWN_BYTES);
  }

  /** Throws the key away. */
  wipe(): void {
    this.#key?.fill(0);
    this.#key = undefined;
  }
}
