import fc from "fast-check";
import { CATEGORIES, highest, Level, type Category } from "../../src/domain/category";
import type { Principal } from "../../src/domain/principal";
import type { Grants } from "../../src/policy/caps";
import { decide, purposesOf } from "../../src/policy/decide";
import type { Levels } from "../../src/policy/levels";
import type { Purpose } from "../../src/policy/purposes-file";
import type { Role } from "../../src/policy/roles-file";
import { defaultPolicy, NOW, partner, staff } from "./principals";

const level = fc.constantFrom(Level.HIDDEN, Level.TOKEN, Level.MASKED, Level.CLEAR);
const levels: fc.Arbitrary<Levels> = fc.record(
  Object.fromEntries(CATEGORIES.map((category) => [category, level])),
  { requiredKeys: [] },
);
const NAMES = ["one", "two", "three"];

interface World {
  readonly policy: Grants;
  readonly principal: Principal;
  readonly purpose: string | null;
}

const world: fc.Arbitrary<World> = fc
  .record({
    role: levels,
    elevate: fc.subarray([...CATEGORIES]),
    purposes: fc.array(levels, { minLength: 3, maxLength: 3 }),
    own: fc.subarray(NAMES),
    scopes: fc.subarray(CATEGORIES.flatMap((name) => [`${name}:token`, `${name}:masked`, `${name}:clear`])),
    kind: fc.constantFrom("STAFF", "PARTNER"),
    trained: fc.boolean(),
    purpose: fc.constantFrom(null, ...NAMES),
  })
  .map(({ role, elevate, purposes, own, scopes, kind, trained, purpose }) => {
    const base = defaultPolicy.roles.get("support");
    const some = defaultPolicy.purposes.get("billing");
    if (base === undefined || some === undefined) throw new Error("the policy has neither");
    const roles = new Map<string, Role>([["some", { ...base, levels: role, elevate, purposes: own }]]);
    const known = new Map<string, Purpose>(
      purposes.map((allowed, i) => [NAMES[i] ?? "", { ...some, levels: allowed }]),
    );
    return {
      policy: { ...defaultPolicy, roles, purposes: known },
      principal: kind === "STAFF" ? staff("some", trained) : partner(scopes, own),
      purpose,
    };
  });

/** What is decided once a caller has done what it was told would raise the level. */
function afterDoing(ways: string, { policy, principal, purpose }: World, category: Category): Level {
  let who = principal;
  let declared = purpose;
  let elevated = false;
  for (const way of ways.split(" and ")) {
    const named = /^declare the purpose (\w+)$/.exec(way)?.[1];
    if (named !== undefined) declared = named;
    else if (way === "complete the training") who = staff("some", true);
    else if (way === `the scope ${category}:clear`)
      who = partner([...who.scopes, `${category}:clear`], who.purposes);
    else {
      expect(way).toBe("an approved elevation for this customer");
      elevated = true;
    }
  }
  const { decisions, elevated: lifted } = decide(policy, who, declared, NOW);
  return (elevated ? lifted[category] : undefined)?.level ?? decisions[category].level;
}

/** The most that the principal could get of a category, whatever it does: purpose, training, elevation, scope. */
function mostOf({ policy, principal }: World, category: Category): Level {
  const who =
    principal.kind === "STAFF"
      ? staff("some", true)
      : partner([...principal.scopes, `${category}:clear`], principal.purposes);
  const all = [null, ...purposesOf(who, policy)].map((purpose) => {
    const { decisions, elevated } = decide(policy, who, purpose, NOW);
    return elevated[category]?.level ?? decisions[category].level;
  });
  return highest(...all);
}

describe("what is said to raise a level", () => {
  it("raises it, and is said wherever anything would", () => {
    let raised = 0;
    let never = 0;
    fc.assert(
      fc.property(world, fc.constantFrom(...CATEGORIES), (given, category) => {
        const { policy, principal, purpose } = given;
        const { level: now, toRaise } = decide(policy, principal, purpose, NOW).decisions[category];
        raised += toRaise === null ? 0 : 1;
        never += toRaise === null && now !== Level.CLEAR ? 1 : 0;
        const then = toRaise === null ? mostOf(given, category) : afterDoing(toRaise, given, category);
        expect({ toRaise, now, then, more: then > now }).toMatchObject({ more: toRaise !== null });
      }),
      { numRuns: 2_000 },
    );
    expect(raised).toBeGreaterThan(300);
    expect(never).toBeGreaterThan(300);
  });
});
