import fc from "fast-check";
import { CATEGORIES, Level, levelName, lowest, type Category } from "../../src/domain/category";
import { decide, purposesOf } from "../../src/policy/decide";
import { gateOf, hasConsent, type SubjectState } from "../../src/policy/gate";
import { checkScopes, grantsOf, isScope } from "../../src/policy/scopes";
import { defaultPolicy, NOW, partner, staff } from "./principals";

const NOW_MS = NOW.getTime();

function subject(given: Partial<SubjectState> = {}): SubjectState {
  return { tenantId: "tenant-1", status: "ACTIVE", consentBits: 0, consentExpiry: null, ...given };
}

describe("a scope", () => {
  it.each([
    "contact:token",
    "contact:masked",
    "contact:clear",
    "contact:lookup",
    "customers:write",
    "messages:write",
    "consents:write",
  ])("may be %s", (scope) => {
    expect(isScope(scope)).toBe(true);
  });

  it.each([
    "",
    "contact",
    "contact:",
    ":clear",
    "contact:hidden",
    "contact:CLEAR",
    "Contact:clear",
    "contact:write",
    "customers:clear",
    "customers:lookup",
    "contact:clear:more",
    " contact:clear",
    "contact:clear\n",
    "*:clear",
    "everything:clear",
    "contact:tostring",
    "constructor:clear",
    "staff:write",
  ])("may not be %j, and gives nothing where a token has it all the same", (scope) => {
    expect(isScope(scope)).toBe(false);
    expect(() => {
      checkScopes(["contact:token", scope]);
    }).toThrow(/A scope is/);
    expect(grantsOf([scope])).toEqual({ levels: { account: Level.CLEAR }, lookup: [], writes: [] });
  });

  it("adds to the others: the highest level of each category counts, in any order", () => {
    const expected = {
      levels: { account: Level.CLEAR, contact: Level.CLEAR },
      lookup: ["contact"],
      writes: [],
    };
    expect(grantsOf(["contact:token", "contact:clear", "contact:masked", "contact:lookup"])).toEqual(
      expected,
    );
    expect(grantsOf(["contact:lookup", "contact:clear", "contact:token"])).toEqual(expected);
  });
});

describe("a partner", () => {
  const standing = (scopes: readonly string[], purpose: string | null, purposes = ["support", "marketing"]) =>
    decide(defaultPolicy, partner(scopes, purposes), purpose, NOW);

  it("gets the lower of scope and purpose, and needs no training", () => {
    const { decisions } = standing(["identity:clear", "contact:token", "content:clear"], "marketing");
    expect(CATEGORIES.map((category) => levelName(decisions[category].level))).toEqual([
      "CLEAR",
      "CLEAR",
      "TOKEN",
      "HIDDEN",
      "HIDDEN",
      "HIDDEN",
      "HIDDEN",
    ]);
    expect(decisions.contact.toRaise).toBe("the scope contact:clear");
  });

  it("gets account only for a purpose that the token was not issued for", () => {
    const { decisions } = standing(["contact:clear"], "legal");
    expect(levelName(decisions.account.level)).toBe("CLEAR");
    expect(levelName(decisions.contact.level)).toBe("HIDDEN");
    expect(purposesOf(partner([], ["support", "a purpose of last year"]), defaultPolicy)).toEqual([
      "support",
    ]);
  });

  it("sees its tenant, and none where it has none", () => {
    expect(standing([], "support").tenantId).toBe("tenant-1");
    const without = decide(defaultPolicy, partner([], ["support"], null), "support", NOW);
    expect(gateOf(without, subject({ tenantId: "tenant-1" }), NOW_MS)).toEqual({
      cap: Level.HIDDEN,
      reason: "TENANT",
    });
  });

  it("needs each customer's consent where that is the purpose's basis, and not where it is not", () => {
    expect(standing([], "marketing").consentBit).toBe(0);
    expect(standing([], "support").consentBit).toBeNull();
    expect(decide(defaultPolicy, staff("analyst"), "analytics", NOW).consentBit).toBeNull();
  });

  it("never sees restricted data for being a partner, nor elevates", () => {
    expect(standing(["contact:clear"], "support").seesRestricted).toBe(false);
    expect(standing(["contact:clear"], "support").canElevate.size).toBe(0);
  });

  it("gets what the lowest single cap gives, for any scopes and purpose", () => {
    const names = ["token", "masked", "clear"] as const;
    const scope = fc.tuple(fc.constantFrom(...CATEGORIES), fc.constantFrom(...names));
    const purpose = fc.constantFrom(...defaultPolicy.purposes.keys());
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 8 }), purpose, (scopes, name) => {
        const given = scopes.map(([category, level]) => `${category}:${level}`);
        const { decisions } = decide(defaultPolicy, partner(given, [name]), name, NOW);
        for (const category of CATEGORIES) {
          const ofScopes = scopes
            .filter(([of]) => of === category)
            .map(([, level]) => names.indexOf(level) + 1);
          const byScope = category === "account" ? Level.CLEAR : Math.max(0, ...ofScopes);
          const byPurpose =
            category === "account" ? Level.CLEAR : (defaultPolicy.purposes.get(name)?.levels[category] ?? 0);
          expect(decisions[category].level).toBe(Math.min(byScope, byPurpose));
        }
      }),
    );
  });

  it("never gets less for one scope more", () => {
    const scope = fc
      .tuple(fc.constantFrom(...CATEGORIES), fc.constantFrom("token", "masked", "clear", "lookup"))
      .map(([category, right]) => `${category}:${right}`);
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 6 }), scope, (scopes, more) => {
        const before = decide(defaultPolicy, partner(scopes, ["support"]), "support", NOW);
        const after = decide(defaultPolicy, partner([...scopes, more], ["support"]), "support", NOW);
        const level = (standing: typeof before, category: Category) => standing.decisions[category].level;
        expect(CATEGORIES.filter((category) => level(after, category) < level(before, category))).toEqual([]);
      }),
    );
  });
});

