import { Level } from "../../src/domain/category";
import type { Policy } from "../../src/policy/policy";
import { policyFaults } from "../../src/policy/policy-faults";
import type { Role } from "../../src/policy/roles-file";
import { defaultPolicy } from "./principals";

/** The policy of the package with one role changed. */
function withRole(name: string, change: Partial<Role>): Policy {
  const role = defaultPolicy.roles.get(name);
  if (role === undefined) throw new Error(name);
  return { ...defaultPolicy, roles: new Map([...defaultPolicy.roles, [name, { ...role, ...change }]]) };
}

function texts(policy: Policy): string[] {
  return policyFaults(policy).map(({ of, text }) => `${of} ${text}`);
}

describe("the faults of a policy", () => {
  it("are none for the policy of the package", () => {
    expect(texts(defaultPolicy)).toEqual([]);
  });

  it.each<[string, Policy, string]>([
    ["a role without a budget", withRole("billing", { budget: null }), "role billing has no budget"],
    [
      "a level that no purpose of the role allows",
      withRole("billing", { levels: { content: Level.MASKED } }),
      "role billing sees content, which none of its purposes allows",
    ],
    [
      "an elevation that no purpose of the role allows",
      withRole("billing", { elevate: ["content"] }),
      "role billing may be elevated to content, which none",
    ],
    [
      "an elevation of what is CLEAR already",
      withRole("support", { elevate: ["contact", "content", "identity"] }),
      "role support may be elevated to identity, which it has at CLEAR",
    ],
    [
      "a look-up that no purpose of the role allows",
      withRole("analyst", { lookup: ["identity"] }),
      "role analyst looks up by identity, which none",
    ],
    [
      "a purpose that nobody may declare",
      {
        ...defaultPolicy,
        scopeSets: new Map([["plain", { scopes: ["traffic:clear"], purposes: ["billing"] }]]),
      },
      "purpose marketing may be declared by no role and no scope set",
    ],
    [
      "a scope that no purpose of its set allows",
      {
        ...defaultPolicy,
        scopeSets: new Map([
          ...defaultPolicy.scopeSets,
          ["odd", { scopes: ["security:clear"], purposes: ["marketing"] }],
        ]),
      },
      "scope set odd has a scope of security, which none",
    ],
  ])("name %s", (_what, policy, said) => {
    expect(texts(policy)).toEqual([expect.stringContaining(said)]);
  });

  it("name every role whose elevations no other role can approve or review", () => {
    const policy = withRole("security", { rights: [] });
    expect(texts(policy)).toEqual([
      expect.stringContaining("role compliance may be elevated, but no other role can approve that"),
      expect.stringContaining("role compliance may be elevated, but no other role can review that"),
    ]);
    const compliance = withRole("compliance", { rights: ["approve-elevation"], elevate: [] }).roles;
    const roles = new Map([...policy.roles, ...[...compliance].filter(([name]) => name === "compliance")]);
    expect(texts({ ...policy, roles })).toEqual([
      expect.stringContaining("role support may be elevated, but no other role can review that"),
    ]);
  });

  it("do not count a role's own right to answer", () => {
    const policy = withRole("support", { rights: ["approve-elevation", "review-elevation"] });
    const roles = new Map([...policy.roles].filter(([name]) => name === "support"));
    const purposes = new Map([...policy.purposes].filter(([name]) => name === "support"));
    expect(texts({ ...policy, roles, purposes, scopeSets: new Map() })).toHaveLength(2);
  });
});
