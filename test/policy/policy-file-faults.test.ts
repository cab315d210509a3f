import { join } from "node:path";
import { directory, PURPOSES, refusal, ROLES } from "./policy-directory";

describe("a policy file", () => {
  it.each([
    ["a level that is none", ROLES.replace("masked", "PARTIAL"), 2, "must be TOKEN, MASKED or CLEAR"],
    ["a level misspelt", ROLES.replace("masked", "maskd"), 2, "Did you mean MASKED?"],
    ["a level that is a number", ROLES.replace("masked", "2"), 2, "support.levels.contact must be text"],
    ["a category that is none", ROLES.replace("contact:", "contacts:"), 2, "Did you mean contact?"],
    [
      "a key that is none",
      `${ROLES}  lookups: [contact]\n`,
      4,
      "support.lookups is not known here (levels, ",
    ],
    ["a key misspelt", `${ROLES}  lookups: [contact]\n`, 4, "Did you mean lookup?"],
    ["no levels", ROLES.replace(/ {2}levels.*\n/, ""), 1, "support.levels is missing"],
    ["no purposes", ROLES.replace(/ {2}purposes.*\n/, ""), 1, "support.purposes is missing"],
    [
      "an empty list of purposes",
      ROLES.replace("[support]", "[]"),
      3,
      "support.purposes must name at least 1",
    ],
    ["a right to write what is not written", `${ROLES}  writes: [staff]\n`, 4, "writes.0 must be one of"],
    ["a record misspelt", `${ROLES}  writes: [message]\n`, 4, "Did you mean messages?"],
    ["a right that is none", `${ROLES}  rights:\n    - freeze\n    - explan\n`, 6, "Did you mean explain?"],
    ["a budget below nothing", `${ROLES}  budget: -1\n`, 4, "support.budget must be at least 0"],
    ["a budget in words", `${ROLES}  budget: many\n`, 4, "support.budget must be a number"],
    [
      "a right that is no yes or no",
      `${ROLES}  restricted: perhaps\n`,
      4,
      "restricted must be true or false",
    ],
    ["a second factor that is no yes or no", `${ROLES}  secondFactor: 0\n`, 4, "secondFactor"],
    ["a name that no header can carry", ROLES.replace("support:", "Support:"), 1, "Support must be 1 to 32"],
    ["a role twice", `${ROLES}${ROLES}`, 4, "unique"],
    ["a key twice", `${ROLES}  purposes: [support]\n`, 4, "unique"],
    ["a bracket that is not closed", ROLES.replace("[support]", "[support"), 4, ""],
    ["a tab", ROLES.replace("  purposes", "\tpurposes"), 3, ""],
    ["nothing", "", 1, "it must be a mapping"],
    ["a list", "- support\n", 1, "it must be a mapping"],
    ["a purpose that there is not", ROLES.replace("[support]", "[suport]"), 3, "Did you mean support?"],
  ])("is refused for roles with %s, with file and line", (_what, roles, line, text) => {
    const message = refusal(roles, PURPOSES);
    expect(message).toContain(`${join(directory, "roles.yaml")}:${String(line)}: `);
    expect(message).toContain(text);
  });

  it.each([
    ["a basis that is none", PURPOSES.replace("CONTRACT", "HABIT"), 2, "basis must be one of CONSENT, "],
    ["a basis misspelt", PURPOSES.replace("CONTRACT", "CONTRAKT"), 2, "Did you mean CONTRACT?"],
    ["a consent without a bit", PURPOSES.replace(/ {2}bit.*\n/, ""), 4, "needs a `bit`"],
    ["a bit past the mask", PURPOSES.replace("bit: 0", "bit: 31"), 6, "bit must be at most 30"],
    ["a bit below it", PURPOSES.replace("bit: 0", "bit: -1"), 6, "bit must be at least 0"],
    ["a bit and a half", PURPOSES.replace("bit: 0", "bit: 0.5"), 6, "bit must be a whole number"],
    [
      "a bit that is another's",
      PURPOSES.replace("CONTRACT", "CONTRACT\n  bit: 0"),
      7,
      "two purposes share a bit",
    ],
    ["no levels", PURPOSES.replace(/ {2}levels.*\n/, ""), 1, "support.levels is missing"],
    ["a key that is none", PURPOSES.replace("bit: 0", "bits: 0"), 6, "Did you mean bit?"],
  ])("is refused for purposes with %s, with file and line", (_what, purposes, line, text) => {
    const message = refusal(ROLES, purposes);
    expect(message).toContain(`${join(directory, "purposes.yaml")}:${String(line)}: `);
    expect(message).toContain(text);
  });

  it.each([
    ["no example", "{ pattern: 'T-[0-9]+' }", "case.example is missing"],
    ["no pattern", "{ example: T-1 }", "case.pattern is missing"],
    ["an example that it does not match", "{ pattern: 'T-[0-9]+', example: T-x }", "does not match"],
    ["an example that it matches in part", "{ pattern: 'T-[0-9]', example: T-12 }", "does not match"],
    ["an example of which half matches", "{ pattern: 'T|U', example: Tx }", "does not match"],
    [
      "an example that no header can carry",
      "{ pattern: '.*', example: 'T 1' }",
      "case.example must be 1 to 64",
    ],
    [
      "a pattern that is none",
      "{ pattern: 'T-[0-9', example: T-1 }",
      "case.pattern is not a regular expression",
    ],
    [
      "a pattern that closes its own group",
      "{ pattern: 'T)|(?:.*', example: T }",
      "not a regular expression",
    ],
    ["a pattern that is slow", "{ pattern: '(T+)+', example: T }", "case.pattern repeats a group"],
    ["a pattern that is long", `{ pattern: '${"T?".repeat(51)}', example: T }`, "at most 100 characters"],
  ])("is refused for a case with %s", (_what, given, text) => {
    const message = refusal(ROLES, PURPOSES.replace("CONTRACT", `CONTRACT\n  case: ${given}`));
    expect(message).toContain(`${join(directory, "purposes.yaml")}:3: support.`);
    expect(message).toContain(text);
  });

  it.each([
    ["sign-in.yaml", "sesion: { hours: 1 }\n", 1, "Did you mean session?"],
    ["sign-in.yaml", "session:\n  hours: 1000\n", 2, "session.hours must be at most 24"],
    ["sign-in.yaml", "oidc:\n  algorithms: [HS256]\n", 2, "oidc.algorithms.0 must be one of RS256"],
    ["sign-in.yaml", "oidc:\n  algorithms: []\n", 2, "oidc.algorithms must name at least 1"],
    ["sign-in.yaml", "oidc:\n  roles:\n    desk: suport\n", 3, "Did you mean support?"],
    ["sign-in.yaml", "lockOut:\n  account: { firstSeconds: 901 }\n", 2, "longer than its longest"],
    ["sign-in.yaml", "passwords: { shortest: 4 }\n", 1, "passwords.shortest must be at least 8"],
    ["limits.yaml", "elevation:\n  longestMinutes: 61\n", 2, "longestMinutes must be at most 60"],
    ["limits.yaml", "budget: { partners: 1 }\n", 1, "Did you mean partner?"],
    [
      "anonymiser.yaml",
      "roles:\n  suport: { identity: mask }\n",
      2,
      'roles.suport names "suport", which roles.yaml does not have (support). Did you mean support?',
    ],
    ["anonymiser.yaml", "default:\n  contacts: mask\n", 2, "is not known here (identity, contact, account, "],
    ["anonymiser.yaml", "default:\n  contacts: mask\n", 2, "Did you mean contact?"],
    ["anonymiser.yaml", "roles:\n  support:\n    PERSONS: mask\n", 3, "Did you mean PERSON?"],
    ["anonymiser.yaml", "default: { PHONE: shift }\n", 1, "default.PHONE must be one of replace, numbered, "],
    ["anonymiser.yaml", "default: { identity: shift }\n", 1, "default.identity must be one of replace, "],
    [
      "anonymiser.yaml",
      "default: { DOB: coarse }\n",
      1,
      "must be one of replace, numbered, pseudonym, mask, shift",
    ],
    [
      "anonymiser.yaml",
      "roles: { support: { contact: coarse } }\n",
      1,
      "roles.support.contact must be one of ",
    ],
    ["anonymiser.yaml", "roles: { support: { GEO: corse } }\n", 1, "Did you mean coarse?"],
    [
      "anonymiser.yaml",
      "roles: { support: { OTP: mask } }\n",
      1,
      "roles.support.OTP is a secret: it is always dropped",
    ],
    ["anonymiser.yaml", "default:\n  identity:\n", 2, "default.identity must be one of "],
    ["anonymiser.yaml", "export: { dates: year }\n", 1, "export.dates must be one of day, week, month"],
    ["anonymiser.yaml", "export: { smallestGroup: 1 }\n", 1, "export.smallestGroup must be at least 2"],
    ["anonymiser.yaml", "export: { smallestGroup: 2.5 }\n", 1, "export.smallestGroup must be a whole number"],
    ["anonymiser.yaml", "scopeSets: {}\n", 1, "scopeSets is not known here (default, roles, export)"],
    [
      "scope-sets.yaml",
      "app:\n  scopes: [contact:maskd]\n  purposes: [support]\n",
      2,
      "mean contact:masked?",
    ],
    [
      "scope-sets.yaml",
      "app:\n  scopes: [contact:masked]\n  purposes: [suport]\n",
      3,
      "Did you mean support?",
    ],
    [
      "scope-sets.yaml",
      "app:\n  scopes: [contact:masked]\n  purposes: [support]\nsupport:\n  scopes: [contact:masked]\n  purposes: [support]\n",
      4,
      "support is the name of a role in roles.yaml as well. Give the scope set another name.",
    ],
  ])("is refused for a %s that says %j, with file and line", (file, text, line, said) => {
    const message = refusal(ROLES, PURPOSES, { [file]: text });
    expect(message).toContain(`${join(directory, file)}:${String(line)}: `);
    expect(message).toContain(said);
  });

  it("is told all the faults of a file at once", () => {
    const message = refusal(ROLES.replace("masked", "maskd").replace("purposes", "purpose"), PURPOSES);
    expect(
      message.split("\n").map((line) => line.replace(/^.*roles\.yaml:(\d+): (\S+).*$/, "$1 $2")),
    ).toEqual(["2 support.levels.contact", "1 support.purposes", "3 support.purpose"]);
  });
});
