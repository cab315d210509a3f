import "reflect-metadata";
import fc from "fast-check";
import { CATEGORIES, Level, type Category } from "../../src/domain/category";
import { letsMoreThrough } from "../../src/cli/policy-change";
import { policyChanges } from "../../src/cli/policy-diff";
import { policyFields } from "../../src/cli/policy-fields";
import type { Policy } from "../../src/policy/policy";
import type { Purpose } from "../../src/policy/purposes-file";
import type { Role } from "../../src/policy/roles-file";
import type { SignIn } from "../../src/policy/sign-in-file";
import { defaultPolicy } from "../policy/principals";

/** What does not change as operations and types are added. */
const fields = policyFields().filter(({ coordinate }) =>
  /^(?:Customer\.|Message\.|Mutation\.recordConsent$)/.test(coordinate),
);

function withRole(name: string, change: (role: Role) => Partial<Role>): Policy {
  const role = defaultPolicy.roles.get(name);
  if (role === undefined) throw new Error(name);
  return { ...defaultPolicy, roles: new Map([...defaultPolicy.roles, [name, { ...role, ...change(role) }]]) };
}

function withPurpose(name: string, change: (purpose: Purpose) => Partial<Purpose>): Policy {
  const purpose = defaultPolicy.purposes.get(name);
  if (purpose === undefined) throw new Error(name);
  const purposes = new Map([...defaultPolicy.purposes, [name, { ...purpose, ...change(purpose) }]]);
  return { ...defaultPolicy, purposes };
}

function withSignIn(change: (signIn: SignIn) => Partial<SignIn>): Policy {
  return { ...defaultPolicy, signIn: { ...defaultPolicy.signIn, ...change(defaultPolicy.signIn) } };
}

function withOidc(oidc: Partial<SignIn["oidc"]>): Policy {
  return withSignIn((signIn) => ({ oidc: { ...signIn.oidc, ...oidc } }));
}

function lines(before: Policy, after: Policy): string[] {
  return policyChanges(before, after, fields).map(({ of, direction, what }) => `${of} ${direction} ${what}`);
}

const raised = (category: Category, level: Level) => (role: Role) => ({
  levels: { ...role.levels, [category]: level },
});

