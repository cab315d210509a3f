import fc from "fast-check";
import { ColumnCipher, EnvelopeError, LONGEST_TEXT_BYTES, namesKey } from "../../src/crypto/envelope";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES } from "../../src/crypto/suites";

const random = pooledRandom();
const KEY = { id: Buffer.alloc(16, 0xaa), secret: Buffer.alloc(32, 0x42) };
const ROW = "0197b3c4-0000-7000-8000-000000000001";
const SUBJECT = "0197b3c4-0000-7000-8000-000000000002";
const OTHER = "0197b3c4-0000-7000-8000-000000000003";
const phones = new ColumnCipher("customer", "phone", random);
const HEAD = { "aes-256-gcm": 1 + 1 + 16 + 12, "xchacha20-poly1305": 1 + 1 + 16 + 24 } as const;

describe.each(Object.values(SUITES))("an envelope of $name", (suite) => {
  const seal = (text: string): Buffer => phones.seal(suite, KEY, ROW, SUBJECT, text);
  const open = (envelope: Uint8Array): string => phones.open(KEY, ROW, SUBJECT, envelope);

  it("opens to the text that was sealed, whatever text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(open(seal(text))).toBe(text);
      }),
    );
  });

  it.each([0, 1, 29, 30, 31, 62, 63, LONGEST_TEXT_BYTES - 1, LONGEST_TEXT_BYTES])(
    "holds %i bytes of text",
    (bytes) => {
      const text = "x".repeat(bytes);
      expect(open(seal(text))).toBe(text);
    },
  );

  it("fits a MySQL BLOB at its longest, and refuses what is longer in bytes, not characters", () => {
    expect(seal("x".repeat(LONGEST_TEXT_BYTES)).length).toBeLessThanOrEqual(65_535);
    expect(() => seal("x".repeat(LONGEST_TEXT_BYTES + 1))).toThrow(EnvelopeError);
    expect(() => seal("é".repeat(LONGEST_TEXT_BYTES / 2 + 1))).toThrow(EnvelopeError);
  });

  it("has a size that tells the bucket of 32 bytes and no more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), (bytes) => {
        const buckets = Math.ceil((bytes + 2) / 32);
        expect(seal("x".repeat(bytes))).toHaveLength(HEAD[suite.name] + buckets * 32 + 16);
      }),
    );
  });

  it("is not what the CHECK takes for plaintext: magic first, at least 78 bytes", () => {
    const shortest = seal("");
    expect(shortest[0]).toBe(0xe1);
    expect(shortest[1]).toBe(suite.id);
    expect(shortest.length).toBeGreaterThanOrEqual(78);
    expect(namesKey(shortest, KEY.id)).toBe(true);
    expect(namesKey(shortest, Buffer.alloc(16, 0xab))).toBe(false);
  });

  it("differs each time that the same text is sealed", () => {
    const envelopes = Array.from({ length: 200 }, () => seal("+447700900123").toString("hex"));
    expect(new Set(envelopes).size).toBe(200);
  });

  it("holds nothing of its text", () => {
    const envelope = seal("Amira Novak, 7 Fictional Lane");
    expect(envelope.includes("Amira")).toBe(false);
    expect(envelope.includes("Fictional")).toBe(false);
  });

  it.each([
    ["table", new ColumnCipher("message", "phone", random), KEY, ROW, SUBJECT],
    ["column", new ColumnCipher("customer", "email", random), KEY, ROW, SUBJECT],
    ["split of table and column", new ColumnCipher("customerp", "hone", random), KEY, ROW, SUBJECT],
    ["row", phones, KEY, OTHER, SUBJECT],
    ["subject", phones, KEY, ROW, OTHER],
    ["row and subject, exchanged", phones, KEY, SUBJECT, ROW],
    ["key", phones, { ...KEY, secret: Buffer.alloc(32, 0x43) }, ROW, SUBJECT],
    ["key id", phones, { ...KEY, id: Buffer.alloc(16, 0xab) }, ROW, SUBJECT],
  ] as const)("does not open at another %s", (_what, cipher, key, row, subject) => {
    const envelope = seal("+447700900123");
    expect(() => cipher.open(key, row, subject, envelope)).toThrow(EnvelopeError);
    expect(open(envelope)).toBe("+447700900123");
  });

  it("refuses ids that are not 36 characters long", () => {
    expect(() => phones.seal(suite, KEY, "1", SUBJECT, "x")).toThrow(EnvelopeError);
    expect(() => phones.seal(suite, KEY, ROW, "", "x")).toThrow(EnvelopeError);
    expect(() => phones.open(KEY, `${ROW}0`, SUBJECT, seal("x"))).toThrow(EnvelopeError);
  });

  it("leaves nothing of a value that was opened before in one that is opened after", () => {
    const long = seal("a secret that is long enough to leave a trace behind it");
    const short = seal("x");
    open(long);
    expect(open(short)).toBe("x");
  });

  it("says nothing of the value or the key when it does not open", () => {
    const broken = seal("+447700900123").fill(0, 60);
    expect(() => open(broken)).toThrow(/^the envelope does not open$/);
  });
});

describe("arbitrary bytes", () => {
  it("are never an envelope", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(0, 1, 2, 3), (bytes, suite) => {
        const forged = Buffer.from([0xe1, suite, ...bytes]);
        expect(() => phones.open(KEY, ROW, SUBJECT, bytes)).toThrow(EnvelopeError);
        expect(() => phones.open(KEY, ROW, SUBJECT, forged)).toThrow(EnvelopeError);
      }),
    );
  });

  it("name no key without the magic byte and a whole key id", () => {
    const id = Buffer.alloc(16, 0xe1);
    expect(namesKey(Buffer.alloc(0), id)).toBe(false);
    expect(namesKey(Buffer.alloc(78), Buffer.alloc(16))).toBe(false);
    expect(namesKey(Buffer.alloc(17, 0xe1), id)).toBe(false);
    expect(namesKey(Buffer.alloc(18, 0xe1), id)).toBe(true);
  });
});
