import "reflect-metadata";
import { letsMoreThrough } from "../../src/cli/policy-change";
import { policyChanges } from "../../src/cli/policy-diff";
import type { AnonymiserPolicy, Operators } from "../../src/policy/anonymiser-file";
import type { Policy } from "../../src/policy/policy";
import { defaultPolicy } from "../policy/principals";

function withAnonymiser(change: (anonymiser: AnonymiserPolicy) => Partial<AnonymiserPolicy>): Policy {
  const { anonymiser } = defaultPolicy;
  return { ...defaultPolicy, anonymiser: { ...anonymiser, ...change(anonymiser) } };
}

/** The policy of the package with some operators of the analyst's in the place of others. */
function withOperators(given: Partial<Operators>): Policy {
  return withAnonymiser(({ roles, default: common }) => ({
    roles: new Map([...roles, ["analyst", { ...(roles.get("analyst") ?? common), ...given }]]),
  }));
}

function lines(before: Policy, after: Policy): string[] {
  return policyChanges(before, after, []).map(({ of, direction, what }) => `${of} ${direction} ${what}`);
}

const withoutSupport = withAnonymiser(({ roles }) => ({
  roles: new Map([...roles].filter(([name]) => name !== "support")),
}));

describe("the difference between two policies in message text", () => {
  it.each<[string, Policy, readonly string[]]>([
    [
      "operators of a role, the same move once",
      withOperators({ CARD: "mask", IBAN: "mask", PHONE: "replace", PERSON: "pseudonym", DOB: "mask" }),
      [
        "analyst LOOSENS PERSON in message text to pseudonym (was numbered)",
        "analyst TIGHTENS PHONE in message text to replace (was numbered)",
        "analyst LOOSENS CARD, IBAN in message text to mask (was replace)",
        "analyst CHANGES DOB in message text to mask (was shift)",
      ],
    ],
    [
      "a role that has no operators of its own any more",
      withoutSupport,
      [
        "support TIGHTENS PERSON, NATIONAL_ID, DOB in message text to replace (was numbered)",
        "support TIGHTENS PHONE, EMAIL, ADDRESS, CARD, IBAN, ACCOUNT, IP, GEO, PLATE in message text to replace (was mask)",
      ],
    ],
    [
      "the default",
      withAnonymiser((anonymiser) => ({ default: { ...anonymiser.default, PHONE: "pseudonym" } })),
      ["every other reader LOOSENS PHONE in message text to pseudonym (was replace)"],
    ],
    [
      "how coarse an export is",
      withAnonymiser(() => ({ export: { dates: "day", smallestGroup: 10 } })),
      [
        "anonymiser TIGHTENS export.smallestGroup to 10 (was 5)",
        "anonymiser LOOSENS export.dates to day (was week)",
      ],
    ],
  ])("tells %s, and turned round the opposite", (_what, after, expected) => {
    const opposite: Record<string, string> = { LOOSENS: "TIGHTENS", TIGHTENS: "LOOSENS", CHANGES: "CHANGES" };
    expect(lines(defaultPolicy, after)).toEqual(expected);
    const directions = expected.map((line) => /LOOSENS|TIGHTENS|CHANGES/.exec(line)?.[0] ?? "");
    const back = policyChanges(after, defaultPolicy, []);
    expect(back.map(({ direction }) => direction)).toEqual(directions.map((word) => opposite[word]));
  });

  it("lets more through where anything is kept that was replaced, and where it cannot be told", () => {
    const more = (after: Policy): boolean => policyChanges(defaultPolicy, after, []).some(letsMoreThrough);
    expect(more(withOperators({ CARD: "mask" }))).toBe(true);
    expect(more(withOperators({ DOB: "mask" }))).toBe(true);
    expect(more(withOperators({ PHONE: "numbered" }))).toBe(false);
    expect(more(withoutSupport)).toBe(false);
  });
});
