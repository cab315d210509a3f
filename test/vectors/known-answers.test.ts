import { blindIndex } from "../../src/crypto/derive";
import { ColumnCipher, namesKey } from "../../src/crypto/envelope";
import { leafHash, MerkleRange } from "../../src/crypto/merkle";
import { SUITES, suiteById, type Suite } from "../../src/crypto/suites";
import { unwrapKey, wrapKey } from "../../src/crypto/wrap";
import { vectors, type EnvelopeVector } from "./files";
import * as reference from "./reference";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

function suiteOf(id: number): Suite {
  const suite = suiteById(id);
  if (suite === undefined) throw new Error(`there is no suite ${String(id)}`);
  return suite;
}

/** Hands out the nonce of a vector. */
const fixed = (nonce: string) => (bytes: number) => hex(nonce).subarray(0, bytes);

function cipherOf({ table, column, nonce }: EnvelopeVector): ColumnCipher {
  return new ColumnCipher(table, column, fixed(nonce));
}

const keyOf = (vector: EnvelopeVector) => ({ id: hex(vector.keyId), secret: hex(vector.key) });

describe("a stored envelope", () => {
  it.each(vectors("envelopes"))("opens for ever: $name", (vector) => {
    const envelope = hex(vector.envelope);
    const { rowId, subjectId, text, keyId } = vector;
    expect(cipherOf(vector).open(keyOf(vector), rowId, subjectId, envelope)).toBe(text);
    expect(namesKey(envelope, hex(keyId))).toBe(true);
  });

  it.each(vectors("envelopes"))("is sealed today byte for byte as then: $name", (vector) => {
    const sealed = cipherOf(vector).seal(
      suiteOf(vector.suite),
      keyOf(vector),
      vector.rowId,
      vector.subjectId,
      vector.text,
    );
    expect(sealed.toString("hex")).toBe(vector.envelope);
    expect(reference.openByReference(vector, sealed)).toBe(vector.text);
  });

  it.each(vectors("envelopes"))("is what the reference makes: $name", (vector) => {
    expect(reference.sealByReference(vector, vector.nonce, vector.text).toString("hex")).toBe(
      vector.envelope,
    );
  });

  it.each(vectors("envelopes"))("is bound to its place by these associated data: $name", (vector) => {
    const seen: string[] = [];
    const suite: Suite = {
      ...suiteOf(vector.suite),
      seal: (_into, _plaintext, aad) => {
        seen.push(aad.toString("hex"));
      },
    };
    cipherOf(vector).seal(suite, keyOf(vector), vector.rowId, vector.subjectId, vector.text);
    expect(seen).toEqual([vector.aad]);
    expect(reference.associatedData(vector).toString("hex")).toBe(vector.aad);
  });
});

describe("a stored wrapped key", () => {
  it.each(vectors("wrapped-keys"))("unwraps for ever: $name", ({ kek, context, wrapped, key }) => {
    expect(unwrapKey(hex(kek), context, hex(wrapped)).toString("hex")).toBe(key);
  });

  it.each(vectors("wrapped-keys"))("is wrapped today byte for byte as then: $name", (vector) => {
    const { suite, kek, context, nonce, key } = vector;
    const wrapped = wrapKey(suiteOf(suite), hex(kek), context, hex(key), fixed(nonce));
    expect(wrapped.toString("hex")).toBe(vector.wrapped);
    expect(reference.unwrapByReference(suite, kek, context, wrapped).toString("hex")).toBe(key);
    expect(reference.wrapByReference(suite, kek, context, nonce, key).toString("hex")).toBe(vector.wrapped);
  });
});

describe("a stored blind index", () => {
  it.each(vectors("blind-indexes"))("is found for ever: $table.$column", (vector) => {
    const { root, table, column, version, value, index } = vector;
    expect(blindIndex(hex(root), table, column, version)(value)).toBe(index);
    expect(reference.blindIndexByReference(root, table, column, value)).toBe(index);
  });

  it("differs by table, column, version and root", () => {
    const places = [
      blindIndex(Buffer.alloc(32, 1), "customer", "phone", 1),
      blindIndex(Buffer.alloc(32, 1), "customer", "email", 1),
      blindIndex(Buffer.alloc(32, 1), "message", "phone", 1),
      blindIndex(Buffer.alloc(32, 1), "customer", "phone", 2),
      blindIndex(Buffer.alloc(32, 2), "customer", "phone", 1),
    ];
    expect(new Set(places.map((index) => index("+447700900123"))).size).toBe(places.length);
  });
});

describe("the Merkle tree over the leaves of RFC 6962's test vectors", () => {
  const { leaves, roots } = vectors("merkle");

  it.each(roots.map((root, size) => ({ size, root })))(
    "has its known root at size $size",
    ({ size, root }) => {
      const first = leaves.slice(0, size).map(hex);
      const tree = first.reduce((range, leaf) => range.append(leafHash(leaf)), MerkleRange.empty);
      expect(tree.size).toBe(size);
      expect(tree.root().toString("hex")).toBe(root);
      expect(reference.merkleRootByReference(first).toString("hex")).toBe(root);
    },
  );
});

describe("the two suites", () => {
  it("answer the published vectors: AES-256-GCM (McGrew & Viega, case 16)", () => {
    const text = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    const into = Buffer.alloc(text.length + 16);
    const key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    const aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    SUITES["aes-256-gcm"].seal(into, text, aad, hex("cafebabefacedbaddecaf888"), key);
    expect(into.toString("hex", text.length)).toBe("76fc6ece0f4e1768cddf8853bb2d551b");
  });

  it("answer the published vectors: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, A.3.1)", () => {
    const text = Buffer.from(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    );
    const into = Buffer.alloc(text.length + 16);
    const key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    const nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
    SUITES["xchacha20-poly1305"].seal(into, text, hex("50515253c0c1c2c3c4c5c6c7"), nonce, key);
    expect(into.toString("hex", text.length)).toBe("c0875924c1c7987947deafd8780acf49");
  });
});
