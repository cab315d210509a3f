import { SUITES, TAG_BYTES, type Suite } from "./suites";

export const DEK_ID_OFFSET = 2;
export const DEK_ID_BYTES = 16;
export const NONCE_OFFSET = DEK_ID_OFFSET + DEK_ID_BYTES;
export const BUCKET_BYTES = 32;
export const LENGTH_BYTES = 2;

/** The longest text that fits: the whole envelope must fit a MySQL BLOB (65,535 bytes). */
export const LONGEST_TEXT_BYTES = 65_000;
export const LONGEST_PADDED_BYTES =
  Math.ceil((LENGTH_BYTES + LONGEST_TEXT_BYTES) / BUCKET_BYTES) * BUCKET_BYTES;
const LONGEST_HEAD_BYTES = NONCE_OFFSET + Math.max(...Object.values(SUITES).map((suite) => suite.nonceBytes));

/*
 * Scratch memory: a value on its way through a cipher, and its envelope. Allocating for each value costs as much as the
 * cipher. One is enough for all, since sealing and opening run to their end without waiting and without calling anything
 * from outside src/crypto while it is in use. The text is zeros whenever nothing is being sealed or opened.
 */
const text = Buffer.alloc(LONGEST_PADDED_BYTES);
const scratch = Buffer.alloc(LONGEST_HEAD_BYTES + LONGEST_PADDED_BYTES + TAG_BYTES);

/** Where text is written, behind its length. */
export const textPart: Uint8Array = text.subarray(LENGTH_BYTES, LENGTH_BYTES + LONGEST_TEXT_BYTES);

/** Views of the scratch memory for envelopes of one suite and size. */
export interface Frame {
  readonly envelope: Buffer;
  readonly nonce: Buffer;
  /** Ciphertext ‖ tag. */
  readonly sealed: Buffer;
  /** Length ‖ text ‖ zeros. */
  readonly padded: Buffer;
  /** The same bytes as `padded`, eight at a time. */
  readonly words: Float64Array;
}

/** By suite id, then by number of buckets. Kept, since making a view costs a tenth of opening a value. */
const frames: (Frame | undefined)[][] = [];

/** The frame for so many buckets of text. */
export function frameOf(suite: Suite, buckets: number): Frame {
  const ofSuite = (frames[suite.id] ??= []);
  return (ofSuite[buckets] ??= makeFrame(suite, buckets));
}

function makeFrame(suite: Suite, buckets: number): Frame {
  const textOffset = NONCE_OFFSET + suite.nonceBytes;
  const bytes = buckets * BUCKET_BYTES;
  const envelope = scratch.subarray(0, textOffset + bytes + TAG_BYTES);
  return {
    envelope,
    nonce: envelope.subarray(NONCE_OFFSET, textOffset),
    sealed: envelope.subarray(textOffset),
    padded: text.subarray(0, bytes),
    words: new Float64Array(text.buffer, text.byteOffset, bytes / Float64Array.BYTES_PER_ELEMENT),
  };
}

/** Zeroes the text of a frame. A loop, since calling fill() costs more than most values have words. */
export function wipe({ words }: Frame): void {
  for (let i = 0; i < words.length; i += 1) words[i] = 0;
}
