import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { newOneTimeCode, readOneTimeCode } from "../../src/identity/one-time-code";
import { newTotpSecret, stepOfCode, totpEnrolment } from "../../src/identity/totp";
import { codeAt } from "./staff";

/** "12345678901234567890", the key of RFC 6238's vectors, in base32. */
const RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const STEP_MS = 30_000;
const moment = fc.integer({ min: 300_000, max: 4_102_444_800_000 });

describe("a code of an authenticator app", () => {
  // RFC 6238 Appendix B, SHA-1: the last six of its eight digits.
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("at %d s is %s", (seconds, code) => {
    expect(stepOfCode(RFC_KEY, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
    expect(codeAt(RFC_KEY, seconds * 1_000)).toBe(code);
  });

  it("is accepted in its own step and those beside it, under its own number, and in no other", () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -4, max: 4 }), (nowMs, off) => {
        const code = codeAt(RFC_KEY, nowMs + off * STEP_MS);
        const found = stepOfCode(RFC_KEY, code, nowMs);
        const near = [-1, 0, 1].filter((by) => codeAt(RFC_KEY, nowMs + by * STEP_MS) === code);
        const steps = near.map((by) => Math.floor(nowMs / STEP_MS) + by);
        expect(steps.length === 0 ? [undefined] : steps).toContain(found);
      }),
    );
  });

  it("is no other text, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), moment, (text, nowMs) => {
        const digits = text.replace(/\s/g, "");
        const near = [-1, 0, 1].map((by) => codeAt(RFC_KEY, nowMs + by * STEP_MS));
        expect(stepOfCode(RFC_KEY, text, nowMs) !== undefined).toBe(near.includes(digits));
      }),
    );
  });

  it("may be typed with spaces", () => {
    expect(stepOfCode(RFC_KEY, " 287 082 ", 59_000)).toBe(1);
  });
});

describe("the key of a second factor", () => {
  it("is 160 bits of the random source", () => {
    const drawn: number[] = [];
    const random = (bytes: number) => {
      drawn.push(bytes);
      return randomBytes(bytes);
    };
    const keys = new Set(Array.from({ length: 50 }, () => newTotpSecret(random)));
    expect(keys.size).toBe(50);
    expect(new Set(drawn)).toEqual(new Set([20]));
    for (const key of keys) expect(key).toMatch(/^[A-Z2-7]{32}$/);
  });

  it("is handed out as apps take it: a URI, and that as a QR code", () => {
    const { uri, qrSvg, qrText } = totpEnrolment(RFC_KEY, "robin@staff.example.com");
    const { protocol, host, searchParams } = new URL(uri);
    expect([protocol, host, searchParams.get("secret")]).toEqual(["otpauth:", "totp", RFC_KEY]);
    expect([searchParams.get("issuer"), decodeURIComponent(uri)]).toEqual([
      "Fieldward",
      expect.stringContaining("robin@staff.example.com"),
    ]);
    expect(qrSvg).toMatch(/^<svg[^>]*>/);
    expect(qrText.split("\n").length).toBeGreaterThan(10);
  });
});

describe("a code that is good once", () => {
  it("has 120 bits, each of them of the random source", () => {
    expect(newOneTimeCode(() => Buffer.alloc(15, 0))).toBe("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA");
    expect(newOneTimeCode(() => Buffer.alloc(15, 0xff))).toBe("7777-7777-7777-7777-7777-7777");
    expect(32n ** 24n).toBe(2n ** 120n);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 15, maxLength: 15 }), (bytes) => {
        const code = readOneTimeCode(newOneTimeCode(() => Buffer.from(bytes))) ?? "";
        const read = Array.from(code, (letter) => BigInt("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter)));
        const number = read.reduce((sum, digit) => sum * 32n + digit, 0n);
        expect(number).toBe(BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
      }),
    );
  });

  it("is read however it is typed, and is none with a character too many or too few", () => {
    const code = newOneTimeCode(randomBytes);
    const plain = code.replaceAll("-", "");
    for (const typed of [code, plain, plain.toLowerCase(), ` ${code.replaceAll("-", " ")} `])
      expect(readOneTimeCode(typed)).toBe(plain);
    expect(readOneTimeCode("0018".repeat(6))).toBe("OOIB".repeat(6));
    for (const none of ["", plain.slice(1), `${plain}A`, `${plain.slice(1)}!`, "123456"])
      expect(readOneTimeCode(none)).toBeUndefined();
  });
});
