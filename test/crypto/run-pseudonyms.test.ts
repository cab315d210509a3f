import { createHmac } from "node:crypto";
import { RunPseudonyms } from "../../src/crypto/run-pseudonyms";
import { pooledRandom } from "../../src/crypto/random";

describe("the pseudonyms of a run", () => {
  it("are 128 bits of HMAC-SHA-256 over kind and source, under the key that was drawn", () => {
    const pseudonyms = new RunPseudonyms((bytes) => Buffer.alloc(bytes, 7));
    const expected = createHmac("sha256", Buffer.alloc(32, 7)).update("message/one").digest("hex");
    expect(pseudonyms.of("message", "one")).toBe(expected.slice(0, 32));
  });

  it("are the same within a run, and others for another kind or in another run", () => {
    const [one, other] = [new RunPseudonyms(pooledRandom()), new RunPseudonyms(pooledRandom())];
    expect(one.of("message", "one")).toBe(one.of("message", "one"));
    const all = [one.of("message", "one"), one.of("customer", "one"), other.of("message", "one")];
    expect(new Set(all).size).toBe(all.length);
  });

  it("are not to be had once the key is thrown away, which is wiped", () => {
    const key = Buffer.alloc(32, 7);
    const pseudonyms = new RunPseudonyms(() => key);
    pseudonyms.wipe();
    expect(key).toEqual(Buffer.alloc(32));
    expect(() => pseudonyms.of("message", "one")).toThrow("gone");
  });
});
