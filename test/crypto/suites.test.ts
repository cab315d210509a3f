import fc from "fast-check";
import { xchacha as native } from "../../src/crypto/xchacha";

type XChaCha = typeof native;

/** The module as it is where sodium-native cannot load. */
function withoutSodium(): XChaCha {
  let loaded: XChaCha | undefined;
  jest.isolateModules(() => {
    jest.doMock("sodium-native", () => {
      throw new Error("no prebuilt binary for this platform");
    });
    loaded = jest.requireActual<{ readonly xchacha: XChaCha }>("../../src/crypto/xchacha").xchacha;
  });
  jest.dontMock("sodium-native");
  if (loaded === undefined) throw new Error("the module did not load");
  return loaded;
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const cases = [
  bytes(32),
  bytes(24),
  fc.uint8Array({ maxLength: 120 }),
  fc.uint8Array({ maxLength: 200 }),
] as const;

describe("XChaCha20-Poly1305", () => {
  const fallback = withoutSodium();

  function sealed(provider: XChaCha, key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, text: Uint8Array) {
    const into = Buffer.alloc(text.length + 16);
    provider.seal(into, Buffer.from(text), Buffer.from(aad), nonce, key);
    return into;
  }

  it("comes from libsodium, and from noble where that does not load", () => {
    expect(native.provider).toBe("sodium-native");
    expect(fallback.provider).toBe("@noble/ciphers");
  });

  it("gives the same bytes either way", () => {
    fc.assert(
      fc.property(...cases, (key, nonce, aad, text) => {
        expect(sealed(fallback, key, nonce, aad, text)).toEqual(sealed(native, key, nonce, aad, text));
      }),
    );
  });

  it("is opened by one where the other sealed it", () => {
    fc.assert(
      fc.property(...cases, (key, nonce, aad, text) => {
        for (const [sealer, opener] of [
          [native, fallback],
          [fallback, native],
        ] as const) {
          const into = Buffer.alloc(text.length);
          opener.open(into, sealed(sealer, key, nonce, aad, text), Buffer.from(aad), nonce, key);
          expect(into).toEqual(Buffer.from(text));
        }
      }),
    );
  });

  it.each([
    ["libsodium", native],
    ["noble", fallback],
  ])("leaves nothing in the target where the tag does not verify, by %s", (_name, provider) => {
    const key = Buffer.alloc(32, 1);
    const nonce = Buffer.alloc(24, 2);
    const aad = Buffer.from("place");
    const bad = sealed(provider, key, nonce, aad, Buffer.from("a secret text"));
    bad[bad.length - 1] = bad.readUInt8(bad.length - 1) ^ 1;
    const into = Buffer.alloc(13);
    expect(() => {
      provider.open(into, bad, aad, nonce, key);
    }).toThrow();
    expect(into).toEqual(Buffer.alloc(13));
  });
});
