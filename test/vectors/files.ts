import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ValuePlace } from "./reference";

export interface EnvelopeVector extends ValuePlace {
  readonly name: string;
  readonly nonce: string;
  readonly text: string;
  /** The associated data that the envelope was sealed with. */
  readonly aad: string;
  readonly envelope: string;
}

/** A place and the bytes that a value sealed there is bound to it by. */
export interface AssociatedDataVector extends Omit<ValuePlace, "key"> {
  readonly name: string;
  readonly bytes: string;
}

export interface WrapVector {
  readonly name: string;
  readonly suite: number;
  readonly kek: string;
  readonly context: string;
  readonly nonce: string;
  readonly key: string;
  readonly wrapped: string;
}

export interface BlindIndexVector {
  readonly root: string;
  readonly table: string;
  readonly column: string;
  readonly version: number;
  readonly value: string;
  readonly index: string;
}

export interface MerkleVector {
  /** All leaves, in hex. The root of the first n of them is `roots[n]`. */
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
}

/** The vector files and what they hold. A line of them is never changed: somewhere data lies that was sealed that way. */
interface VectorFiles {
  readonly envelopes: readonly EnvelopeVector[];
  readonly "associated-data": readonly AssociatedDataVector[];
  readonly "wrapped-keys": readonly WrapVector[];
  readonly "blind-indexes": readonly BlindIndexVector[];
  readonly merkle: MerkleVector;
}

/** Reads a file of known answers. */
export function vectors<Name extends keyof VectorFiles>(name: Name): VectorFiles[Name] {
  return JSON.parse(readFileSync(join(__dirname, `${name}.json`), "utf8")) as VectorFiles[Name];
}
