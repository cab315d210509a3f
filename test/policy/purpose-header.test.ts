import { FieldwardError } from "../../src/domain/errors";
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
    ["support;case=T-1", { purpose: "support", caseId: "T-1" }],
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

  it.each(["t-1042", "T-", "T-1042x", "xT-1042", "T_1042", "ABCDEFGHI-1"])(
    "is refused where the case is none of its purpose: %s",
    (caseId) => {
      const fault = failure(`support; case=${caseId}`);
      expect(fault).toEqual(code("BAD_USER_INPUT"));
      expect(fault).toEqual(expect.objectContaining({ hint: "The case of this purpose looks like T-1042." }));
    },
  );

  it("takes any case for a purpose that says nothing of cases", () => {
    const billing = declaredPurpose("billing; case=a/b.c#1", partner([], ["billing"]), defaultPolicy);
    expect(billing).toEqual({ purpose: "billing", caseId: "a/b.c#1" });
  });

  it("needs a case where its purpose does, and is not assumed then", () => {
    const support = defaultPolicy.purposes.get("support");
    if (support?.case == null) throw new Error("support has no cases");
    const strict = {
      roles: defaultPolicy.roles,
      purposes: new Map([["support", { ...support, case: { ...support.case, required: true } }]]),
    };
    const declared = (header: string | undefined) => declaredPurpose(header, staff("support"), strict);
    expect(declared("support; case=T-7")).toEqual({ purpose: "support", caseId: "T-7" });
    expect(() => declared("support")).toThrow(
      new FieldwardError("PURPOSE_REQUIRED", "This purpose needs a case, such as T-1042."),
    );
    expect(declared(undefined)).toBeNull();
  });

  it("may be left out by who has exactly one purpose", () => {
    expect(read(undefined, "support")).toEqual({ purpose: "support", caseId: null });
    expect(read(undefined, "compliance")).toBeNull();
    expect(declaredPurpose(undefined, partner([], ["billing"]), defaultPolicy)?.purpose).toBe("billing");
    expect(declaredPurpose(undefined, partner([], []), defaultPolicy)).toBeNull();
  });
});