describe("the difference between two policies", () => {
  it("is nothing between a policy and itself", () => {
    expect(lines(defaultPolicy, defaultPolicy)).toEqual([]);
  });

  it.each<[string, Policy, readonly string[]]>([
    [
      "a level of a role, by field",
      withRole("billing", raised("identity", Level.MASKED)),
      [
        "billing GAINS Customer.birthDate MASKED (was TOKEN)",
        "billing GAINS Customer.name MASKED (was TOKEN)",
      ],
    ],
    [
      "a level of a role that only one of its purposes allows",
      withPurpose("support", ({ levels }) => ({ levels: { ...levels, identity: Level.TOKEN } })),
      [
        "support LOSES Customer.birthDate TOKEN (was CLEAR)",
        "support LOSES Customer.name TOKEN (was CLEAR)",
        "compliance LOSES Customer.birthDate TOKEN (was CLEAR) for support",
        "compliance LOSES Customer.name TOKEN (was CLEAR) for support",
        "partner-support LOSES Customer.birthDate TOKEN (was MASKED)",
        "partner-support LOSES Customer.name TOKEN (was MASKED)",
        "purpose support LOSES identity TOKEN (was CLEAR)",
      ],
    ],
    [
      "what may be elevated",
      withRole("compliance", () => ({ elevate: [] })),
      ["compliance LOSES elevation of Message.body to CLEAR"],
    ],
    ["a right", withRole("analyst", () => ({ rights: ["alerts"] })), ["analyst GAINS right alerts"]],
    ["a look-up", withRole("support", () => ({ lookup: [] })), ["support LOSES look-up by contact"]],
    [
      "a right to write, with its operation",
      withRole("support", () => ({ writes: ["customers"] })),
      ["support LOSES Mutation.recordConsent", "support LOSES writing of consents"],
    ],
    [
      "a budget",
      withRole("support", () => ({ budget: 2_000 })),
      ["support LOOSENS its budget to 2000 (was 1000)"],
    ],
    [
      "a budget that ends",
      withRole("support", () => ({ budget: null })),
      ["support LOOSENS its budget to no limit (was 1000)"],
    ],
    [
      "a second factor",
      withRole("admin", () => ({ secondFactor: false })),
      ["admin GAINS sign-in without a second factor"],
    ],
    [
      "sight of restricted customers",
      withRole("security", () => ({ restricted: true })),
      ["security GAINS sight of restricted customers"],
    ],
    [
      "the basis of a purpose",
      withPurpose("marketing", () => ({ basis: "CONTRACT" })),
      ["purpose marketing LOOSENS its basis to CONTRACT (was CONSENT)"],
    ],
    [
      "a consent bit",
      withPurpose("marketing", () => ({ bit: 7 })),
      ["purpose marketing CHANGES its consent bit to 7 (was 0)"],
    ],
    [
      "the cases of a purpose",
      withPurpose("legal", () => ({ case: null })),
      [
        "purpose legal LOOSENS its cases to any case or none (was a case or none like DPO-7, [A-Z]{1,8}-\\d{1,12})",
      ],
    ],
    [
      "a setting of which more is looser",
      withSignIn((signIn) => ({ session: { ...signIn.session, hours: 12 } })),
      ["sign-in LOOSENS session.hours to 12 (was 8)"],
    ],
    [
      "a setting of which less is looser",
      withSignIn(({ passwords }) => ({ passwords: { ...passwords, shortest: 8 } })),
      ["sign-in LOOSENS passwords.shortest to 8 (was 12)"],
    ],
    [
      "how long an activation code is good",
      withSignIn(({ passwords }) => ({ passwords: { ...passwords, activationHours: 48 } })),
      ["sign-in LOOSENS passwords.activationHours to 48 (was 24)"],
    ],
    [
      "the claim that names a person",
      withOidc({ subjectClaim: "oid" }),
      ["sign-in CHANGES oidc.subjectClaim to oid (was sub)"],
    ],
    [
      "a claim that is required",
      withOidc({ requires: new Map([["amr", ["mfa"]]]) }),
      ["sign-in TIGHTENS oidc.requires amr"],
    ],
    [
      "who is let in by another provider",
      withSignIn(({ oidc }) => ({ oidc: { ...oidc, roles: new Map([["desk", "support"]]) } })),
      ["sign-in GAINS oidc.roles desk as support"],
    ],
    [
      "a limit",
      {
        ...defaultPolicy,
        limits: {
          ...defaultPolicy.limits,
          elevation: { ...defaultPolicy.limits.elevation, emergency: true },
        },
      },
      ["limits LOOSENS elevation.emergency to 1 (was 0)"],
    ],
  ])("tells %s, and turned round the opposite", (_what, after, expected) => {
    const opposite: Record<string, string> = {
      GAINS: "LOSES",
      LOSES: "GAINS",
      LOOSENS: "TIGHTENS",
      TIGHTENS: "LOOSENS",
      CHANGES: "CHANGES",
    };
    const told = policyChanges(defaultPolicy, after, fields);
    expect(told.map(({ of, direction, what }) => `${of} ${direction} ${what}`)).toEqual(expected);
    const back = policyChanges(after, defaultPolicy, fields);
    expect(back.map(({ direction }) => direction)).toEqual(told.map(({ direction }) => opposite[direction]));
  });

  it("tells a value more of a required claim as a gain, and a claim that is not required any more as looser", () => {
    const one = withOidc({ requires: new Map([["amr", ["mfa"]]]) });
    const two = withOidc({ requires: new Map([["amr", ["mfa", "hwk"]]]) });
    expect(lines(one, two)).toEqual(["sign-in GAINS oidc.requires amr hwk"]);
    expect(lines(two, one)).toEqual(["sign-in LOSES oidc.requires amr hwk"]);
    expect(lines(one, defaultPolicy)).toEqual(["sign-in LOOSENS no oidc.requires amr"]);
  });

  it("tells a role from a scope set that has its name", () => {
    const set = ["support", { scopes: ["contact:clear"], purposes: ["support"] }] as const;
    const scopeSets = new Map([...defaultPolicy.scopeSets, set]);
    const raisedRole = withRole("support", raised("traffic", Level.MASKED));
    expect(lines({ ...raisedRole, scopeSets }, { ...defaultPolicy, scopeSets })).toEqual(
      lines(raisedRole, defaultPolicy),
    );
    const roles = new Map([...defaultPolicy.roles].filter(([name]) => name !== "support"));
    const told = lines(defaultPolicy, { ...defaultPolicy, roles, scopeSets });
    expect(told).toContain("support GAINS Customer.phone CLEAR (was HIDDEN)");
    expect(told).toContain("support LOSES Customer.phone HIDDEN (was MASKED)");
  });

  it("tells a role that is gone as the loss of all that it gave, and a new one as the gain", () => {
    const roles = new Map([...defaultPolicy.roles].filter(([name]) => name !== "analyst"));
    const told = lines(defaultPolicy, { ...defaultPolicy, roles });
    expect(told).toContain("analyst LOSES Message.body HIDDEN (was MASKED)");
    expect(told).toContain("analyst LOSES purpose analytics");
    expect(told).toContain("analyst TIGHTENS its budget to 0 (was 1000)");
    expect(told.filter((line) => !/^analyst (?:LOSES|TIGHTENS) /.test(line))).toEqual([]);
    const back = lines({ ...defaultPolicy, roles }, defaultPolicy);
    expect(back).toHaveLength(told.length);
    expect(back.filter((line) => !/^analyst (?:GAINS|LOOSENS) /.test(line))).toEqual([]);
  });

  it("lets more through where, and only where, some level of a role is higher", () => {
    const level = fc.constantFrom(Level.HIDDEN, Level.TOKEN, Level.MASKED, Level.CLEAR);
    const contact = fc.constantFrom<Category>("contact", "identity", "content");
    fc.assert(
      fc.property(contact, level, level, (category, one, other) => {
        // A purpose that allows everything, and a category with a personal field, so that each level shows.
        const purposes = withPurpose("billing", () => ({
          levels: Object.fromEntries(CATEGORIES.map((name) => [name, Level.CLEAR])),
        })).purposes;
        const at = (given: Level): Policy => ({ ...withRole("billing", raised(category, given)), purposes });
        const told = policyChanges(at(one), at(other), fields);
        expect(told.some(letsMoreThrough)).toBe(other > one);
        expect(told.length > 0).toBe(other !== one);
      }),
      { numRuns: 30 },
    );
  });
});
