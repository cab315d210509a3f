import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Level } from "../../src/domain/category";
import { StartupError } from "../../src/domain/errors";
import { loadPolicy } from "../../src/policy/policy";
import { directory, load, PURPOSES, refusal, ROLES } from "./policy-directory";
import { defaultPolicy } from "./principals";

describe("a policy directory", () => {
  it("gives roles and purposes, with nothing that was not written", () => {
    const policy = load(ROLES, PURPOSES);
    expect(policy.roles.get("support")).toEqual({
      levels: { account: Level.CLEAR, contact: Level.MASKED },
      elevate: [],
      lookup: [],
      purposes: ["support"],
      writes: [],
      rights: [],
      budget: null,
      secondFactor: true,
      restricted: false,
    });
    expect(policy.purposes.get("marketing")).toEqual({
      basis: "CONSENT",
      bit: 0,
      levels: { contact: Level.CLEAR },
      case: null,
    });
    expect(policy.purposes.get("support")?.bit).toBeUndefined();
  });

  it("has strict defaults for the files that may be missing, and shows them in those it comes with", () => {
    const { signIn, limits, scopeSets, anonymiser } = load(ROLES, PURPOSES);
    expect(scopeSets.size).toBe(0);
    expect({ signIn, limits }).toEqual({
      signIn: {
        session: { hours: 8, idleMinutes: 60 },
        secondFactor: { enrolWithinHours: 24 },
        lockOut: {
          account: { failures: 5, firstSeconds: 60, longestSeconds: 900 },
          address: { failures: 30, firstSeconds: 60, longestSeconds: 3_600 },
        },
        oidc: {
          roleClaim: "groups",
          subjectClaim: "sub",
          roles: new Map(),
          algorithms: ["RS256", "ES256", "EdDSA"],
          requires: new Map(),
        },
        passwords: { shortest: 12, activationHours: 24 },
      },
      limits: {
        elevation: { longestMinutes: 60, answerWithinMinutes: 60, emergency: false },
        budget: { partner: 5_000 },
      },
    });
    expect(anonymiser.roles.size).toBe(0);
    expect(anonymiser.export).toEqual({ dates: "week", smallestGroup: 5 });
    expect([defaultPolicy.anonymiser.default, defaultPolicy.anonymiser.export]).toEqual([
      anonymiser.default,
      anonymiser.export,
    ]);
    expect({ signIn: defaultPolicy.signIn, limits: defaultPolicy.limits }).toEqual({ signIn, limits });
  });

  it("takes what the other files say, and the defaults of the rest", () => {
    const policy = load(ROLES, PURPOSES, {
      "sign-in.yaml": "session: { hours: 2 }\noidc: { roles: { desk: support } }\n",
      "limits.yaml": "budget: { partner: 7 }\n",
      "anonymiser.yaml": "export: { dates: month }\n",
      "scope-sets.yaml": "app: { scopes: [contact:token, messages:write], purposes: [marketing] }\n",
    });
    expect(policy.signIn.session).toEqual({ hours: 2, idleMinutes: 60 });
    expect([...policy.signIn.oidc.roles]).toEqual([["desk", "support"]]);
    expect(policy.limits.budget.partner).toBe(7);
    expect(policy.anonymiser.export).toEqual({ dates: "month", smallestGroup: 5 });
    expect([...policy.scopeSets]).toEqual([
      ["app", { scopes: ["contact:token", "messages:write"], purposes: ["marketing"] }],
    ]);
  });

  it("is another revision for any other byte of any file, and the same for the same", () => {
    const one = load(ROLES, PURPOSES).revision;
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    const others = [
      load(`${ROLES}# reviewed\n`, PURPOSES),
      load(ROLES, `${PURPOSES}# reviewed\n`),
      load(ROLES, PURPOSES, { "limits.yaml": "# reviewed\n{}\n" }),
      load(ROLES, PURPOSES, { "sign-in.yaml": "# reviewed\n{}\n" }),
      load(ROLES, PURPOSES, { "scope-sets.yaml": "# reviewed\n{}\n" }),
      load(ROLES, PURPOSES, { "anonymiser.yaml": "# reviewed\n{}\n" }),
    ].map(({ revision }) => revision);
    expect(new Set([one, ...others]).size).toBe(7);
    expect(load(ROLES, PURPOSES).revision).toBe(one);
  });

  it("is refused where a role names a purpose that there is not", () => {
    const message = refusal(ROLES.replace("[support]", "[support, sales]"), PURPOSES);
    expect(message).toContain(`${join(directory, "roles.yaml")}:3: `);
    expect(message).toContain('support.purposes names "sales"');
    expect(message).toContain("support, marketing");
  });

  it.each(["roles.yaml", "purposes.yaml"])("is refused where %s is missing", (file) => {
    load(ROLES, PURPOSES);
    rmSync(join(directory, file));
    expect(() => loadPolicy(directory)).toThrow(StartupError);
    expect(() => loadPolicy(directory)).toThrow(`${join(directory, file)} cannot be read`);
  });

  it.each(["scope-sets.yaml", "sign-in.yaml", "limits.yaml", "anonymiser.yaml"])(
    "is refused where %s is there but cannot be read",
    (file) => {
      load(ROLES, PURPOSES);
      mkdirSync(join(directory, file));
      expect(() => loadPolicy(directory)).toThrow(`${join(directory, file)} cannot be read`);
    },
  );
});
