import { SmsDetector } from "../../src/anonymise/sms-detector";

const detector = new SmsDetector();

/** A message as it reads when the customer's name is known. */
function withName(name: string, message: string): string {
  const spans = detector.detect(message, { names: [name] });
  return spans.reduceRight(
    (text, { start, end, type }) => `${text.slice(0, start)}[${type}]${text.slice(end)}`,
    message,
  );
}

describe("the customer's own name", () => {
  it.each([
    ["Amira Novak", "the parcel for novak is here", "the parcel for [PERSON] is here"],
    ["Anna Smith", "annas keys, ANNASMITH", "[PERSON] keys, [PERSON]"],
    ["Jörg Müller", "is mueller in? is muller?", "is [PERSON] in? is [PERSON]?"],
    ["Li Wu", "a parcel for li wu", "a parcel for [PERSON] [PERSON]"],
    ["Ng", "the box is for Ng now", "the box is for [PERSON] now"],
    ["王伟", "你好王伟,包裹", "你好[PERSON],包裹"],
    ["सुनीता", "सुनीता जी", "[PERSON] जी"],
  ])("of %s is found in %j", (name, message, shown) => {
    expect(withName(name, message)).toBe(shown);
  });

  it("takes nothing of what else is personal", () => {
    expect(withName("Ann Lee", "write to ann.private@example.org")).toBe("write to [EMAIL]");
    expect(withName("Ann Lee", "https://example.org/reset?user=Ann&token=a8Zk29Qw")).toBe("[URL_TOKEN]");
    expect(withName("May Fox", "born 14 May 1988")).toBe("born [DOB]");
    expect(withName("Joan Hill", "at 14 Hill Road, Larkfield")).toBe("at [ADDRESS]");
  });

  it("is no part of other words, if it is short", () => {
    expect(withName("Jo Oh", "oh no, join us")).toBe("oh no, join us");
  });
});

describe("digits of other scripts", () => {
  it.each([
    ["call ०७७००९००१२३", "call [PHONE]"],
    ["Ihr Code lautet ٤٨٢٩١٣", "Ihr Code lautet [OTP]"],
    ["card ４０００ ０５６６ ５５６６ ５５５６", "card [CARD]"],
  ])("are digits: %s", (message, shown) => {
    expect(withName("", message)).toBe(shown);
  });
});

describe("a link's secret", () => {
  it.each([
    "https://user:secret@host.example/x",
    "acme.example/pw/Zx81kQ",
    "acme.example/verify/482913",
    "myapp://login?token=a8Zk29",
    "acme.example/#482913",
    "https://acme.example/r?u=anna@example.org&t=482913",
  ])("hides the whole link: %s", (link) => {
    expect(withName("", `see ${link} now`)).toBe("see [URL_TOKEN] now");
  });
});
