import fc from "fast-check";
import { ALWAYS_DROPPED, OPERATORS, REPLACE_ALL } from "../../src/anonymise/operators";
import { PERSONAL_TYPES, type PersonalType } from "../../src/anonymise/span";
import { surrogateOf } from "../../src/anonymise/surrogates";
import { parseTwin, renderTwin, serialiseTwin, type Surrogate, type Twin } from "../../src/anonymise/twin";
import { VALUES } from "./examples";
import { subjectOf } from "./subject";

const SURROGATE: Surrogate = {
  type: "PHONE",
  number: "417",
  pseudonym: "k3vabcdefgh2",
  mask: "•••19",
  shift: "1988-06-01",
  coarse: "48.1,11.6",
};
const around = (found: Surrogate): Twin => ["Call ", found, " now"];

describe("a twin's text", () => {
  it.each([
    ["replace", "Call [PHONE] now"],
    ["numbered", "Call [PHONE_417] now"],
    ["pseudonym", "Call [PHONE_k3vabcdefgh2] now"],
    ["mask", "Call [PHONE •••19] now"],
    ["shift", "Call [PHONE 1988-06-01] now"],
    ["coarse", "Call [PHONE 48.1,11.6] now"],
  ] as const)("by the operator %s is %s", (operator, text) => {
    expect(renderTwin(around(SURROGATE), { PHONE: operator })).toBe(text);
  });

  it.each(OPERATORS)("shows the type alone where the operator %s has nothing to show", (operator) => {
    expect(renderTwin(around({ type: "PHONE" }), { PHONE: operator })).toBe("Call [PHONE] now");
  });

  it("shows the type alone where no operator is chosen", () => {
    expect(renderTwin(around(SURROGATE), REPLACE_ALL)).toBe("Call [PHONE] now");
    expect(renderTwin(around(SURROGATE), { CARD: "mask" })).toBe("Call [PHONE] now");
  });

  it.each([...ALWAYS_DROPPED].flatMap((type) => OPERATORS.map((operator) => ({ type, operator }))))(
    "shows nothing of $type even by the operator $operator and of a twin that has it",
    ({ type, operator }) => {
      expect(renderTwin(around({ ...SURROGATE, type }), { [type]: operator })).toBe(`Call [${type}] now`);
    },
  );

  it("is empty where the message was", () => {
    expect(renderTwin([], REPLACE_ALL)).toBe("");
  });
});

describe("a twin as it is sealed", () => {
  const anyTwin = fc.array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.record(
        { type: fc.constantFrom(...PERSONAL_TYPES), number: fc.string(), mask: fc.string() },
        { requiredKeys: ["type"] },
      ),
    ),
  );

  it("is read back as it was", () => {
    fc.assert(
      fc.property(anyTwin, (twin) => {
        expect(parseTwin(serialiseTwin(twin))).toEqual(twin);
      }),
    );
  });

  it.each([
    ["no JSON", "Call Ann"],
    ["no list", '{"type":"PHONE"}'],
    ["an unknown type", '[{"type":"SHOE_SIZE"}]'],
    ["a field too many", '[{"type":"PHONE","value":"020 7946 0958"}]'],
    ["a number in the place of text", '[{"type":"PHONE","number":417}]'],
  ])("is refused where it is %s", (_, stored) => {
    expect(() => parseTwin(stored)).toThrow();
  });

  it.each([...ALWAYS_DROPPED])("holds nothing of %s but the type", (type) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.uuid(), (value, thread) => {
        const stored = serialiseTwin([surrogateOf(type, value, subjectOf({ thread }))]);
        expect(stored).toBe(`[{"type":"${type}"}]`);
      }),
    );
  });

  /** Letters and digits that a mask shows; the figures of a shifted date and of coarse coordinates are shown on purpose. */
  const MASKED = 4;
  const SHOWN: ReadonlyMap<PersonalType, number> = new Map([
    ["GEO", 6],
    ["DOB", 7],
  ]);
  const compact = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

  it("holds no longer stretch of a clear value than its mask shows", () => {
    fc.assert(
      fc.property(fc.constantFrom(...VALUES), fc.uuid(), ({ type, value }, thread) => {
        const { type: _, ...fields } = surrogateOf(type, value, subjectOf({ thread }));
        const stored = Object.values(fields)
          .map((field) => compact(field ?? ""))
          .join(" ");
        const length = (SHOWN.get(type) ?? MASKED) + 1;
        const clear = compact(value);
        for (let at = 0; at + length <= clear.length; at += 1)
          expect(stored).not.toContain(clear.slice(at, at + length));
      }),
      { numRuns: 500 },
    );
  });
});
