import { CATEGORIES, levelName } from "../../src/domain/category";
import { decide, purposesOf } from "../../src/policy/decide";
import { defaultPolicy, NOW, staff } from "./principals";

/**
 * What each role of the package gets, written out by hand from DESIGN §5: C = CLEAR, M = MASKED, T = TOKEN, - = HIDDEN, in
 * the order account, identity, contact, content, traffic, consent, security. A purpose that a role may not declare
 * leaves `account` only. The last column is what stays without current training: all but account at most masked.
 */
const TABLE: readonly (readonly [role: string, purpose: string, trained: string, untrained: string])[] = [
  // role         purpose      trained    untrained
  ["support", "support", "CCMMCC-", "CMMMMM-"],
  ["support", "billing", "C------", "C------"],
  ["support", "fraud", "C------", "C------"],
  ["support", "marketing", "C------", "C------"],
  ["support", "analytics", "C------", "C------"],
  ["support", "legal", "C------", "C------"],
  ["support", "security", "C------", "C------"],
  ["billing", "support", "C------", "C------"],
  ["billing", "billing", "CTT-C--", "CTT-M--"],
  ["billing", "fraud", "C------", "C------"],
  ["billing", "marketing", "C------", "C------"],
  ["billing", "analytics", "C------", "C------"],
  ["billing", "legal", "C------", "C------"],
  ["billing", "security", "C------", "C------"],
  ["analyst", "support", "C------", "C------"],
  ["analyst", "billing", "C------", "C------"],
  ["analyst", "fraud", "C------", "C------"],
  ["analyst", "marketing", "C------", "C------"],
  ["analyst", "analytics", "C-TMCC-", "C-TMMM-"],
  ["analyst", "legal", "C------", "C------"],
  ["analyst", "security", "C------", "C------"],
  ["compliance", "support", "CCCMCCC", "CMMMMMM"],
  ["compliance", "billing", "C------", "C------"],
  ["compliance", "fraud", "C------", "C------"],
  ["compliance", "marketing", "C------", "C------"],
  ["compliance", "analytics", "C------", "C------"],
  ["compliance", "legal", "CCCMCCC", "CMMMMMM"],
  ["compliance", "security", "C------", "C------"],
  ["security", "support", "C------", "C------"],
  ["security", "billing", "C------", "C------"],
  ["security", "fraud", "C-T-C-C", "C-T-M-M"],
  ["security", "marketing", "C------", "C------"],
  ["security", "analytics", "C------", "C------"],
  ["security", "legal", "C------", "C------"],
  ["security", "security", "C-T-C-C", "C-T-M-M"],
  ["admin", "support", "-------", "-------"],
  ["admin", "billing", "-------", "-------"],
  ["admin", "fraud", "-------", "-------"],
  ["admin", "marketing", "-------", "-------"],
  ["admin", "analytics", "-------", "-------"],
  ["admin", "legal", "-------", "-------"],
  ["admin", "security", "------C", "------M"],
];

const LETTERS = { CLEAR: "C", MASKED: "M", TOKEN: "T", HIDDEN: "-" } as const;

function levels(role: string | null, purpose: string | null, trained: boolean): string {
  const { decisions } = decide(defaultPolicy, staff(role, trained), purpose, NOW);
  return CATEGORIES.map((category) => LETTERS[levelName(decisions[category].level)]).join("");
}

describe("the table of expected levels", () => {
  it("has every role and purpose of the policy", () => {
    const pairs = [...defaultPolicy.roles.keys()].flatMap((role) =>
      [...defaultPolicy.purposes.keys()].map((purpose) => `${role} for ${purpose}`),
    );
    expect(TABLE.map(([role, purpose]) => `${role} for ${purpose}`).sort()).toEqual(pairs.sort());
  });
});

describe("a member of staff", () => {
  it.each(TABLE)("as %s for %s gets %s, or %s untrained", (role, purpose, trained, untrained) => {
    expect(levels(role, purpose, true)).toBe(trained);
    expect(levels(role, purpose, false)).toBe(untrained);
  });

  it.each([...defaultPolicy.roles.keys()])("as %s gets nothing but account without a purpose", (role) => {
    expect(levels(role, null, true)).toMatch(/^[C-]------$/);
    expect(levels(role, "no such purpose", true)).toMatch(/^[C-]------$/);
  });

  it("without a role, or with one that no longer exists, gets nothing", () => {
    expect(levels(null, "support", true)).toBe("-------");
    expect(levels("a role of last year", "support", true)).toBe("-------");
    expect(purposesOf(staff("a role of last year"), defaultPolicy)).toEqual([]);
  });

  it.each([
    ["support", ["contact", "content"], ["contact"], ["customers", "consents"], false],
    ["billing", [], [], [], false],
    ["analyst", [], [], [], false],
    ["compliance", ["content"], ["contact"], ["customers", "consents"], true],
    ["security", [], [], [], false],
    ["admin", [], [], [], false],
  ])("as %s may have %j raised, look up by %j, write %j", (role, elevate, lookup, writes, restricted) => {
    const [purpose = ""] = purposesOf(staff(role), defaultPolicy);
    const standing = decide(defaultPolicy, staff(role), purpose, NOW);
    expect([...standing.canElevate]).toEqual(elevate);
    expect([...standing.lookup]).toEqual(lookup);
    expect([...standing.writes]).toEqual(writes);
    expect(standing.seesRestricted).toBe(restricted);
    expect(standing.tenantId).toBeNull();
    expect(standing.consentBit).toBeNull();
  });

  it("may look nothing up without a purpose", () => {
    expect([...decide(defaultPolicy, staff("support"), null, NOW).lookup]).toEqual([]);
    expect([...decide(defaultPolicy, staff("support"), "marketing", NOW).lookup]).toEqual([]);
  });

  it("is untrained from the moment on that the training runs out", () => {
    const until = new Date("2026-06-15T12:00:00.001Z");
    const levelAt = (at: Date) =>
      decide(defaultPolicy, { ...staff("support"), trainedUntil: until }, "support", at).decisions.identity;
    expect(levelName(levelAt(NOW).level)).toBe("CLEAR");
    expect(levelName(levelAt(until).level)).toBe("MASKED");
    expect(levelAt(until)).toMatchObject({
      because: "no current training",
      toRaise: "complete the training",
    });
  });

  it("is told by which rule, and what would raise it", () => {
    const { decisions } = decide(defaultPolicy, staff("support"), "support", NOW);
    expect(decisions.contact).toMatchObject({
      because: "MASKED on contact is what role support allows",
      toRaise: "an approved elevation for this customer",
    });
    expect(decisions.identity.toRaise).toBeNull();
    expect(decide(defaultPolicy, staff("support"), null, NOW).decisions.contact).toMatchObject({
      because: "no purpose was declared",
      toRaise: "declare the purpose support",
    });
  });
});

describe("a principal that is neither staff nor partner", () => {
  it.each(["SUBJECT", "SYSTEM"] as const)("gets nothing as %s, whatever role it claims", (kind) => {
    const standing = decide(defaultPolicy, { ...staff("compliance"), kind }, "legal", NOW);
    expect(CATEGORIES.map((category) => levelName(standing.decisions[category].level))).toEqual(
      CATEGORIES.map(() => "HIDDEN"),
    );
    expect(standing.tenantId).toBe("none");
  });
});
