import fc from "fast-check";
import { maskBirthDate, maskEmail, maskName, maskPhone, withhold } from "../../src/domain/mask";
import { normaliseBirthDate, normaliseEmail, normalisePhone } from "../../src/domain/normalise";

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${String(length)}}$`));
const refused = expect.objectContaining({ code: "BAD_USER_INPUT" });

function outcome(work: () => string): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("a masked phone number", () => {
  it.each([
    ["+447700900123", "+44 ••• 23"],
    ["+12025550123", "+1 ••• 23"],
    ["+48123456789", "+48 ••• 89"],
    ["+35312345678", "+353 ••• 78"],
  ])("of %s is %s", (number, mask) => {
    expect(maskPhone(number)).toBe(mask);
  });

  it("shows country and last two digits only, and not how many there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 12 }).chain(digits), (rest) => {
        expect(maskPhone(`+44${rest}`)).toBe(`+44 ••• ${rest.slice(-2)}`);
      }),
    );
  });
});

describe("a masked e-mail address", () => {
  it("shows first letter and top-level domain only, and not how long it is", () => {
    const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{4,20}$/);
    fc.assert(
      fc.property(word, word, (local, host) => {
        expect(maskEmail(`${local}@mail.${host}.org`)).toBe(`${local.slice(0, 1)}•••@•••.org`);
      }),
    );
  });
});

describe("other masks", () => {
  it.each([
    ["Amira Novak", "A. N."],
    ["Amira  van der  Novak", "A. v. d. N."],
    ["  Żaneta ", "Ż."],
    ["", ""],
  ])("make initials of the name %j", (name, mask) => {
    expect(maskName(name)).toBe(mask);
  });

  it("keep the year of a birth date, and nothing of a text", () => {
    expect(maskBirthDate("1990-05-17")).toBe("1990-••-••");
    expect(withhold()).toBe("[withheld]");
  });
});

describe("a normalised phone number", () => {
  it.each([
    ["+44 7700 900123", "+447700900123"],
    ["+44 (0)7700 900123", "+447700900123"],
    ["+1 (202) 555-0123", "+12025550123"],
    [" +48 123 456 789 ", "+48123456789"],
  ])("of %j is %s, and stays it", (written, number) => {
    expect(normalisePhone(written)).toBe(number);
    expect(normalisePhone(number)).toBe(number);
  });

  it.each([
    "",
    "07700 900123",
    "12345",
    "+44",
    "+999 123456789",
    "+44 7700 900123 ext. 5",
    "not a number",
    "+".repeat(40),
  ])("is refused for %j", (written) => {
    expect(outcome(() => normalisePhone(written))).toEqual(refused);
  });

  it("is E.164 and stays itself, or is refused, for any text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          digits(12).map((rest) => `+${rest}`),
        ),
        (written) => {
          const number = outcome(() => normalisePhone(written));
          expect(number).toEqual(typeof number === "string" ? normalisePhone(number) : refused);
          expect(typeof number !== "string" || /^\+[1-9]\d{3,14}$/.test(number)).toBe(true);
        },
      ),
    );
  });
});

describe("a normalised e-mail address", () => {
  it.each([
    [" Amira.Novak+Sms@Example.ORG ", "amira.novak+sms@example.org"],
    ["jose\u0301@example.com", "jos\u00e9@example.com"],
    ["a@bücher.example", "a@xn--bcher-kva.example"],
  ])("of %j is %s", (written, address) => {
    expect(normaliseEmail(written)).toBe(address);
    expect(normaliseEmail(address)).toBe(address);
  });

  it.each([
    "",
    "a",
    "@example.com",
    "a@",
    "a@b@c.org",
    "a b@c.org",
    "a@localhost",
    `${"a".repeat(330)}@b.org`,
  ])("is refused for %j", (written) => {
    expect(outcome(() => normaliseEmail(written))).toEqual(refused);
  });

  it("stays itself once it is normalised", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), (local) => {
        const address = outcome(() => normaliseEmail(`${local}@example.org`));
        expect(address).toEqual(typeof address === "string" ? normaliseEmail(address) : refused);
      }),
    );
  });
});

describe("a birth date", () => {
  it.each(["1990-05-17", "2000-02-29", "1900-01-01"])("may be %s", (day) => {
    expect(normaliseBirthDate(day)).toBe(day);
  });

  it.each(["", "1990-5-17", "17.05.1990", "1990-02-30", "2001-02-29", "1990-13-01", "1990-05-17T00:00:00Z"])(
    "may not be %j",
    (day) => {
      expect(outcome(() => normaliseBirthDate(day))).toEqual(refused);
    },
  );
});
