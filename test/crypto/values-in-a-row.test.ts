import fc from "fast-check";
import { ColumnCipher, EnvelopeError } from "../../src/crypto/envelope";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES } from "../../src/crypto/suites";
import { associatedData, openByReference } from "../vectors/reference";

// Ciphers keep memory between one value and the next, for speed. Nothing of that may show.

const random = pooledRandom();
const COLUMNS = [
  ["customer", "name"],
  ["customer", "birth_date"],
  ["m", "b"],
  ["zażółć", "gęślą jaźń"],
].map(([table = "", column = ""]) => ({ table, column, cipher: new ColumnCipher(table, column, random) }));
const KEYS = [1, 2].map((i) => ({ id: Buffer.alloc(16, i), secret: Buffer.alloc(32, 16 + i) }));
const IDS = ["a", "b", "c"].map((letter) => `0197b3c4-0000-7000-8000-00000000000${letter}`);
const [ID = ""] = IDS;
/** None is an id; the last two have 36 characters. */
const NO_IDS = ["", "1", ID.slice(1), `${ID}a`, ID.replace("a", "š"), ID.replace("00", "👩")];

const step = fc.record({
  suiteName: fc.constantFrom("aes-256-gcm", "xchacha20-poly1305"),
  columnNumber: fc.nat(COLUMNS.length - 1),
  keyNumber: fc.nat(KEYS.length - 1),
  row: fc.constantFrom(...IDS),
  subject: fc.constantFrom(...IDS),
  text: fc.oneof(
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.nat(3_000).map((n) => "x".repeat(n)),
  ),
  change: fc.constantFrom("nothing", "the tag", "the row", "the subject", "the length"),
  /** Tried in between, and refused. */
  noId: fc.constantFrom(...NO_IDS),
  noText: fc.boolean(),
});
type Drawn = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A step with what its numbers stand for; they alone are printed of a counterexample. */
function stepOf(drawn: Drawn) {
  const [at, key] = [COLUMNS[drawn.columnNumber], KEYS[drawn.keyNumber]];
  if (at === undefined || key === undefined) throw new Error("numbers are drawn of what there is");
  return { ...drawn, at, key, suite: SUITES[drawn.suiteName] };
}
type Step = ReturnType<typeof stepOf>;

const other = (id: string): string => IDS[(IDS.indexOf(id) + 1) % IDS.length] ?? id;

/** What opening gives; `null` where it is refused. */
function unlessRefused(work: () => string): string | null {
  try {
    return work();
  } catch (error) {
    return error instanceof EnvelopeError ? null : String(error);
  }
}

function openChanged({ at, key, row, subject, change }: Step, envelope: Buffer): string | null {
  const bytes = Buffer.from(envelope.subarray(0, change === "the length" ? -32 : undefined));
  if (change === "the tag") bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  const rowId = change === "the row" ? other(row) : row;
  const subjectId = change === "the subject" ? other(subject) : subject;
  return unlessRefused(() => at.cipher.open(key, rowId, subjectId, bytes));
}

/** All that is to be refused between two values. */
function refusals({ suite, at, key, row, subject, noId, noText }: Step, envelope: Buffer) {
  const { cipher } = at;
  return [
    () => cipher.seal(suite, key, noId, subject, "a"),
    () => cipher.seal(suite, key, noId, subject, "a"),
    () => cipher.open(key, row, noId, envelope),
    () => cipher.seal(suite, key, row, noId, "a"),
    () => cipher.open(key, noId, noId, envelope),
    ...(noText ? [() => cipher.seal(suite, key, row, subject, "x".repeat(70_000))] : []),
  ].map((work) =>
    unlessRefused(() => {
      work();
      return "not refused";
    }),
  );
}

function placeOf({ suite, at, key, row: rowId, subject: subjectId }: Step) {
  const [keyId, secret] = [key.id.toString("hex"), key.secret.toString("hex")];
  return { suite: suite.id, keyId, key: secret, table: at.table, column: at.column, rowId, subjectId };
}

describe("values of several columns, rows, subjects and keys, one after the other", () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 12 });

  it("are sealed each at its own place, by the reference's word", () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const one of all.map(stepOf)) {
          const envelope = one.at.cipher.seal(one.suite, one.key, one.row, one.subject, one.text);
          const place = placeOf(one);
          expect(openByReference(place, envelope, associatedData(place))).toBe(one.text);
          expect(new Set(refusals(one, envelope))).toEqual(new Set([null]));
        }
      }),
    );
  });

  it("open each to its text, in any order, and are refused where they were changed", () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (all, order) => {
        const sealed = all.map(stepOf).map((one) => ({
          one,
          envelope: one.at.cipher.seal(one.suite, one.key, one.row, one.subject, one.text),
          place: order.next().value,
        }));
        for (const { one, envelope } of sealed.sort((a, b) => a.place - b.place)) {
          expect(openChanged(one, envelope)).toBe(one.change === "nothing" ? one.text : null);
          expect(new Set(refusals(one, envelope))).toEqual(new Set([null]));
        }
      }),
    );
  });

  it.each(NO_IDS)("are refused for a row or a subject %j, first and ever again", (noId) => {
    const [at] = COLUMNS;
    const [key] = KEYS;
    if (at === undefined || key === undefined) throw new Error("there are columns and keys");
    for (const suite of Object.values(SUITES)) {
      for (const [row, subject] of [
        [noId, ID],
        [ID, noId],
        [noId, noId],
      ] as const) {
        expect(() => at.cipher.seal(suite, key, row, subject, "a")).toThrow(EnvelopeError);
        expect(() => at.cipher.seal(suite, key, row, subject, "a")).toThrow(EnvelopeError);
      }
    }
  });
});
