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
    expect(reference.openByReference(vector, sealed, hex(vector.aad))).toBe(vector.text);
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
  it.each(vectors("blind-indexes"))("is found for ever: $table.$column, version $version ($#)", (vector) => {
    const { root, table, column, version, value, index } = vector;
    expect(blindIndex(hex(root), table, column, version)(value)).toBe(index);
    expect(reference.blindIndexByReference(vector, value)).toBe(index);
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

describe("the reference", () => {
  it("answers the published vectors: HMAC-SHA-256 (RFC 4231, cases 2 and 6)", () => {
    const short = reference.hmacByReference(Buffer.from("Jefe"), Buffer.from("what do ya want for nothing?"));
    expect(short.toString("hex")).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const message = Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First");
    const long = reference.hmacByReference(Buffer.alloc(131, 0xaa), message);
    expect(long.toString("hex")).toBe("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  });

  it("answers the published vectors: HKDF-SHA-256 (RFC 5869, A.1 and A.3)", () => {
    const input = Buffer.alloc(22, 0x0b);
    const salted = reference.hkdfByReference(
      input,
      hex("000102030405060708090a0b0c"),
      hex("f0f1f2f3f4f5f6f7f8f9"),
      42,
    );
    expect(salted.toString("hex")).toBe(
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
    const unsalted = reference.hkdfByReference(input, Buffer.alloc(0), Buffer.alloc(0), 42);
    expect(unsalted.toString("hex")).toBe(
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    );
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
