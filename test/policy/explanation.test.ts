import fc from "fast-check";
import { CATEGORIES, Level, type Category } from "../../src/domain/category";
import { decide } from "../../src/policy/decide";
import { explanationOf } from "../../src/policy/explanation";
import { defaultPolicy, NOW, partner, staff } from "./principals";

const asStaff = fc
  .tuple(fc.constantFrom(...defaultPolicy.roles.keys(), null), fc.boolean())
  .map(([role, trained]) => staff(role, trained));
const scope = fc
  .tuple(fc.constantFrom(...CATEGORIES), fc.constantFrom("token", "masked", "clear"))
  .map((parts) => parts.join(":"));
const asPartner = fc.array(scope).map((scopes) => partner(scopes, [...defaultPolicy.purposes.keys()]));
const anyone = fc.oneof(asStaff, asPartner);
const purposes = fc.constantFrom(...defaultPolicy.purposes.keys(), null);
const categories = fc.constantFrom(...CATEGORIES);
const levels = fc.constantFrom(Level.HIDDEN, Level.TOKEN, Level.MASKED, Level.CLEAR);

describe("an explanation", () => {
  it("comes to what was decided, for the same reason", () => {
    fc.assert(
      fc.property(anyone, purposes, categories, (principal, purpose, category) => {
        const { level, because, toRaise } = explanationOf(defaultPolicy, {
          principal,
          purpose,
          category,
          now: NOW,
        });
        const decision = decide(defaultPolicy, principal, purpose, NOW).decisions[category];
        expect({ level, because, toRaise }).toEqual(decision);
      }),
    );
  });

  it("comes to what an elevation gives where it lifts something, and to what was decided where it lifts nothing", () => {
    fc.assert(
      fc.property(anyone, purposes, categories, (principal, purpose, category) => {
        const { decisions, elevated } = decide(defaultPolicy, principal, purpose, NOW);
        const order = { principal, purpose, category, now: NOW, isElevated: true };
        // Where nothing is lifted it may be told by the elevation, or by what holds it all the same.
        const { level } = decisions[category];
        expect(explanationOf(defaultPolicy, order)).toMatchObject(elevated[category] ?? { level });
      }),
    );
  });

  it("does not count an elevation where the role cannot be elevated, or not any more", () => {
    const order = { principal: staff("billing"), purpose: "billing", category: "contact", now: NOW } as const;
    const { level, because, rules } = explanationOf(defaultPolicy, { ...order, isElevated: true });
    expect({ level, because }).toEqual({
      level: Level.TOKEN,
      because: "TOKEN on contact is what role billing allows",
    });
    expect(rules[0]?.rule).toBe("role");
  });

  it("is HIDDEN for whoever cannot sign in or has yet to enrol, whatever else is allowed", () => {
    const enrolling = { principal: { ...staff("support"), mustEnrol: true as const } };
    const barred = { principal: staff("support"), maySignIn: false };
    const told = (given: typeof enrolling | typeof barred, category: Category) => {
      const found = explanationOf(defaultPolicy, { ...given, purpose: "support", category, now: NOW });
      return [found.level, found.rules[found.decisive]?.rule, found.because, found.toRaise];
    };
    for (const category of CATEGORIES) {
      const isHidden = category === "security";
      expect(told(barred, category)).toEqual([
        Level.HIDDEN,
        "sign-in",
        "this principal may not sign in",
        null,
      ]);
      expect(told(enrolling, category)).toEqual([
        Level.HIDDEN,
        "sign-in",
        "this principal has yet to set up a second factor",
        isHidden ? null : "set up a second factor",
      ]);
    }
  });

  it("has the budget as its last rule where it is asked, and what would raise it", () => {
    const budget = { level: Level.MASKED, because: "it is used up", toRaise: "the next hour" };
    const order = {
      principal: staff("compliance"),
      purpose: "legal",
      category: "contact",
      now: NOW,
    } as const;
    const found = explanationOf(defaultPolicy, { ...order, budget });
    expect(found).toMatchObject(budget);
    expect(found.rules[found.decisive]).toEqual({ rule: "budget", ...budget });
    expect(found.rules.map(({ rule }) => rule)).toEqual(["role", "purpose", "training", "budget"]);
  });

  it("names the decisive rule, which is the first of the lowest, a customer's own among them", () => {
    fc.assert(
      fc.property(anyone, purposes, categories, levels, (principal, purpose, category, level) => {
        const customer = { level, because: "the customer is restricted", toRaise: null };
        const found = explanationOf(defaultPolicy, { principal, purpose, category, now: NOW, customer });
        const asked = found.rules.map((rule) => rule.level);
        expect(found.rules.at(-1)).toEqual({ rule: "customer", ...customer });
        expect(found.level).toBe(Math.min(...asked));
        expect(found.decisive).toBe(asked.indexOf(found.level));
        expect(found.because).toBe(found.rules[found.decisive]?.because);
      }),
    );
  });

  it("tells the rules in the order in which they are asked", () => {
    const order = { purpose: "support", category: "contact", now: NOW } as const;
    const rules = (given: Parameters<typeof explanationOf>[1]) =>
      explanationOf(defaultPolicy, given).rules.map(({ rule }) => rule);
    expect(rules({ ...order, principal: staff("support") })).toEqual(["role", "purpose", "training"]);
    expect(rules({ ...order, principal: partner([], ["support"]) })).toEqual([
      "scopes",
      "purpose",
      "training",
    ]);
    expect(rules({ ...order, principal: staff("support"), isElevated: true })[0]).toBe("elevation");
  });
});
