import { ColumnCipher, EnvelopeError, LONGEST_TEXT_BYTES } from "../../src/crypto/envelope";
import { textPart } from "../../src/crypto/envelope-frame";
import { KeyMemory } from "../../src/crypto/key-memory";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES, type Suite } from "../../src/crypto/suites";

const ROW = "0197b3c4-0000-7000-8000-000000000001";
const SUBJECT = "0197b3c4-0000-7000-8000-000000000002";
const KEY = { id: Buffer.alloc(16, 0xaa), secret: Buffer.alloc(32, 0x42) };
const TEXT = "+447700900123, and some more for a second bucket";
const cipher = new ColumnCipher("customer", "phone", pooledRandom());

function expectNoTrace(): void {
  expect(textPart.findIndex((byte) => byte !== 0)).toBe(-1);
}

describe.each(Object.values(SUITES))("the scratch memory of $name", (suite) => {
  it("holds no text after sealing and opening", () => {
    const envelope = cipher.seal(suite, KEY, ROW, SUBJECT, TEXT);
    expectNoTrace();
    expect(cipher.open(KEY, ROW, SUBJECT, envelope)).toBe(TEXT);
    expectNoTrace();
  });

  it("holds no text after the longest one, nor after one that is too long", () => {
    const longest = "x".repeat(LONGEST_TEXT_BYTES);
    expect(cipher.open(KEY, ROW, SUBJECT, cipher.seal(suite, KEY, ROW, SUBJECT, longest))).toBe(longest);
    expectNoTrace();
    expect(() => cipher.seal(suite, KEY, ROW, SUBJECT, `${longest}x`)).toThrow(EnvelopeError);
    expectNoTrace();
  });

  it("holds no text after an envelope that does not open", () => {
    const envelope = cipher.seal(suite, KEY, ROW, SUBJECT, TEXT);
    envelope.writeUInt8(envelope.readUInt8(envelope.length - 1) ^ 1, envelope.length - 1);
    expect(() => cipher.open(KEY, ROW, SUBJECT, envelope)).toThrow(EnvelopeError);
    expectNoTrace();
  });

  it("holds no text after a cipher that fails", () => {
    const failing: Suite = {
      ...suite,
      seal: () => {
        throw new Error("no cipher");
      },
    };
    expect(() => cipher.seal(failing, KEY, ROW, SUBJECT, TEXT)).toThrow("no cipher");
    expectNoTrace();
  });

  it("is not what a caller gets: a later value leaves an earlier envelope as it was", () => {
    const first = cipher.seal(suite, KEY, ROW, SUBJECT, TEXT);
    const copy = Buffer.from(first);
    cipher.seal(suite, KEY, SUBJECT, ROW, "another text of another row, in a second bucket");
    expect(first).toEqual(copy);
  });

  it("is not touched before the nonce is drawn, whatever drawing it does", () => {
    const random = pooledRandom();
    const inner = new ColumnCipher("message", "body", random);
    const outer = new ColumnCipher("customer", "phone", (bytes) => {
      inner.open(KEY, SUBJECT, ROW, inner.seal(suite, KEY, SUBJECT, ROW, "within"));
      return random(bytes);
    });
    const envelope = outer.seal(suite, KEY, ROW, SUBJECT, TEXT);
    expect(cipher.open(KEY, ROW, SUBJECT, envelope)).toBe(TEXT);
  });

  it("takes no nonce of another length", () => {
    const short = new ColumnCipher("customer", "phone", (bytes) => Buffer.alloc(bytes - 1, 7));
    expect(() => short.seal(suite, KEY, ROW, SUBJECT, TEXT)).toThrow(RangeError);
  });
});

describe.each(Object.values(SUITES))("a view of a key that was wiped, under $name", (suite) => {
  it("neither seals nor opens", () => {
    const held = new KeyMemory().hold(Buffer.alloc(32, 0x42));
    const key = { id: KEY.id, secret: held.bytes };
    const envelope = cipher.seal(suite, key, ROW, SUBJECT, TEXT);
    const forged = cipher.seal(suite, KEY, ROW, SUBJECT, TEXT);
    held.wipe();
    expect(() => cipher.seal(suite, key, ROW, SUBJECT, TEXT)).toThrow("the key has been wiped");
    for (const bytes of [envelope, forged]) {
      expect(() => cipher.open(key, ROW, SUBJECT, bytes)).toThrow("the key has been wiped");
    }
  });
});
