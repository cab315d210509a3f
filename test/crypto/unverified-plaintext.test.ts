import { createDecipheriv } from "node:crypto";
import { inspect } from "node:util";
import { ColumnCipher, EnvelopeError } from "../../src/crypto/envelope";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES, type Suite } from "../../src/crypto/suites";
import { unwrapKey, wrapKey } from "../../src/crypto/wrap";

const random = pooledRandom();
const KEY = { id: Buffer.alloc(16, 0xaa), secret: Buffer.alloc(32, 0x42) };
const ROW = "0197b3c4-0000-7000-8000-000000000001";
const SUBJECT = "0197b3c4-0000-7000-8000-000000000002";
const OTHER = "0197b3c4-0000-7000-8000-000000000003";
const TEXT = "Amira Novak, 7 Fictional Lane";
const names = new ColumnCipher("customer", "name", random);

/** Every way in which Node makes text of bytes. */
const DECODERS: readonly (readonly [owner: object, method: string])[] = [
  ...["toString", "utf8Slice", "latin1Slice", "asciiSlice", "ucs2Slice", "hexSlice", "base64Slice"].map(
    (method) => [Buffer.prototype, method] as const,
  ),
  [TextDecoder.prototype, "decode"],
  [String, "fromCharCode"],
  [String, "fromCodePoint"],
];

/** The texts that some work made of bytes, whoever saw them. */
function decodedDuring(work: () => unknown): string[] {
  const decoded: string[] = [];
  const mend = DECODERS.map(([owner, method]) => {
    const stock: unknown = Reflect.get(owner, method);
    if (typeof stock !== "function") throw new Error(`there is no ${method}`);
    Reflect.set(owner, method, function (this: unknown, ...args: unknown[]): unknown {
      const text: unknown = Reflect.apply(stock, this, args);
      decoded.push(String(text));
      return text;
    });
    return () => Reflect.set(owner, method, stock);
  });
  try {
    work();
  } finally {
    for (const undo of mend) undo();
  }
  return decoded;
}

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("it was to be refused");
}

function lastByteChanged(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  return changed;
}

/** Envelopes that decrypt to the very plaintext: only the tag tells that they are not to be opened. */
const FORGERIES: readonly (readonly [what: string, open: (envelope: Buffer) => string])[] = [
  ["the tag changed", (envelope) => names.open(KEY, ROW, SUBJECT, lastByteChanged(envelope))],
  ["another row", (envelope) => names.open(KEY, OTHER, SUBJECT, envelope)],
  ["another subject", (envelope) => names.open(KEY, ROW, OTHER, envelope)],
  [
    "another column",
    (envelope) => new ColumnCipher("customer", "email", random).open(KEY, ROW, SUBJECT, envelope),
  ],
];

describe.each(Object.values(SUITES))("an envelope of $name that is refused", (suite) => {
  const envelope = names.seal(suite, KEY, ROW, SUBJECT, TEXT);

  it("would show here, if any text were made of it: one that opens does", () => {
    const decoded = decodedDuring(() => names.open(KEY, ROW, SUBJECT, envelope));
    expect(decoded.join()).toContain(TEXT);
  });

  it.each(FORGERIES)("has no text made of its bytes before it is: %s", (_what, open) => {
    const decoded = decodedDuring(() => failureOf(() => open(envelope)));
    expect(decoded.join()).not.toContain("Amira");
    expect(decoded.join()).not.toContain(Buffer.from("Amira").toString("hex"));
  });

  it.each(FORGERIES)("has nothing of itself in the error: %s", (_what, open) => {
    const error = failureOf(() => open(envelope));
    expect(error).toBeInstanceOf(EnvelopeError);
    const shown = inspect(error, { showHidden: true, depth: null, maxArrayLength: null });
    expect(shown).not.toContain("Amira");
    expect(shown).not.toContain(
      Buffer.from("Amira")
        .toString("hex")
        .replace(/(..)(?!$)/g, "$1 "),
    );
    expect(Object.keys(error as object)).toEqual(["name"]);
  });

  it.each(FORGERIES)("leaves nothing of itself in memory that is used again: %s", (_what, open) => {
    const opened = jest.spyOn(suite, "open");
    failureOf(() => open(envelope));
    const [into] = opened.mock.calls[0] ?? [];
    expect(into?.includes("Amira")).toBe(false);
  });
});

