import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SUITES } from "../../../src/crypto/suites";
import { createKeyset, openLocalKeyset } from "../../../src/vault/providers/local-keyset";
import { NOW_MS, random } from "./opened-providers";

export const OPTIONS = { suite: SUITES["xchacha20-poly1305"], random, clock: () => NOW_MS };

interface KeysetOnDisk {
  readonly version: number;
  readonly primary: string;
  readonly keys: readonly { readonly id: string; readonly createdAt: string; readonly secret: string }[];
}

/** The keyset at a path, as it is there. */
export function parsed(path: string): KeysetOnDisk {
  return JSON.parse(readFileSync(path, "utf8")) as KeysetOnDisk;
}

export const open = (path: string) => openLocalKeyset(path, OPTIONS);

/** Keysets in a directory of their own. */
export class KeysetFiles {
  readonly #directory = mkdtempSync(join(tmpdir(), "fieldward-keyset-"));
  #count = 0;

  /** A path at which nothing is, in a directory that is not there yet. */
  fresh(): string {
    this.#count += 1;
    return join(this.#directory, `deeper-${String(this.#count)}`, "keyset.json");
  }

  async created(): Promise<string> {
    const path = this.fresh();
    await createKeyset(path, OPTIONS);
    return path;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}
