import { scryptSync } from "node:crypto";
import { areAcceptable, newScryptParameters, passphraseKey } from "../../src/crypto/passphrase";
import { pooledRandom } from "../../src/crypto/random";

const random = pooledRandom();
const salt = Buffer.alloc(16, 7);
const PARAMETERS = { N: 2 ** 17, r: 8, p: 1, salt };

describe("a key from a passphrase", () => {
  it("is scrypt's, with 32 bytes, and with several lanes too", async () => {
    const parameters = { ...PARAMETERS, p: 2 };
    const expected = scryptSync("weir", salt, 32, { N: 2 ** 17, r: 8, p: 2, maxmem: 2 ** 30 });
    expect(await passphraseKey("weir", parameters)).toEqual(expected);
  });

  it("is the same from a keyboard that composes letters and one that does not", async () => {
    const composed = await passphraseKey("caf\u00e9", PARAMETERS);
    expect(await passphraseKey("cafe\u0301", PARAMETERS)).toEqual(composed);
    expect(await passphraseKey("cafe", PARAMETERS)).not.toEqual(composed);
  });

  it("is not derived where the parameters are not acceptable", async () => {
    await expect(passphraseKey("weir", { ...PARAMETERS, N: 2 ** 16 })).rejects.toThrow(RangeError);
  });
});

describe("the parameters of scrypt", () => {
  it("are made with a salt of their own, and are acceptable", () => {
    const [first, second] = [newScryptParameters(random), newScryptParameters(random)];
    expect(first).toMatchObject({ N: 131_072, r: 8, p: 1 });
    expect(first.salt).not.toEqual(second.salt);
    expect(areAcceptable(first)).toBe(true);
  });

  it("are acceptable up to 1 GiB and four lanes", () => {
    expect(areAcceptable({ ...PARAMETERS, N: 2 ** 20, p: 4, salt: Buffer.alloc(64) })).toBe(true);
  });

  it.each([
    ["2^16 rounds", { N: 2 ** 16 }],
    ["2^21 rounds", { N: 2 ** 21 }],
    ["rounds that are no power of two", { N: 2 ** 18 - 1 }],
    ["rounds that are no number", { N: Number.NaN }],
    ["rounds without end", { N: Number.POSITIVE_INFINITY }],
    ["blocks of 7", { r: 7 }],
    ["blocks of 9", { r: 9 }],
    ["no lane", { p: 0 }],
    ["five lanes", { p: 5 }],
    ["half a lane", { p: 1.5 }],
    ["15 bytes of salt", { salt: Buffer.alloc(15) }],
    ["65 bytes of salt", { salt: Buffer.alloc(65) }],
  ])("are not acceptable with %s", (_what, changed) => {
    expect(areAcceptable({ ...PARAMETERS, ...changed })).toBe(false);
  });
});
