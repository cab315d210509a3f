import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { base62, formatToken, parseToken } from "../../src/identity/token-format";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS = Array.from(BASE62);
const inBase62 = (length: number) =>
  fc.string({ unit: fc.constantFrom(...DIGITS), minLength: length, maxLength: length });
const parts = fc.record({
  tenant: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
  handle: inBase62(12),
  secret: inBase62(43),
});

const EXAMPLE = { tenant: "larkfield", handle: "0".repeat(12), secret: "z".repeat(43) };

describe("an API token", () => {
  it("is read back as it was made", () => {
    fc.assert(
      fc.property(parts, (made) => {
        expect(parseToken(formatToken(made))).toEqual(made);
      }),
    );
  });

  it("is none any more with any one character changed", () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.constantFrom(...DIGITS), (made, place, other) => {
        const token = formatToken(made);
        const at = place % token.length;
        fc.pre(token[at] !== other);
        expect(parseToken(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it("has the CRC-32 of what goes before it at its end", () => {
    expect(formatToken(EXAMPLE)).toMatch(/^fw_larkfield_0{12}_z{43}_[0-9a-f]{8}$/);
    const [body, crc] = formatToken(EXAMPLE).split(/_(?=[^_]*$)/);
    expect(Number.parseInt(crc ?? "", 16)).toBe(bitwiseCrc32(body ?? ""));
  });

  it.each([
    ["nothing", ""],
    ["a prefix", "fw_"],
    ["a session", "eyJhbGciOiJFZERTQSJ9.e30.c2ln"],
    ["another case", formatToken(EXAMPLE).toUpperCase()],
    ["a line feed at its end", `${formatToken(EXAMPLE)}\n`],
    ["a space before it", ` ${formatToken(EXAMPLE)}`],
    ["another token after it", formatToken(EXAMPLE).repeat(2)],
    ["a tenant in capitals", formatToken({ ...EXAMPLE, tenant: "Larkfield" })],
    ["a tenant too long", formatToken({ ...EXAMPLE, tenant: "l".repeat(33) })],
    ["a secret too short", formatToken({ ...EXAMPLE, secret: "z".repeat(42) })],
  ])("is not read from %s", (_, text) => {
    expect(parseToken(text)).toBeUndefined();
  });

  it("is told apart from any other text without an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(parseToken(text)).toBeUndefined();
      }),
    );
  });
});

describe("base62", () => {
  it("holds all bits of 32 bytes in 43 characters, and of 9 bytes as good as all in 12", () => {
    expect(62n ** 43n > 2n ** 256n).toBe(true);
    expect(base62(Buffer.alloc(32, 0xff), 43)).toHaveLength(43);
    const bytes = randomBytes(32);
    const digits = Array.from(base62(bytes, 43), (digit) => BigInt(BASE62.indexOf(digit)));
    expect(digits.reduce((sum, digit) => sum * 62n + digit, 0n)).toBe(BigInt(`0x${bytes.toString("hex")}`));
  });
});

/** CRC-32 (ISO 3309) bit by bit, to hold the token's against. */
function bitwiseCrc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
