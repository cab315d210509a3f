import fc from "fast-check";
import { ALWAYS_DROPPED } from "../../src/anonymise/operators";
import { isoDate, canonicalForm, surrogateOf } from "../../src/anonymise/surrogates";
import { PERSONAL_TYPES, type PersonalType } from "../../src/anonymise/span";
import { pseudonymsOf, subjectOf } from "./subject";

const threads = fc.uuid().map((thread) => subjectOf({ thread }));
const phones = fc.stringMatching(/^\+44 7700 900\d{3}$/);

describe("the canonical form of a value", () => {
  it.each<[PersonalType, string | null, string[]]>([
    ["PHONE", "GB", ["+44 20 7946 0958", "020 7946 0958", "(020) 7946-0958", "0044 20 7946 0958"]],
    ["PHONE", "US", ["+1 212 555 0142", "(212) 555-0142", "212.555.0142"]],
    ["PHONE", null, ["020 7946 0958", "020-7946-0958", "02079460958"]],
    [
      "CARD",
      null,
      ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "4111\u200b111111111111"],
    ],
    ["IBAN", null, ["GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819"]],
    ["PERSON", null, ["Ann Lefèvre", "ANN LEFEVRE", "ann  lefèvre", "Ann, Lefevre"]],
    ["EMAIL", null, ["Ann@Example.org", "ann@example.org"]],
    ["DOB", null, ["14/05/1988", "14.5.88", "1988-05-14", "05/14/1988"]],
    ["PLATE", null, ["AB12 CDE", "ab12cde"]],
    ["ADDRESS", null, ["14 Tithe Barn Lane, Larkfield", "14 tithe barn lane  larkfield"]],
  ])("of %s in country %s is the same however it is written", (type, country, values) => {
    expect(new Set(values.map((value) => canonicalForm(type, value, country))).size).toBe(1);
  });

  it("differs where the country that reads a number does", () => {
    const [british, german] = ["GB", "DE"].map((country) => canonicalForm("PHONE", "030 23125 014", country));
    expect(british).not.toBe(german);
  });
});

describe("the day that a date is", () => {
  it.each([
    ["14/05/1988", "1988-05-14"],
    ["05/14/1988", "1988-05-14"],
    ["03/04/1988", "1988-04-03"],
    ["1988-05-14", "1988-05-14"],
    ["14 05 25", "2025-05-14"],
    ["14 05 26", "1926-05-14"],
    ["3 May 1979", undefined],
    ["14/05", undefined],
    ["00/05/1988", undefined],
    ["13/13/1988", undefined],
  ])("%s is %s", (written, date) => {
    expect(isoDate(written)).toBe(date);
  });
});

