import fc from "fast-check";
import { covers, narrowed } from "../../src/identity/access-scopes";
import { grantsOf, SCOPES } from "../../src/policy/scopes";

const scope = fc.constantFrom(...SCOPES);
const scopes = fc.uniqueArray(scope, { maxLength: 10 });
/** What nobody has, or has only in name. */
const strange = fc.constantFrom(
  "contact",
  "contact:",
  "contact:hidden",
  "Contact:masked",
  "contact:CLEAR",
  "*",
  ":",
  "a:b",
);

/** What some scopes give, as the policy reads them: the judge of what is more and what is less. */
function isWithin(given: readonly string[], granted: readonly string[]): boolean {
  const [less, more] = [grantsOf(given), grantsOf(granted)];
  return (
    Object.entries(less.levels).every(
      ([category, level]) => level <= (more.levels[category as "contact"] ?? 0),
    ) &&
    less.lookup.every((category) => more.lookup.includes(category)) &&
    less.writes.every((records) => more.writes.includes(records))
  );
}

describe("the scopes of an access token", () => {
  it("never give more than those of the API token", () => {
    fc.assert(
      fc.property(scopes, fc.array(fc.oneof(scope, strange), { maxLength: 6 }), (granted, wanted) => {
        const given = narrowed(granted, wanted);
        if (given === undefined) return;
        expect(isWithin(given, granted)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are refused as a whole where one gives more, and only then", () => {
    fc.assert(
      fc.property(scopes, scopes, (granted, wanted) => {
        const account = (name: string): boolean => name.startsWith("account:") && name !== "account:lookup";
        // Everybody is given account, so that its scopes are the one case where the policy's reading is the wider one.
        fc.pre(!wanted.some(account));
        expect(narrowed(granted, wanted) !== undefined).toBe(isWithin(wanted, granted));
      }),
      { numRuns: 2_000 },
    );
  });

  it("are those that were asked for, once each, in their order", () => {
    const granted = ["contact:clear", "contact:lookup", "messages:write"];
    expect(narrowed(granted, ["messages:write", "contact:masked", "contact:masked"])).toEqual([
      "messages:write",
      "contact:masked",
    ]);
    expect(narrowed(granted, [])).toEqual([]);
    expect(narrowed(granted, ["contact:masked", "content:masked"])).toBeUndefined();
  });

  it.each(["contact:hidden", "CONTACT:token", "contact:TOKEN", "constructor:token", "contact:toString"])(
    "cover no %s, which is no scope",
    (name) => {
      expect(covers(["contact:clear"], name)).toBe(false);
    },
  );
});
