import fc from "fast-check";
import { foundByRedaction, type Replacement } from "../../../bench/anonymiser/rivals/redacted-text";

const REPLACEMENTS: readonly Replacement[] = [
  { word: "DIGITS", type: "ANY", shape: /^\d{4,}$/ },
  { word: "PERSON_NAME", type: "PERSON", shape: /^\D+$/ },
  { word: "PASSWORD", type: "OTP" },
];

const quotes = (original: string, redacted: string): (readonly [string, string])[] =>
  foundByRedaction(original, redacted, REPLACEMENTS).map(({ start, end, type }) => [
    type,
    original.slice(start, end),
  ]);

describe("what a redacted text says was found", () => {
  it("is what stands in the original where the replacements stand", () => {
    expect(
      quotes("Hi Ann Lee, your a/c 70184426 is open", "Hi PERSON_NAME, your a/c DIGITS is open"),
    ).toEqual([
      ["PERSON", "Ann Lee"],
      ["ANY", "70184426"],
    ]);
  });

  it("may stand at either end", () => {
    expect(quotes("Ann owes 12345", "PERSON_NAME owes DIGITS")).toEqual([
      ["PERSON", "Ann"],
      ["ANY", "12345"],
    ]);
  });

  it("is told by its shape where the kept text stands twice", () => {
    expect(quotes("Ann 7 12345", "Ann 7 DIGITS")).toEqual([["ANY", "12345"]]);
    expect(quotes("1234 5 6789", "DIGITS 5 DIGITS")).toEqual([
      ["ANY", "1234"],
      ["ANY", "6789"],
    ]);
  });

  it("goes by no shape where none fits", () => {
    expect(quotes("call 12 now", "call DIGITS now")).toEqual([["ANY", "12"]]);
  });

  it("leaves out a word that the original has itself", () => {
    expect(quotes("Reset your PASSWORD, Ann", "Reset your PASSWORD, PERSON_NAME")).toEqual([
      ["PERSON", "Ann"],
    ]);
  });

  it("is refused where the texts do not fit", () => {
    expect(() => quotes("Hello Ann", "Goodbye PERSON_NAME")).toThrow("does not fit");
  });

  it("is found again, whatever was replaced", () => {
    const piece = fc.record({
      kept: fc.stringMatching(/^ [a-z ]{0,6}$/),
      number: fc.stringMatching(/^\d{4,9}$/),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const original = pieces.map(({ kept, number }) => kept + number).join("");
        const redacted = pieces.map(({ kept }) => `${kept}DIGITS`).join("");
        expect(quotes(original, redacted)).toEqual(pieces.map(({ number }) => ["ANY", number]));
      }),
    );
  });
});
