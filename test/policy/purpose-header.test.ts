import { declaredPurpose } from "../../src/policy/purpose-header";
import { defaultPolicy, partner, staff } from "./principals";

const read = (header: string | undefined, role = "compliance") =>
  declaredPurpose(header, staff(role), defaultPolicy);
const code = (value: string): unknown => expect.objectContaining({ code: value });

function failure(header: string): unknown {
  try {
    return read(header);
  } catch (error) {
    return error;
  }
}

describe("the Fieldward-Purpose header", () => {
  it.each([
    ["support", { purpose: "support", caseId: null }],
    ["  legal  ", { purpose: "legal", caseId: null }],
    ["support; case=T-1042", { purpose: "support", caseId: "T-1042" }],
    ["support;case=a/b.c#1", { purpose: "support", caseId: "a/b.c#1" }],
  ])("is read: %j", (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it.each([
    "",
    "Support",
    "support legal",
    "support,legal",
    "support; case=",
    "support; case=two words",
    "support; ticket=1",
    "support; case=1; case=2",
    `support; case=${"x".repeat(65)}`,
    "x".repeat(33),
    "support\nlegal",
  ])("is refused: %j", (header) => {
    expect(failure(header)).toEqual(code("BAD_USER_INPUT"));
  });

  it.each(["marketing", "no-such-purpose", "constructor"])(
    "is not taken for another's purpose: %s",
    (header) => {
      expect(failure(header)).toEqual(code("PURPOSE_NOT_ALLOWED"));
    },
  );

  it("may be left out by who has exactly one purpose", () => {
    expect(read(undefined, "support")).toEqual({ purpose: "support", caseId: null });
    expect(read(undefined, "compliance")).toBeNull();
    expect(declaredPurpose(undefined, partner([], ["billing"]), defaultPolicy)?.purpose).toBe("billing");
    expect(declaredPurpose(undefined, partner([], []), defaultPolicy)).toBeNull();
  });
});
