import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Level } from "../../src/domain/category";
import { StartupError } from "../../src/domain/errors";
import { loadPolicy } from "../../src/policy/policy";

const ROLES = `support:
  levels: { account: CLEAR, contact: masked }
  purposes: [support]
`;
const PURPOSES = `support:
  basis: CONTRACT
  levels: { contact: CLEAR }
marketing:
  basis: CONSENT
  bit: 0
  levels: { contact: CLEAR }
`;

describe("a policy directory", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-policy-"));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function load(roles: string, purposes: string) {
    writeFileSync(join(directory, "roles.yaml"), roles);
    writeFileSync(join(directory, "purposes.yaml"), purposes);
    return loadPolicy(directory);
  }

  function refusal(roles: string, purposes: string): string {
    try {
      load(roles, purposes);
    } catch (error) {
      expect(error).toBeInstanceOf(StartupError);
      return error instanceof Error ? error.message : "";
    }
    return "it loaded";
  }

  it("gives roles and purposes, with nothing that was not written", () => {
    const policy = load(ROLES, PURPOSES);
    expect(policy.roles.get("support")).toEqual({
      levels: { account: Level.CLEAR, contact: Level.MASKED },
      elevate: [],
      lookup: [],
      purposes: ["support"],
      writes: [],
      restricted: false,
    });
    expect(policy.purposes.get("marketing")).toEqual({
      basis: "CONSENT",
      bit: 0,
      levels: { contact: Level.CLEAR },
    });
    expect(policy.purposes.get("support")?.bit).toBeUndefined();
  });

  it.each([
    ["a level that is none", ROLES.replace("masked", "PARTIAL"), 2, "must be TOKEN, MASKED or CLEAR"],
    ["a level that is a number", ROLES.replace("masked", "2"), 2, "expected string"],
    ["a category that is none", ROLES.replace("contact:", "contacts:"), 2, ""],
    ["a key that is none", `${ROLES}  lookups: [contact]\n`, 2, "lookups"],
    ["no levels", ROLES.replace(/ {2}levels.*\n/, ""), 2, "levels"],
    ["no purposes", ROLES.replace(/ {2}purposes.*\n/, ""), 2, "purposes"],
    ["an empty list of purposes", ROLES.replace("[support]", "[]"), 3, "purposes"],
    ["a right to write what is not written", `${ROLES}  writes: [staff]\n`, 4, "writes.0"],
    ["a right that is no yes or no", `${ROLES}  restricted: perhaps\n`, 4, "restricted"],
    ["a role twice", `${ROLES}${ROLES}`, 4, "unique"],
    ["a key twice", `${ROLES}  purposes: [support]\n`, 4, "unique"],
    ["a bracket that is not closed", ROLES.replace("[support]", "[support"), 4, ""],
    ["a tab", ROLES.replace("  purposes", "\tpurposes"), 3, ""],
    ["nothing", "", 1, ""],
    ["a list", "- support\n", 1, ""],
  ])("is refused for roles with %s, with file and line", (_what, roles, line, text) => {
    const message = refusal(roles, PURPOSES);
    expect(message).toContain(`${join(directory, "roles.yaml")}:${String(line)}: `);
    expect(message).toContain(text);
  });

  it.each([
    ["a basis that is none", PURPOSES.replace("CONTRACT", "HABIT"), 2, "basis"],
    ["a consent without a bit", PURPOSES.replace(/ {2}bit.*\n/, ""), 5, "needs a `bit`"],
    ["a bit past the mask", PURPOSES.replace("bit: 0", "bit: 31"), 6, "bit"],
    ["a bit below it", PURPOSES.replace("bit: 0", "bit: -1"), 6, "bit"],
    ["a bit and a half", PURPOSES.replace("bit: 0", "bit: 0.5"), 6, "bit"],
    ["no levels", PURPOSES.replace(/ {2}levels.*\n/, ""), 2, "levels"],
    ["a key that is none", PURPOSES.replace("bit: 0", "bits: 0"), 5, "bits"],
  ])("is refused for purposes with %s, with file and line", (_what, purposes, line, text) => {
    const message = refusal(ROLES, purposes);
    expect(message).toContain(`${join(directory, "purposes.yaml")}:${String(line)}: `);
    expect(message).toContain(text);
  });

  it("is refused where a role names a purpose that there is not", () => {
    const message = refusal(ROLES.replace("[support]", "[support, sales]"), PURPOSES);
    expect(message).toContain(join(directory, "roles.yaml"));
    expect(message).toContain('support.purposes names "sales"');
    expect(message).toContain("support, marketing");
  });

  it("is refused where two purposes share a bit", () => {
    const second = PURPOSES.replace("basis: CONTRACT", "basis: CONTRACT\n  bit: 0");
    expect(refusal(ROLES, second)).toContain(`${join(directory, "purposes.yaml")}: two purposes share a bit`);
  });

  it.each(["roles.yaml", "purposes.yaml"])("is refused where %s is missing", (file) => {
    load(ROLES, PURPOSES);
    rmSync(join(directory, file));
    expect(() => loadPolicy(directory)).toThrow(StartupError);
    expect(() => loadPolicy(directory)).toThrow(`${join(directory, file)} cannot be read`);
  });
});
