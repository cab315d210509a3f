import { sodium } from "./sodium";
import { KEY_BYTES } from "./suites";

const PLACES = 1_024;
const CHUNK_BYTES = PLACES * KEY_BYTES;

/** A key in key memory. */
export interface HeldKey {
  /**
   * The 32 bytes, where they lie. After `wipe()` reading this throws, and a view that was taken before shows zeros and then,
   * once the place is used again, somebody else's key: hold on to the HeldKey, not to the view.
   */
  readonly bytes: Uint8Array;
  /** Zeroes the key and gives its place back. A second call does nothing. */
  wipe(): void;
}

function allocate(): Buffer {
  return sodium === undefined ? Buffer.alloc(CHUNK_BYTES) : sodium.sodium_malloc(CHUNK_BYTES).fill(0);
}

/** sodium_malloc tries to lock and keeps the outcome to itself; locking once more changes nothing and tells. */
function isLocked(memory: Buffer): boolean {
  try {
    sodium?.sodium_mlock(memory);
    return sodium !== undefined;
  } catch {
    return false;
  }
}

/** 1,024 places of 32 bytes. */
class Chunk {
  #memory: Buffer | undefined = allocate();
  readonly locked = this.#memory !== undefined && isLocked(this.#memory);
  /** Offsets. First in, first out: a view that outlived its key shows zeros for as long as can be. */
  readonly #free = Array.from({ length: PLACES }, (_, place) => place * KEY_BYTES);

  get held(): number {
    return this.#memory === undefined ? 0 : PLACES - this.#free.length;
  }

  take(secret: Uint8Array): Uint8Array {
    const offset = this.#free.shift();
    if (this.#memory === undefined || offset === undefined) throw new Error("the chunk has no place left");
    const bytes = new Uint8Array(this.#memory.buffer, this.#memory.byteOffset + offset, KEY_BYTES);
    bytes.set(secret);
    return bytes;
  }

  giveBack(bytes: Uint8Array): void {
    if (this.#memory === undefined) return;
    bytes.fill(0);
    this.#free.push(bytes.byteOffset - this.#memory.byteOffset);
  }

  /** Zeroes all keys at once and frees the memory; views into it then have no bytes. */
  end(): void {
    if (this.#memory === undefined) return;
    this.#memory.fill(0);
    sodium?.sodium_free(this.#memory);
    this.#memory = undefined;
  }

  get ended(): boolean {
    return this.#memory === undefined;
  }
}

class Place implements HeldKey {
  readonly #chunk: Chunk;
  readonly #giveBack: (chunk: Chunk, bytes: Uint8Array) => void;
  #bytes: Uint8Array | undefined;

  constructor(chunk: Chunk, secret: Uint8Array, giveBack: (chunk: Chunk, bytes: Uint8Array) => void) {
    this.#chunk = chunk;
    this.#bytes = chunk.take(secret);
    this.#giveBack = giveBack;
  }

  get bytes(): Uint8Array {
    if (this.#bytes === undefined || this.#chunk.ended) throw new Error("the key has been wiped");
    return this.#bytes;
  }

  wipe(): void {
    if (this.#bytes === undefined) return;
    this.#giveBack(this.#chunk, this.#bytes);
    this.#bytes = undefined;
  }
}

/**
 * Where secret keys lie while they are in use: outside V8's heap, in chunks of 32 KiB from sodium_malloc.
 *
 * Such a chunk has a guard page on either side, is locked into memory where RLIMIT_MEMLOCK allows (`locked` tells) and is
 * left out of core dumps. Without sodium-native it is a plain Buffer: still outside the heap, but none of this.
 * The measurements are in docs/decisions/0014-where-raw-keys-live.md.
 */
export class KeyMemory {
  readonly kind: "sodium" | "heap" = sodium === undefined ? "heap" : "sodium";
  readonly #chunks = new Set<Chunk>();
  /** Those with a free place, oldest first, so that the younger ones run empty and can be freed. */
  readonly #roomy = new Set<Chunk>();

  /** How many keys are held. */
  get held(): number {
    let held = 0;
    for (const chunk of this.#chunks) held += chunk.held;
    return held;
  }

  /** Whether no part of this memory can be swapped out. */
  get locked(): boolean {
    return this.kind === "sodium" && [...this.#chunks].every((chunk) => chunk.locked);
  }

  /**
   * Copies a key in and zeroes what it was given.
   *
   * @throws RangeError where the secret has not 32 bytes; it is zeroed nonetheless.
   */
  hold(secret: Uint8Array): HeldKey {
    try {
      if (secret.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes`);
      const chunk = this.#chunkWithRoom();
      const key = new Place(chunk, secret, this.#giveBack);
      if (chunk.held === PLACES) this.#roomy.delete(chunk);
      return key;
    } finally {
      secret.fill(0);
    }
  }

  /** Zeroes every key that is held. */
  wipeAll(): void {
    for (const chunk of this.#chunks) chunk.end();
    this.#chunks.clear();
    this.#roomy.clear();
  }

  #chunkWithRoom(): Chunk {
    for (const chunk of this.#roomy) return chunk;
    const chunk = new Chunk();
    this.#chunks.add(chunk);
    this.#roomy.add(chunk);
    return chunk;
  }

  readonly #giveBack = (chunk: Chunk, bytes: Uint8Array): void => {
    if (chunk.ended) return;
    chunk.giveBack(bytes);
    this.#roomy.add(chunk);
    // One chunk with room stays, so that a key that comes and goes does not allocate each time.
    if (chunk.held > 0 || this.#roomy.size === 1) return;
    this.#roomy.delete(chunk);
    this.#chunks.delete(chunk);
    chunk.end();
  };
}