describe("what stands for a value", () => {
  it("has a number from 100 to 999, the same all through a thread", () => {
    fc.assert(
      fc.property(threads, fc.constantFrom(...PERSONAL_TYPES), phones, (subject, type, value) => {
        const { number } = surrogateOf(type, value, subject);
        expect(surrogateOf(type, ` ${value} `, subject).number).toBe(number);
        expect(number ?? "none").toMatch(ALWAYS_DROPPED.has(type) ? /^none$/ : /^[1-9]\d\d$/);
      }),
    );
  });

  it("has other numbers in other threads and for other values", () => {
    const of = (thread: string, value: string): unknown =>
      surrogateOf("PERSON", value, subjectOf({ thread })).number;
    const many = Array.from({ length: 60 }, (_, i) => String(i));
    // Sixty of nine hundred: by chance two or so are the same.
    expect(new Set(many.map((thread) => of(thread, "Ann Lee"))).size).toBeGreaterThan(45);
    expect(new Set(many.map((value) => of("thread", `Ann ${value}`))).size).toBeGreaterThan(45);
  });

  it("has one pseudonym all through a tenant, and another in another", () => {
    fc.assert(
      fc.property(threads, threads, phones, (one, other, value) => {
        const { pseudonym } = surrogateOf("PHONE", value, one);
        expect(pseudonym).toMatch(/^[a-z2-7]{12}$/);
        expect(surrogateOf("PHONE", value, other).pseudonym).toBe(pseudonym);
        const elsewhere = subjectOf({ pseudonymise: pseudonymsOf("northgate") });
        expect(surrogateOf("PHONE", value, elsewhere).pseudonym).not.toBe(pseudonym);
      }),
    );
  });

  it("has another pseudonym as another type", () => {
    const [account, card] = (["ACCOUNT", "CARD"] as const).map(
      (type) => surrogateOf(type, "4111111111111111", subjectOf()).pseudonym,
    );
    expect(account).not.toBe(card);
  });

  it.each<[PersonalType, string, string | undefined]>([
    ["PHONE", "+44 20 7946 0958", "•••58"],
    ["CARD", "4111 1111 1111 1234", "•••• 1234"],
    ["IBAN", "gb29 nwbk 6016 1331 9268 19", "GB••19"],
    ["ACCOUNT", "70184426", "•••26"],
    ["PLATE", "AB12 CDE", "•••DE"],
    ["EMAIL", "ann@example.org", "a•••@•••"],
    ["PERSON", "Ann Lee", "A. L."],
    ["DOB", "14/05/1988", "1988-••-••"],
    ["DOB", "3 May 1979", "••••-••-••"],
    ["NATIONAL_ID", "AB123456C", undefined],
    ["ADDRESS", "14 Tithe Barn Lane", undefined],
    ["IP", "203.0.113.7", undefined],
    ["GEO", "48.137,11.575", undefined],
  ])("masks %s %s as %s", (type, value, mask) => {
    expect(surrogateOf(type, value, subjectOf()).mask).toBe(mask);
  });

  it.each([
    ["48.137,11.575", "48.1,11.6"],
    ["-33.8688, 151.2093", "-33.9,151.2"],
    ["lat 40.7128 lon -74.0060", "40.7,-74.0"],
    ["40,4168; -3,7038", "40.4,-3.7"],
    ["9C3W9QCJ+2V", undefined],
  ])("coarsens %s to %s", (value, coarse) => {
    expect(surrogateOf("GEO", value, subjectOf()).coarse).toBe(coarse);
  });

  it.each(["OTP", "URL_TOKEN"] as const)("is the type alone where it is of %s", (type) => {
    expect(surrogateOf(type, "482910", subjectOf())).toEqual({ type });
  });
});

describe("the shift of a birth date", () => {
  const DAY_MS = 86_400_000;
  const days = fc
    .date({ min: new Date("1915-01-01"), max: new Date("2012-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const shiftOf = (value: string, thread: string): number =>
    (Date.parse(surrogateOf("DOB", value, subjectOf({ thread })).shift ?? "") - Date.parse(value)) / DAY_MS;

  it("is 1 to 45 days either way, the same all through a thread", () => {
    fc.assert(
      fc.property(days, days, fc.uuid(), (one, other, thread) => {
        const shift = shiftOf(one, thread);
        expect(Math.abs(shift)).toBeGreaterThanOrEqual(1);
        expect(Math.abs(shift)).toBeLessThanOrEqual(45);
        expect(shiftOf(other, thread)).toBe(shift);
      }),
    );
  });

  it("differs between threads, and goes both ways", () => {
    const shifts = Array.from({ length: 60 }, (_, i) => shiftOf("1988-05-14", String(i)));
    expect(new Set(shifts).size).toBeGreaterThan(20);
    expect(Math.min(...shifts)).toBeLessThan(0);
    expect(Math.max(...shifts)).toBeGreaterThan(0);
  });

  it("is of birth dates in figures only", () => {
    expect(surrogateOf("DOB", "3 May 1979", subjectOf()).shift).toBeUndefined();
    expect(surrogateOf("ACCOUNT", "1988-05-14", subjectOf()).shift).toBeUndefined();
  });
});