describe.each(Object.values(SUITES))("an envelope of $name that opens", (suite) => {
  it("leaves nothing of its text in memory that is used again", () => {
    const opened = jest.spyOn(suite, "open");
    expect(names.open(KEY, ROW, SUBJECT, names.seal(suite, KEY, ROW, SUBJECT, TEXT))).toBe(TEXT);
    const [into] = opened.mock.calls[0] ?? [];
    expect(into?.includes("Amira")).toBe(false);
  });
});

/** A sealed text of a suite with all that it takes to open it. */
function sealedBy(suite: Suite, text: string) {
  const [aad, nonce] = [Buffer.from("the place"), random(suite.nonceBytes)];
  const sealed = Buffer.alloc(text.length + 16);
  suite.seal(sealed, Buffer.from(text), aad, nonce, KEY.secret);
  const open = (given: Uint8Array, into: Buffer): Buffer => {
    suite.open(into, given, aad, nonce, KEY.secret);
    return into;
  };
  return { sealed, open };
}

describe.each(Object.values(SUITES))("$name", (suite) => {
  // Under an empty text nothing is left but the shortened tag: a cipher that takes short ones would say yes to some.
  it.each([0, 1, 4, 8, 12, 13, 14, 15])(
    "refuses a tag of %i bytes, under an empty text and others",
    (bytes) => {
      for (const text of ["", "+447700900123", TEXT]) {
        const { sealed, open } = sealedBy(suite, text);
        expect(open(sealed, Buffer.alloc(text.length)).toString()).toBe(text);
        const short = sealed.subarray(0, text.length + bytes);
        for (const size of [text.length, Math.max(0, short.length - 16)]) {
          const into = Buffer.alloc(size);
          expect(() => open(short, into)).toThrow();
          expect(into).toEqual(Buffer.alloc(size));
        }
      }
    },
  );

  it.each([0, 1, 4, 8, 12, 13, 14, 15])("refuses a wrapped key with a tag of %i bytes", (bytes) => {
    for (const key of [Buffer.alloc(0), Buffer.alloc(32, 9)]) {
      const wrapped = wrapKey(suite, KEY.secret, "root/session/1", key, random);
      expect(unwrapKey(KEY.secret, "root/session/1", wrapped)).toEqual(key);
      const short = wrapped.subarray(0, wrapped.length - 16 + bytes);
      expect(() => unwrapKey(KEY.secret, "root/session/1", short)).toThrow(EnvelopeError);
    }
  });

  it("writes nothing of a text whose tag does not verify", () => {
    const { sealed, open } = sealedBy(suite, TEXT);
    const into = Buffer.alloc(TEXT.length);
    expect(() => open(lastByteChanged(sealed), into)).toThrow();
    expect(into).toEqual(Buffer.alloc(TEXT.length));
  });
});

describe("AES-256-GCM by node:crypto", () => {
  it("has written nothing yet when the tag is verified, though update() has handed the text out", () => {
    const decipher = createDecipheriv("aes-256-gcm", KEY.secret, Buffer.alloc(12), { authTagLength: 16 });
    const prototype = Object.getPrototypeOf(decipher) as typeof decipher;
    const { sealed, open } = sealedBy(SUITES["aes-256-gcm"], TEXT);
    const into = Buffer.alloc(TEXT.length);
    const seen: string[] = [];
    const stock = Reflect.get(prototype, "final") as () => unknown;
    Reflect.set(prototype, "final", function (this: unknown): unknown {
      seen.push(into.toString());
      return Reflect.apply(stock, this, []);
    });
    try {
      expect(open(sealed, into).toString()).toBe(TEXT);
    } finally {
      Reflect.set(prototype, "final", stock);
    }
    expect(seen).toEqual(["\0".repeat(TEXT.length)]);
  });
});
