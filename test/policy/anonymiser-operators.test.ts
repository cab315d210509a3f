import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { TYPE_GROUPS } from "../../src/anonymise/operators";
import { PERSONAL_TYPES, type PersonalType } from "../../src/anonymise/span";
import { NOBODY, OPERATOR } from "../../src/domain/principal";
import { operatorsAllowed, type Operators } from "../../src/policy/anonymiser-file";
import { decide } from "../../src/policy/decide";
import { PolicyDirectory } from "../../src/policy/policy-source";
import { directory, load, PURPOSES, refusal, ROLES } from "./policy-directory";
import { defaultPolicy, NOW, partner, staff } from "./principals";

const COLUMNS = ["PERSON", "DOB", "NATIONAL_ID", "PHONE", "EMAIL", "ADDRESS", "IP", "GEO", "PLATE"] as const;
const MORE_COLUMNS = ["CARD", "IBAN", "ACCOUNT", "OTP", "URL_TOKEN"] as const;
const ALL: readonly PersonalType[] = [...COLUMNS, ...MORE_COLUMNS];

const LETTERS = { replace: "-", numbered: "n", pseudonym: "p", mask: "m", shift: "s", coarse: "c" } as const;

const vectorOf = (operators: Operators): string => ALL.map((type) => LETTERS[operators[type]]).join("");

const NO_PURPOSE = null;

function operatorsOf(anonymiser: string, principal = staff("support")): Operators {
  const policy = load(ROLES, PURPOSES, { "anonymiser.yaml": anonymiser });
  return decide(policy, principal, NO_PURPOSE, NOW).operators;
}

describe("the operators of a standing", () => {
  /**
   * What the policy of the package gives, by hand, in the order PERSON DOB NATIONAL_ID, PHONE EMAIL ADDRESS IP GEO PLATE, CARD
   * IBAN ACCOUNT, OTP URL_TOKEN: - replaced, n numbered, p pseudonym, m mask, s shift, c coarse.
   */
  it.each([
    ["support", "nnnmmmmmmmmm--"],
    ["billing", "--------------"],
    ["analyst", "nsnnnnncn-----"],
    ["compliance", "--------------"],
    ["security", "--------------"],
    ["admin", "--------------"],
    ["unknown", "--------------"],
    [null, "--------------"],
  ])("are for the shipped role %s %s", (role, expected) => {
    expect([...ALL].sort()).toEqual([...PERSONAL_TYPES].sort());
    for (const purpose of [...defaultPolicy.purposes.keys(), NO_PURPOSE]) {
      for (const trained of [true, false]) {
        const { operators } = decide(defaultPolicy, staff(role, trained), purpose, NOW);
        expect([purpose, vectorOf(operators)]).toEqual([purpose, expected]);
      }
    }
  });

  it.each([
    ["a partner token with the scopes of a shipped set", partner(["content:masked"], ["support"])],
    ["a partner token that claims a role", { ...partner(["content:masked"], ["support"]), role: "support" }],
    ["nobody", NOBODY],
    ["whoever runs commands", OPERATOR],
  ])("replace everything for %s", (_who, principal) => {
    expect(vectorOf(decide(defaultPolicy, principal, "support", NOW).operators)).toBe("-".repeat(14));
  });

  it("replace everything where there is no file, and where it says nothing", () => {
    const replaced = "-".repeat(14);
    expect(vectorOf(decide(load(ROLES, PURPOSES), staff("support"), "support", NOW).operators)).toBe(
      replaced,
    );
    expect(vectorOf(operatorsOf("{}\n"))).toBe(replaced);
    expect(vectorOf(operatorsOf("roles: { support: {} }\n"))).toBe(replaced);
  });

  it("are those of the default for partners and for a role that is not named", () => {
    const text = "default: { contact: numbered, GEO: coarse }\nroles: {}\n";
    expect(vectorOf(operatorsOf(text))).toBe("---nnnncn-----");
    expect(vectorOf(operatorsOf(text, partner([], [])))).toBe("---nnnncn-----");
  });

  it("are others from the next reload on", () => {
    load(`${ROLES}  budget: 10\n`, PURPOSES, {
      "anonymiser.yaml": "roles: { support: { account: mask } }\n",
    });
    const policies = new PolicyDirectory(directory);
    const now = (): string => vectorOf(decide(policies.current, staff("support"), "support", NOW).operators);
    expect(now()).toBe("---------mmm--");
    writeFileSync(join(directory, "anonymiser.yaml"), "roles: { support: { DOB: shift } }\n");
    expect(policies.reload()).toMatchObject({ changed: true });
    expect(now()).toBe("-s------------");
    writeFileSync(join(directory, "anonymiser.yaml"), "roles: { support: { OTP: shift } }\n");
    expect(policies.reload()).toMatchObject({ changed: false });
    expect(now()).toBe("-s------------");
  });

  it("are of a type before its group, and of a role before the default", () => {
    const text =
      "default: { identity: mask, contact: mask, PHONE: pseudonym, CARD: mask }\nroles: { support: { contact: numbered, EMAIL: replace } }\n";
    expect(vectorOf(operatorsOf(text))).toBe("mmmn-nnnnm----");
    expect(vectorOf(operatorsOf(text, staff("billing")))).toBe("mmmpmmmmmm----");
  });
});

/** Operators as a file may have them: of some groups and types that take any, one that is allowed. */
const written = fc
  .tuple(
    ...[...(Object.keys(TYPE_GROUPS) as (keyof typeof TYPE_GROUPS)[]), ...COLUMNS, "CARD" as const].map(
      (name) =>
        fc.option(fc.constantFrom(...operatorsAllowed(name)).map((operator) => `${name}: ${operator}`)),
    ),
  )
  .map((entries) => `{ ${entries.filter((entry) => entry !== null).join(", ")} }`);

describe("the operators that a policy can give", () => {
  it("are, for every role and type, one that is allowed for that type", () => {
    fc.assert(
      fc.property(written, written, fc.constantFrom("support", "billing", null), (common, own, role) => {
        const operators = operatorsOf(`default: ${common}\nroles: { support: ${own} }\n`, staff(role));
        expect(Object.keys(operators).sort()).toEqual([...PERSONAL_TYPES].sort());
        for (const type of PERSONAL_TYPES) expect(operatorsAllowed(type)).toContain(operators[type]);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[PersonalType | keyof typeof TYPE_GROUPS, string]>([
    ["identity", "replace numbered pseudonym mask"],
    ["contact", "replace numbered pseudonym mask"],
    ["account", "replace numbered pseudonym mask"],
    ["PERSON", "replace numbered pseudonym mask"],
    ["DOB", "replace numbered pseudonym mask shift"],
    ["GEO", "replace numbered pseudonym mask coarse"],
    ["OTP", "replace"],
    ["URL_TOKEN", "replace"],
  ])("are for %s: %s", (name, operators) => {
    expect(operatorsAllowed(name).join(" ")).toBe(operators);
  });

  it.each(["OTP", "URL_TOKEN"])("are never any for %s, not even replace: it is always dropped", (secret) => {
    for (const given of ["replace", "pseudonym", "", "[]"]) {
      const message = refusal(ROLES, PURPOSES, { "anonymiser.yaml": `default:\n  ${secret}: ${given}\n` });
      expect(message).toMatch(
        new RegExp(`anonymiser\\.yaml:2: default\\.${secret} is a secret: it is always dropped`),
      );
    }
  });
});
