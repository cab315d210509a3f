import fc from "fast-check";
import { alteredCopy } from "../../../bench/anonymiser/training/altered-copy";
import { otherCode } from "../../../bench/anonymiser/training/other-codes";
import { seededRandom } from "../../../bench/anonymiser/training/seeded-random";

const message = {
  id: "a001",
  lang: "en",
  text: "Hi Amira, 482910 is your code. Card ending 1881.",
  spans: [
    { start: 3, end: 8, type: "PERSON" as const },
    { start: 10, end: 16, type: "OTP" as const },
  ],
  ignore: [{ start: 43, end: 47 }],
};

describe("an altered copy of a labelled message", () => {
  const copy = alteredCopy(message, (written, type) => (type === "OTP" ? "48-29" : written));
  const marked = [...copy.spans, ...copy.ignore].map(({ start, end }) => copy.text.slice(start, end));

  it("has something else in the place of a label, and the rest as it was", () => {
    expect(copy.text).toBe("Hi Amira, 48-29 is your code. Card ending 1881.");
  });

  it("has its labels where they now are", () => {
    expect(marked).toEqual(["Amira", "48-29", "1881"]);
  });
});

describe("another code", () => {
  const kindsOf = (code: string): string =>
    Array.from(code.replace(/[^A-Za-z\d]/g, ""), (character) =>
      /\d/.test(character) ? "9" : character === character.toLowerCase() ? "a" : "A",
    )
      .sort()
      .join("");

  it("has as many digits, small and capital letters, and no gap at its ends", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z\d]{1,10}$/), fc.nat(), (code, seed) => {
        const other = otherCode(code, seededRandom(seed));
        expect(kindsOf(other)).toBe(kindsOf(code));
        expect(other).toMatch(/^[A-Za-z\d](?:[A-Za-z\d .-]*[A-Za-z\d])?$/);
      }),
    );
  });
});
