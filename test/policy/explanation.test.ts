import fc from "fast-check";
import { CATEGORIES, Level } from "../../src/domain/category";
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

  it("comes to what an elevation gives, for the same reason, where one holds", () => {
    fc.assert(
      fc.property(asStaff, purposes, categories, (principal, purpose, category) => {
        const raised = decide(defaultPolicy, principal, purpose, NOW).elevated[category];
        if (raised === undefined) return;
        const order = { principal, purpose, category, now: NOW, isElevated: true };
        const { level, because, toRaise } = explanationOf(defaultPolicy, order);
        expect({ level, because, toRaise }).toEqual(raised);
      }),
    );
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
