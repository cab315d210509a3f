import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { ColumnCipher, EnvelopeError } from "../../src/crypto/envelope";
import { pooledRandom } from "../../src/crypto/random";
import { SUITES } from "../../src/crypto/suites";
import { Alert } from "../../src/domain/alert";
import { ConsentRecord } from "../../src/domain/consent-record";
import { Customer } from "../../src/domain/customer";
import { sealedColumnsOf } from "../../src/domain/classified";
import { Elevation } from "../../src/domain/elevation";
import { FieldwardError } from "../../src/domain/errors";
import { Message } from "../../src/domain/message";
import { Staff } from "../../src/domain/staff";
import { aKey, keysOf } from "./keys-of-subject";

const random = pooledRandom();
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const name = fc.string({ unit: "grapheme", maxLength: 20 });

/** Everything that a value is bound to. */
const PLACE = {
  table: name,
  column: name,
  rowId: fc.uuid(),
  subjectId: fc.uuid(),
  keyId: bytes(16),
  secret: bytes(32),
};
type Part = keyof typeof PLACE;
const PARTS = Object.keys(PLACE) as Part[];
type Place = Readonly<{ [P in Part]: (typeof PLACE)[P] extends fc.Arbitrary<infer T> ? T : never }>;

const keyOf = ({ keyId: id, secret }: Place) => ({ id, secret });
const cipherOf = ({ table, column }: Place) => new ColumnCipher(table, column, random);

describe.each(Object.values(SUITES))("a value sealed with $name at any place", (suite) => {
  const place: fc.Arbitrary<Place> = fc.record(PLACE);
  const open = (at: Place, envelope: Uint8Array): string =>
    cipherOf(at).open(keyOf(at), at.rowId, at.subjectId, envelope);
  const seal = (at: Place, text: string): Buffer =>
    cipherOf(at).seal(suite, keyOf(at), at.rowId, at.subjectId, text);

  it("opens there", () => {
    fc.assert(
      fc.property(place, fc.string({ unit: "binary", maxLength: 100 }), (at, text) => {
        expect(open(at, seal(at, text))).toBe(text);
      }),
    );
  });

  it.each(PARTS)("opens nowhere else, where only the place's %s is another", (part) => {
    fc.assert(
      fc.property(place, place, (at, other) => {
        const moved = { ...at, [part]: other[part] };
        fc.pre(JSON.stringify(moved) !== JSON.stringify(at));
        const envelope = seal(at, "+447700900123");
        expect(() => open(moved, envelope)).toThrow(EnvelopeError);
        expect(open(at, envelope)).toBe("+447700900123");
      }),
    );
  });

  it("opens nowhere else, where any of the parts are another", () => {
    fc.assert(
      fc.property(place, place, fc.subarray(PARTS, { minLength: 1 }), (at, other, parts) => {
        const moved = { ...at, ...Object.fromEntries(parts.map((part) => [part, other[part]])) };
        fc.pre(JSON.stringify(moved) !== JSON.stringify(at));
        expect(() => open(moved, seal(at, "x"))).toThrow(EnvelopeError);
      }),
    );
  });
});

describe.each(Object.values(SUITES))("a stored value sealed with $name", (suite) => {
  const columns = [Alert, Customer, ConsentRecord, Elevation, Message, Staff].flatMap((entity) =>
    sealedColumnsOf(entity.name),
  );

  const keys = [aKey(), aKey()] as const;
  const [subject, row] = [uuidv7(), uuidv7()];
  const own = keysOf(subject, ...keys);

  function code(open: () => string): string {
    try {
      return open();
    } catch (error) {
      return error instanceof FieldwardError ? error.code : String(error);
    }
  }

  it("opens in its column and is FIELD_TAMPERED in each of the others", () => {
    const opened: string[] = [];
    const codes = new Set<string>();
    for (const from of columns) {
      const envelope = own.seal(suite, from, row, "a value");
      opened.push(own.open(from, envelope, row));
      for (const to of columns.filter((column) => column !== from)) {
        codes.add(code(() => own.open(to, envelope, row)));
      }
    }
    expect(columns).toHaveLength(17);
    expect(opened).toEqual(columns.map(() => "a value"));
    expect([...codes]).toEqual(["FIELD_TAMPERED"]);
  });

  it("is FIELD_TAMPERED in any other row and with the keys of any other subject", () => {
    const others = keysOf(uuidv7(), aKey());
    const [column] = columns;
    if (column === undefined) throw new Error("there are sealed columns");
    const envelope = own.seal(suite, column, row, "a value");
    expect(code(() => own.open(column, envelope, uuidv7()))).toBe("FIELD_TAMPERED");
    expect(code(() => others.open(column, envelope, row))).toBe("FIELD_TAMPERED");
    const rows = fc.property(fc.uuid(), (id) => {
      expect(code(() => own.open(column, envelope, id))).toBe("FIELD_TAMPERED");
    });
    fc.assert(rows);
  });

  it("is FIELD_TAMPERED under the id of another key of the same subject", () => {
    const [column] = columns;
    if (column === undefined) throw new Error("there are sealed columns");
    const one = own.seal(suite, column, row, "a value");
    expect(one.subarray(2, 18)).toEqual(Buffer.from(keys[0].id));
    const renamed = Buffer.from(one);
    renamed.set(keys[1].id, 2);
    expect(code(() => own.open(column, renamed, row))).toBe("FIELD_TAMPERED");
  });

  it("is FIELD_TAMPERED with the subject's own keys under the name of another subject", () => {
    const [column] = columns;
    if (column === undefined) throw new Error("there are sealed columns");
    const envelope = own.seal(suite, column, row, "a value");
    expect(keysOf(subject, keys[1], keys[0]).open(column, envelope, row)).toBe("a value");
    expect(code(() => keysOf(uuidv7(), ...keys).open(column, envelope, row))).toBe("FIELD_TAMPERED");
  });
});
