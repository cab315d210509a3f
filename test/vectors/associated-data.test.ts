import fc from "fast-check";
import { ColumnCipher, EnvelopeError } from "../../src/crypto/envelope";
import { pooledRandom } from "../../src/crypto/random";
import { suiteById, type Suite } from "../../src/crypto/suites";
import { vectors, type AssociatedDataVector } from "./files";
import { associatedData, openByReference, sealByReference } from "./reference";

const VECTORS = vectors("associated-data");
const SECRET = Buffer.alloc(32, 0x42).toString("hex");
const TEXT = "+447700900123";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

function suiteOf({ suite: id }: AssociatedDataVector): Suite {
  const suite = suiteById(id);
  if (suite === undefined) throw new Error(`there is no suite ${String(id)}`);
  return suite;
}

function sealAt(vector: AssociatedDataVector): Buffer {
  const key = { id: hex(vector.keyId), secret: hex(SECRET) };
  const cipher = new ColumnCipher(vector.table, vector.column, pooledRandom());
  return cipher.seal(suiteOf(vector), key, vector.rowId, vector.subjectId, TEXT);
}

function openAt(vector: AssociatedDataVector, envelope: Uint8Array): string {
  const key = { id: hex(vector.keyId), secret: hex(SECRET) };
  const cipher = new ColumnCipher(vector.table, vector.column, pooledRandom());
  return cipher.open(key, vector.rowId, vector.subjectId, envelope);
}

const place = (vector: AssociatedDataVector) => ({ ...vector, key: SECRET });

/** The fields that some bytes hold, read by their length prefixes; throws where they do not come out even. */
function fieldsOf(bytes: Buffer): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) throw new Error("a field runs past the end");
    fields.push(bytes.toString("hex", at + 2, end));
    at = end;
  }
  return fields;
}

function outcomeOf(open: () => string): string {
  try {
    return open();
  } catch (error) {
    return error instanceof EnvelopeError ? error.name : String(error);
  }
}

describe("the associated data of a place", () => {
  it.each(VECTORS)("is for ever what a value is sealed under: $name", (vector) => {
    expect(openByReference(place(vector), sealAt(vector), hex(vector.bytes))).toBe(TEXT);
  });

  it.each(VECTORS)("is for ever what a value is opened under: $name", (vector) => {
    const nonce = Buffer.alloc(suiteOf(vector).nonceBytes, 0x17).toString("hex");
    const envelope = sealByReference(place(vector), nonce, TEXT, hex(vector.bytes));
    expect(openAt(vector, envelope)).toBe(TEXT);
  });

  it.each(VECTORS)("holds seven fields, each with its length in front: $name", (vector) => {
    const { suite, keyId, table, column, rowId, subjectId, bytes } = vector;
    const text = ["fw1", table, column, rowId, subjectId].map((part) => Buffer.from(part).toString("hex"));
    const [label, ...names] = text;
    expect(fieldsOf(hex(bytes))).toEqual([label, `0${String(suite)}`, keyId, ...names]);
  });

  it("is that of no other place, though the names joined by a separator would be the same", () => {
    expect(new Set(VECTORS.map(({ bytes }) => bytes)).size).toBe(VECTORS.length);
  });

  it("opens nothing of another place", () => {
    const outcomes = VECTORS.flatMap((sealed) => {
      const envelope = sealAt(sealed);
      const others = VECTORS.filter((other) => other !== sealed && other.suite === sealed.suite);
      return others.map((other) => outcomeOf(() => openAt(other, envelope)));
    });
    expect(outcomes.length).toBeGreaterThan(1_000);
    expect(new Set(outcomes)).toEqual(new Set(["EnvelopeError"]));
  });

  it("is that of no other place, whatever the names", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "\0", "\u0001", "|", "é", "👩"), maxLength: 6 });
    const [first] = VECTORS;
    fc.assert(
      fc.property(name, name, name, name, (table, column, otherTable, otherColumn) => {
        if (first === undefined) throw new Error("there are vectors");
        const one = associatedData({ ...place(first), table, column });
        const other = associatedData({ ...place(first), table: otherTable, column: otherColumn });
        expect(one.equals(other)).toBe(table === otherTable && column === otherColumn);
      }),
    );
  });
});

describe("an envelope at a place with any names", () => {
  it("is opened by the reference, and the reference's by the product", () => {
    const names = fc.string({ unit: "grapheme", maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...VECTORS), names, names, (at, table, column) => {
        const vector = { ...at, table, column };
        const aad = associatedData(place(vector));
        expect(openByReference(place(vector), sealAt(vector), aad)).toBe(TEXT);
        const nonce = Buffer.alloc(suiteOf(vector).nonceBytes, 0x18).toString("hex");
        expect(openAt(vector, sealByReference(place(vector), nonce, TEXT))).toBe(TEXT);
      }),
    );
  });
});
