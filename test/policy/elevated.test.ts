import fc from "fast-check";
import { CATEGORIES, Level, levelName } from "../../src/domain/category";
import { decide } from "../../src/policy/decide";
import { defaultPolicy, NOW, partner, staff } from "./principals";

const ROLES = [...defaultPolicy.roles.keys()];
const PURPOSES = [...defaultPolicy.purposes.keys()];

describe("what an approved elevation lifts", () => {
  const elevated = (role: string, purpose: string | null, trained = true) =>
    Object.fromEntries(
      Object.entries(decide(defaultPolicy, staff(role, trained), purpose, NOW).elevated).map(
        ([category, { level }]) => [category, levelName(level)],
      ),
    );

  it.each([
    ["support", "support", { contact: "CLEAR", content: "CLEAR" }],
    ["compliance", "legal", { content: "CLEAR" }],
    ["compliance", "support", { content: "CLEAR" }],
    ["billing", "billing", {}],
    ["analyst", "analytics", {}],
    ["security", "fraud", {}],
    ["admin", "security", {}],
  ])("is, for %s under %s, %j", (role, purpose, expected) => {
    expect(elevated(role, purpose)).toEqual(expected);
  });

  it("is nothing without a purpose, without training, or under one that the role may not declare", () => {
    expect(elevated("support", null)).toEqual({});
    expect(elevated("support", "legal")).toEqual({});
    expect(elevated("support", "support", false)).toEqual({});
  });

  it("is nothing for a partner, whatever its scopes", () => {
    const standing = decide(defaultPolicy, partner(["contact:masked"], ["support"]), "support", NOW);
    expect(standing.elevated).toEqual({});
  });

  it("says that it was the elevation", () => {
    const { elevated: raised } = decide(defaultPolicy, staff("support"), "support", NOW);
    expect(raised.contact).toEqual({
      level: Level.CLEAR,
      because: "CLEAR on contact is what an approved elevation allows",
      toRaise: null,
    });
  });

  it("is what the role would get if it gave CLEAR there, and only where that is more", () => {
    const role = fc.constantFrom(...ROLES);
    const purpose = fc.constantFrom(...PURPOSES, null);
    fc.assert(
      fc.property(
        role,
        purpose,
        fc.boolean(),
        fc.subarray([...CATEGORIES]),
        (name, why, trained, elevate) => {
          const given = defaultPolicy.roles.get(name);
          if (given === undefined) throw new Error(name);
          const decideAs = (levels: typeof given.levels) =>
            decide(
              { ...defaultPolicy, roles: new Map([[name, { ...given, levels, elevate }]]) },
              staff(name, trained),
              why,
              NOW,
            );
          const plain = decideAs(given.levels);
          for (const category of CATEGORIES) {
            const wanted = decideAs({ ...given.levels, [category]: Level.CLEAR }).decisions[category].level;
            const more = elevate.includes(category) && wanted > plain.decisions[category].level;
            expect(plain.elevated[category]?.level).toBe(more ? wanted : undefined);
          }
        },
      ),
    );
  });
});

describe("the rights and the budget of a principal", () => {
  it.each([
    ["support", [], 1_000],
    ["billing", [], 1_000],
    ["analyst", [], 1_000],
    ["compliance", ["approve-elevation", "review-elevation", "explain", "freeze", "alerts"], 5_000],
    ["security", ["approve-elevation", "review-elevation", "freeze", "alerts"], 1_000],
    ["admin", ["manage-tokens", "manage-staff", "freeze"], 100],
  ])("are for %s %j and %d", (role, rights, budget) => {
    const standing = decide(defaultPolicy, staff(role), null, NOW);
    expect([...standing.rights]).toEqual(rights);
    expect(standing.budget).toBe(budget);
    expect(defaultPolicy.roles.get(role)?.secondFactor).toBe(true);
  });

  it("are none and that of partners for a partner", () => {
    const standing = decide(defaultPolicy, partner(["contact:clear"], ["support"]), "support", NOW);
    expect([...standing.rights]).toEqual([]);
    expect(standing.budget).toBe(5_000);
  });

  it("are none and nothing for who has no role", () => {
    const standing = decide(defaultPolicy, staff(null), "support", NOW);
    expect([...standing.rights]).toEqual([]);
    expect(standing.budget).toBe(0);
  });
});