describe("the gate of a row", () => {
  const open = { cap: Level.CLEAR, reason: null };
  const ofStaff = (role: string, purpose: string) => decide(defaultPolicy, staff(role), purpose, NOW);
  const marketing = decide(defaultPolicy, partner(["contact:clear"], ["marketing"]), "marketing", NOW);

  it("is open to staff for a customer of any tenant", () => {
    expect(gateOf(ofStaff("support", "support"), subject({ tenantId: "another" }), NOW_MS)).toEqual(open);
  });

  it("is shut to a partner of another tenant, whatever else holds", () => {
    for (const status of ["ACTIVE", "RESTRICTED", "ERASED"] as const) {
      const other = subject({ tenantId: "another", status, consentBits: 1 });
      expect(gateOf(marketing, other, NOW_MS)).toEqual({ cap: Level.HIDDEN, reason: "TENANT" });
    }
  });

  it("is shut for an erased customer, to compliance too", () => {
    const erased = subject({ status: "ERASED", consentBits: 1 });
    expect(gateOf(ofStaff("compliance", "legal"), erased, NOW_MS)).toEqual({
      cap: Level.HIDDEN,
      reason: "ERASED",
    });
    expect(gateOf(marketing, erased, NOW_MS)).toEqual({ cap: Level.HIDDEN, reason: "ERASED" });
  });

  it("lets at most masked through for a restricted customer, but for who has the right", () => {
    const restricted = subject({ status: "RESTRICTED", consentBits: 1 });
    const masked = { cap: Level.MASKED, reason: "RESTRICTED" };
    expect(gateOf(ofStaff("support", "support"), restricted, NOW_MS)).toEqual(masked);
    expect(gateOf(marketing, restricted, NOW_MS)).toEqual(masked);
    expect(gateOf(ofStaff("compliance", "legal"), restricted, NOW_MS)).toEqual(open);
  });

  it.each([
    ["without the bit", subject(), "CONSENT_MISSING"],
    ["with another purpose's bit", subject({ consentBits: 0b10 }), "CONSENT_MISSING"],
    ["with the bit", subject({ consentBits: 0b1 }), null],
    [
      "with a bit that runs out later",
      subject({ consentBits: 1, consentExpiry: `0:${String(NOW_MS + 1)}` }),
      null,
    ],
    [
      "with a bit that ran out now",
      subject({ consentBits: 1, consentExpiry: `0:${String(NOW_MS)}` }),
      "CONSENT_MISSING",
    ],
    [
      "where another bit ran out",
      subject({ consentBits: 3, consentExpiry: `1:${String(NOW_MS - 1)}` }),
      null,
    ],
    [
      "with an expiry that cannot be read",
      subject({ consentBits: 1, consentExpiry: "0:soon" }),
      "CONSENT_MISSING",
    ],
    ["restricted and without the bit", subject({ status: "RESTRICTED" }), "CONSENT_MISSING"],
  ])("asks for consent under marketing: %s", (_what, state, reason) => {
    expect(gateOf(marketing, state, NOW_MS).reason).toBe(reason);
  });

  it("agrees with a naive reading of consent bits and expiries", () => {
    const expiries = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 100 })),
      {
        selector: ([bit]) => bit,
        maxLength: 6,
      },
    );
    const bits = fc.uniqueArray(fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(
        bits,
        expiries,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 100 }),
        (granted, pairs, bit, now) => {
          const until = new Map(pairs).get(bit);
          const expected = granted.includes(bit) && (until === undefined || now < until);
          const consentBits = granted.reduce((mask, each) => mask + 2 ** each, 0);
          const consentExpiry = pairs.length === 0 ? null : pairs.map((pair) => pair.join(":")).join(",");
          expect(hasConsent({ consentBits, consentExpiry }, bit, now)).toBe(expected);
        },
      ),
    );
  });
});

describe("the lowest of some levels", () => {
  it("is never above any of them, and is one of them", () => {
    const level = fc.constantFrom(Level.HIDDEN, Level.TOKEN, Level.MASKED, Level.CLEAR);
    fc.assert(
      fc.property(fc.array(level, { minLength: 1 }), (levels) => {
        const least = lowest(...levels);
        expect(levels).toContain(least);
        expect(levels.filter((each) => each < least)).toEqual([]);
      }),
    );
  });
});
