import { createCipheriv, createDecipheriv, randomUUID } from "node:crypto";
import { ColumnCipher, type DataKey } from "../src/crypto/envelope";
import type { KeyMemory } from "../src/crypto/key-memory";
import { pooledRandom } from "../src/crypto/random";
import { sodium, type Sodium } from "../src/crypto/sodium";
import { KEY_BYTES, SUITES, TAG_BYTES, type Suite } from "../src/crypto/suites";
import type { Pair } from "./vault-rounds";

const CUSTOMERS = 200;
const VALUES_OF_CUSTOMER = 5;
const VALUES_IN_SLICE = 100;
const HEAD_BYTES = 18;
const BUCKET_BYTES = 32;

/** What is sealed: a page of customers has several columns of a row, a page of messages one column of several rows. */
interface Shape {
  readonly name: string;
  readonly buckets: number;
  readonly text: string;
  readonly columns: readonly string[];
}

export const SHAPES: readonly Shape[] = [
  {
    name: "phone number",
    buckets: 1,
    text: "+447700900123",
    columns: ["name", "phone", "email", "street", "town"],
  },
  {
    name: "SMS",
    buckets: 5,
    text: "Your parcel comes on Thursday, between 10 and 12. ".repeat(3),
    columns: ["body"],
  },
];

/** One value, and all that the bare primitive needs for it, made beforehand. */
interface Value {
  readonly cipher: ColumnCipher;
  readonly key: DataKey;
  readonly rowId: string;
  readonly subjectId: string;
  readonly envelope: Buffer;
  readonly aad: Buffer;
  readonly nonce: Buffer;
  /** Ciphertext ‖ tag. */
  readonly sealed: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

const random = pooledRandom();

/** An id as a driver gives it: randomUUID's is a rope of many pieces, which is slower to read. */
function newId(): string {
  return Buffer.from(randomUUID(), "latin1").toString("latin1");
}

function associatedData(suite: Suite, seal: (spy: Suite) => void): Buffer {
  let seen: Buffer | undefined;
  seal({ ...suite, seal: (_into, _plaintext, aad) => void (seen = Buffer.from(aad)) });
  if (seen === undefined) throw new Error("nothing was sealed");
  return seen;
}

function makeValues(suite: Suite, shape: Shape, memory: KeyMemory): readonly Value[] {
  const ciphers = shape.columns.map((column) => new ColumnCipher("customer", column, random));
  return Array.from({ length: CUSTOMERS }).flatMap(() => {
    const key = { id: random(16), secret: memory.hold(random(KEY_BYTES)).bytes };
    const subjectId = newId();
    let rowId = subjectId;
    return Array.from({ length: VALUES_OF_CUSTOMER }, (_, i): Value => {
      const cipher = ciphers[i % ciphers.length];
      if (cipher === undefined) throw new Error("a shape has columns");
      if (ciphers.length === 1) rowId = newId();
      const envelope = cipher.seal(suite, key, rowId, subjectId, shape.text);
      const aad = associatedData(suite, (spy) => cipher.seal(spy, key, rowId, subjectId, shape.text));
      const textOffset = HEAD_BYTES + suite.nonceBytes;
      const tagOffset = envelope.length - TAG_BYTES;
      return {
        ...{ cipher, key, rowId, subjectId, envelope, aad },
        nonce: envelope.subarray(HEAD_BYTES, textOffset),
        sealed: envelope.subarray(textOffset),
        ciphertext: envelope.subarray(textOffset, tagOffset),
        tag: envelope.subarray(tagOffset),
      };
    });
  });
}

/** One primitive, called as its library's documentation does, with all buffers there already. */
interface Primitive {
  open(value: Value, text: Buffer): void;
  seal(value: Value, text: Buffer, into: Buffer, nonce: Buffer): void;
}

function xchacha(library: Sodium): Primitive {
  return {
    open: ({ sealed, aad, nonce, key }, text) => {
      library.crypto_aead_xchacha20poly1305_ietf_decrypt(text, null, sealed, aad, nonce, key.secret);
    },
    seal: ({ aad, key }, text, into, nonce) => {
      library.crypto_aead_xchacha20poly1305_ietf_encrypt(into, text, aad, null, nonce, key.secret);
    },
  };
}

const aesGcm: Primitive = {
  open({ ciphertext, tag, aad, nonce, key }) {
    const decipher = createDecipheriv("aes-256-gcm", key.secret, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(tag);
    decipher.update(ciphertext);
    decipher.final();
  },
  seal({ aad, key }, text, _into, nonce) {
    const cipher = createCipheriv("aes-256-gcm", key.secret, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(aad);
    cipher.update(text);
    cipher.final();
    cipher.getAuthTag();
  },
};

function primitiveOf(suite: Suite): Primitive {
  if (suite.id === SUITES["aes-256-gcm"].id) return aesGcm;
  if (sodium === undefined) throw new Error("sodium-native did not load: there is nothing to compare with");
  return xchacha(sodium);
}

/** The two comparisons of one shape under one suite. */
export interface CipherPairs {
  readonly open: Pair;
  readonly seal: Pair;
}

/**
 * Opening and sealing of one shape under one suite, by ColumnCipher and by the bare primitive: 1,000 values of 200 customers,
 * keys in key memory. The bare side has the same keys, associated data, nonces and lengths. When sealing both sides draw a
 * nonce from the same source, since none can be sealed without.
 */
export function cipherPairs(suite: Suite, shape: Shape, memory: KeyMemory): CipherPairs {
  const values = makeValues(suite, shape, memory);
  const primitive = primitiveOf(suite);
  const text = Buffer.alloc(shape.buckets * BUCKET_BYTES);
  const into = Buffer.alloc(text.length + TAG_BYTES);
  const inSlices = pairOf(values);
  const name = `suite 0${suite.id.toString()}, ${shape.name}`;
  return {
    open: inSlices(`open, ${name}`, {
      reference: (value) => {
        primitive.open(value, text);
      },
      subject: ({ cipher, key, rowId, subjectId, envelope }) => cipher.open(key, rowId, subjectId, envelope),
    }),
    seal: inSlices(`seal, ${name}`, {
      reference: (value) => {
        primitive.seal(value, text, into, random(suite.nonceBytes));
      },
      subject: ({ cipher, key, rowId, subjectId }) => cipher.seal(suite, key, rowId, subjectId, shape.text),
    }),
  };
}

interface Sides {
  readonly reference: (value: Value) => unknown;
  readonly subject: (value: Value) => unknown;
}

function pairOf(values: readonly Value[]): (name: string, sides: Sides) => Pair {
  const slices = Array.from({ length: values.length / VALUES_IN_SLICE }, (_, i) =>
    values.slice(i * VALUES_IN_SLICE, (i + 1) * VALUES_IN_SLICE),
  );
  return (name, sides) => ({
    name,
    slices: slices.length,
    valuesInSlice: VALUES_IN_SLICE,
    reference(slice) {
      for (const value of slices[slice] ?? []) sides.reference(value);
    },
    subject(slice) {
      for (const value of slices[slice] ?? []) sides.subject(value);
    },
  });
}
