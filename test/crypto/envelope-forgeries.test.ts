import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { ColumnCipher, EnvelopeError, LONGEST_TEXT_BYTES } from "../../src/crypto/envelope";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES, type Suite } from "../../src/crypto/suites";
import { Customer } from "../../src/domain/customer";
import { personalFieldsOf } from "../../src/domain/classified";
import { FieldwardError } from "../../src/domain/errors";
import { aKey, keysOf } from "./keys-of-subject";

/** Something that seals and opens at one place, and the one answer that it has for whatever is not as it was sealed. */
interface Level {
  readonly seal: (suite: Suite, text: string) => Buffer;
  readonly open: (envelope: Uint8Array) => string;
}

const ROW = uuidv7();
const SUBJECT = uuidv7();
const SECRET = Buffer.alloc(32, 0x42);

/** The cipher alone, with the secret of one key under whatever id the envelope names, so that only the seal can notice. */
function bareCipher(): Level {
  const cipher = new ColumnCipher("customer", "phone", pooledRandom());
  const key = { id: Buffer.alloc(16, 0xaa), secret: SECRET };
  return {
    seal: (suite, text) => cipher.seal(suite, key, ROW, SUBJECT, text),
    open: (envelope) => cipher.open({ id: envelope.subarray(2, 18), secret: SECRET }, ROW, SUBJECT, envelope),
  };
}

/** The keys of a subject with an active and a retired key, as rows are opened with. */
function subjectKeys(): Level {
  const keys = keysOf(SUBJECT, aKey(), aKey());
  const phone = personalFieldsOf(Customer.name).find(({ sealed }) => sealed.property === "phone");
  if (phone === undefined) throw new Error("there is a phone to seal");
  return {
    seal: (suite, text) => keys.seal(suite, phone.sealed, ROW, text),
    open: (envelope) => keys.open(phone.sealed, envelope, ROW),
  };
}

/** What comes of opening: the one code of a refusal, or what there was instead. */
function outcomeOf(level: Level, envelope: Uint8Array): string {
  try {
    level.open(envelope);
    return "opened";
  } catch (error) {
    if (error instanceof FieldwardError) return error.code;
    return error instanceof EnvelopeError ? `${error.name}: ${error.message}` : String(error);
  }
}

function flipped(envelope: Buffer, bit: number): Buffer {
  const copy = Buffer.from(envelope);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

const LEVELS = [
  ["the cipher of a column", bareCipher, "EnvelopeError: the envelope does not open"],
  ["the keys of a subject", subjectKeys, "FIELD_TAMPERED"],
] as const;
const CASES = LEVELS.flatMap(([level, make, code]) =>
  Object.values(SUITES).map((suite) => ({ level, make, code, suite, name: suite.name })),
);
const TEXTS = ["", "+447700900123", "x".repeat(30), "x".repeat(31), "Zażółć gęślą jaźń ".repeat(10)];

describe.each(CASES)("an envelope of $name that $level gets", ({ make, code, suite }) => {
  const only = new Set([code]);
  const level = make();

  const outcomes = (envelopes: readonly Uint8Array[]) =>
    new Set(envelopes.map((envelope) => outcomeOf(level, envelope)));

  it.each(TEXTS.map((text) => [Buffer.byteLength(text), text] as const))(
    "is refused with one code with any bit flipped, cut at any place, or made longer: %i bytes of text",
    (_bytes, text) => {
      const envelope = level.seal(suite, text);
      expect(level.open(envelope)).toBe(text);
      const bits = Array.from({ length: envelope.length * 8 }, (_, bit) => bit);
      const places = Array.from({ length: envelope.length }, (_, bytes) => bytes);
      expect(outcomes(bits.map((bit) => flipped(envelope, bit)))).toEqual(only);
      expect(outcomes(places.map((bytes) => envelope.subarray(0, bytes)))).toEqual(only);
      expect(outcomes(places.map((bytes) => envelope.subarray(bytes + 1)))).toEqual(only);
      const more = Array.from({ length: 66 }, (_, bytes) => Buffer.alloc(bytes + 1));
      expect(outcomes(more.map((bytes) => Buffer.concat([envelope, bytes])))).toEqual(only);
      expect(outcomes(more.map((bytes) => Buffer.concat([bytes, envelope])))).toEqual(only);
    },
  );

  it("is refused with that code with any bit flipped, or cut, at any length", () => {
    const length = fc.oneof(
      fc.nat(2_000),
      fc.integer({ min: LONGEST_TEXT_BYTES - 40, max: LONGEST_TEXT_BYTES }),
    );
    fc.assert(
      fc.property(length, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (bytes, place) => {
        const envelope = level.seal(suite, "x".repeat(bytes));
        const at = Math.floor(place * envelope.length);
        const forged = [flipped(envelope, at * 8 + (bytes % 8)), envelope.subarray(0, at)];
        expect(outcomes(forged)).toEqual(only);
      }),
      { numRuns: 60 },
    );
  });

  it("is refused with that code with any bytes in the place of any of its own", () => {
    const envelope = level.seal(suite, "+447700900123");
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(envelope.length - 1), bytes, (at, given) => {
        const forged = Buffer.from(envelope);
        forged.set(given.subarray(0, envelope.length - at), at);
        fc.pre(!forged.equals(envelope));
        expect(outcomeOf(level, forged)).toBe(code);
      }),
    );
  });

  it("is refused with that code with the nonce, the text or the tag of another at the same place", () => {
    const [one, other] = [level.seal(suite, "+447700900123"), level.seal(suite, "+447700900124")];
    const [nonce, text, tag] = [18, 18 + suite.nonceBytes, one.length - 16];
    for (const [from, to] of [
      [nonce, text],
      [text, tag],
      [tag, one.length],
      [nonce, tag],
      [text, one.length],
    ] as const) {
      const forged = Buffer.from(one);
      forged.set(other.subarray(from, to), from);
      expect(outcomeOf(level, forged)).toBe(code);
    }
    expect(level.open(one)).toBe("+447700900123");
  });

  it("is refused with that code as one of any other suite, known or not", () => {
    const envelope = level.seal(suite, "+447700900123");
    const others = Array.from({ length: 256 }, (_, id) => id).filter((id) => id !== suite.id);
    const forged = others.map((id) =>
      Buffer.concat([envelope.subarray(0, 1), Buffer.of(id), envelope.subarray(2)]),
    );
    expect(outcomes(forged)).toEqual(only);
  });
});
