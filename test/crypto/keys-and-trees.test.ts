import fc from "fast-check";
import { EnvelopeError } from "../../src/crypto/envelope";
import { leafHash, MerkleRange } from "../../src/crypto/merkle";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES } from "../../src/crypto/suites";
import { unwrapKey, wrapKey } from "../../src/crypto/wrap";
import { merkleRootByReference } from "../vectors/reference";

const KEK = Buffer.alloc(32, 7);
const KEY = Buffer.alloc(32, 9);
const CONTEXT = "subject/one/key";

describe.each(Object.values(SUITES))("a key wrapped with $name", (suite) => {
  const wrap = (): Buffer => wrapKey(suite, KEK, CONTEXT, KEY, pooledRandom());

  it("comes back, and is another wrapping each time", () => {
    expect(unwrapKey(KEK, CONTEXT, wrap())).toEqual(KEY);
    expect(wrap()).not.toEqual(wrap());
    expect(wrap().includes(KEY)).toBe(false);
  });

  it("does not come back under another key or for another use", () => {
    expect(() => unwrapKey(Buffer.alloc(32, 8), CONTEXT, wrap())).toThrow(EnvelopeError);
    expect(() => unwrapKey(KEK, "subject/two/key", wrap())).toThrow(EnvelopeError);
    expect(() => unwrapKey(KEK, "", wrap())).toThrow(EnvelopeError);
  });

  it("does not come back with a bit flipped or cut short", () => {
    const wrapped = wrap();
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const flipped = Buffer.from(wrapped);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => unwrapKey(KEK, CONTEXT, flipped)).toThrow(EnvelopeError);
    }
    for (let bytes = 0; bytes < wrapped.length; bytes += 1) {
      expect(() => unwrapKey(KEK, CONTEXT, wrapped.subarray(0, bytes))).toThrow(EnvelopeError);
    }
  });
});

describe("the Merkle tree", () => {
  it("has the root of RFC 6962 for any entries", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 70 }), (entries) => {
        const tree = entries.reduce((range, entry) => range.append(leafHash(entry)), MerkleRange.empty);
        expect(tree.root()).toEqual(merkleRootByReference(entries));
      }),
    );
  });

  it("stays as it was when another is grown from it", () => {
    const one = MerkleRange.empty.append(leafHash(Buffer.from("a")));
    const before = one.root();
    one.append(leafHash(Buffer.from("b")));
    expect(one.root()).toEqual(before);
    expect(MerkleRange.empty.size).toBe(0);
  });

  it("does not take an entry for a node: the two are hashed apart", () => {
    const [a, b] = [leafHash(Buffer.from("a")), leafHash(Buffer.from("b"))];
    const two = MerkleRange.empty.append(a).append(b).root();
    expect(MerkleRange.empty.append(leafHash(Buffer.concat([a, b]))).root()).not.toEqual(two);
  });
});

describe("random bytes", () => {
  it("are never handed out twice, nor shared with what is handed out later", () => {
    const random = pooledRandom();
    const taken = Array.from({ length: 3_000 }, () => random(24));
    const seen = taken.map((nonce) => nonce.toString("hex"));
    expect(new Set(seen).size).toBe(3_000);
    expect(taken.map((nonce) => nonce.toString("hex"))).toEqual(seen);
  });
});
