import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PACKAGE_DIR } from "../../src/config";
import { mustRun, oneJsonLine, run, type Surroundings } from "./command-line";

jest.setTimeout(120_000);

const SHIPPED = join(PACKAGE_DIR, "policy");

describe("the policy commands", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-policy-cli-"));
  const policy = join(directory, "policy");
  // No database is there: none of these commands needs one.
  const at: Surroundings = { directory, environment: { FIELDWARD_POLICY_DIR: policy } };

  function edit(file: string, change: (text: string) => string): void {
    const before = readFileSync(join(policy, file), "utf8");
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(join(policy, file), after);
  }

  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@staff.example.com", ...args], {
      cwd: directory,
      encoding: "utf8",
    });

  beforeEach(() => {
    cpSync(SHIPPED, policy, { recursive: true });
  });
  afterEach(() => {
    rmSync(policy, { recursive: true });
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it("find the policy of the package sound, and its tables as expected", async () => {
    expect(oneJsonLine(await mustRun(at, ["policy", "check", "--json"]))).toMatchObject({
      ok: true,
      faults: [],
    });
    expect(oneJsonLine(await mustRun(at, ["policy", "test", "--json"]))).toMatchObject({
      ok: true,
      failures: [],
    });
  });

  it("exit 1 and name each fault of a policy that can be read but is not sound", async () => {
    edit("roles.yaml", (text) =>
      text.replace("  budget: 100\n", "").replace("lookup: [contact]", "lookup: [contact, traffic]"),
    );
    const { code, stdout } = await run(at, ["policy", "check"]);
    expect(code).toBe(1);
    expect(stdout).toContain("role admin has no budget.");
    expect(stdout).toContain("role support looks up by traffic, which no field can be looked up by (");
    expect(stdout).toMatch(/2 faults\.\n$/);
  });

  it.each([
    ["check"],
    ["matrix"],
    ["test"],
    ["explain", "role:support", "Customer.phone"],
    ["diff", SHIPPED],
  ])("exit 2 with file, line and suggestion where a file is wrong: %s", async (...args) => {
    edit("roles.yaml", (text) => text.replace("contact: MASKED", "contacts: MASKED"));
    const { code, stdout, stderr } = await run(at, ["policy", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/roles\.yaml:\d+: support\.levels\.contacts .* Did you mean contact\?/);
  });

  it("exit 2 and say the mend where the command is wrong", async () => {
    const { code, stdout, stderr } = await run(at, ["policy", "explain", "role:suport", "Customer.phone"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/Did you mean support\?/);
  });

  it("compare with a directory and with a git revision alike", async () => {
    git("init", "--quiet");
    git("add", "policy");
    git("commit", "--quiet", "--message", "policy");
    const old = join(directory, "old");
    cpSync(policy, old, { recursive: true });
    edit("roles.yaml", (text) =>
      text.replace("purposes: [billing]", "purposes: [billing]\n  rights: [explain]"),
    );
    edit("purposes.yaml", (text) =>
      text.replace("levels: { contact: TOKEN, content: MASKED", "levels: { contact: TOKEN"),
    );
    const told = await mustRun(at, ["policy", "diff", old]);
    expect(told).toContain("analyst LOSES Message.body HIDDEN (was MASKED)\n");
    expect(told).toContain("billing GAINS right explain\n");
    expect(told).toContain("purpose analytics LOSES content HIDDEN (was MASKED)\n");
    expect(await mustRun(at, ["policy", "diff", "HEAD"])).toBe(told);
    expect(await mustRun(at, ["policy", "diff", policy])).toContain("Nobody gains or loses anything");
  });

  it("exit 1 with --no-gains where anything is let through that was not, and 0 where less is", async () => {
    edit("roles.yaml", (text) => text.replace("contact: MASKED", "contact: TOKEN"));
    expect((await run(at, ["policy", "diff", SHIPPED, "--no-gains"])).code).toBe(0);
    edit("limits.yaml", (text) => text.replace("emergency: false", "emergency: true"));
    const { code, stdout } = await run(at, ["policy", "diff", SHIPPED, "--no-gains", "--json"]);
    expect(code).toBe(1);
    expect(oneJsonLine(stdout)).toMatchObject({ letsMoreThrough: true });
    expect((await run(at, ["policy", "diff", SHIPPED])).code).toBe(0);
  });

  it("take a file that an older revision did not have for what it says when it is missing", async () => {
    git("init", "--quiet");
    rmSync(join(policy, "limits.yaml"));
    git("add", "policy");
    git("commit", "--quiet", "--message", "without limits");
    cpSync(join(SHIPPED, "limits.yaml"), join(policy, "limits.yaml"));
    expect(await mustRun(at, ["policy", "diff", "HEAD"])).toContain("Nobody gains or loses anything");
  });

  it("exit 1 and point at the cell of a table that is not so", async () => {
    edit("roles.yaml", (text) => text.replace("contact: MASKED", "contact: CLEAR"));
    const { code, stdout } = await run(at, ["policy", "test"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /shipped-roles\.yaml:\d+: tests\.0\.expect\.contact contact of support for support is CLEAR, expected MASKED/,
    );
    expect(stdout).toMatch(/some fields by name: Customer\.phone of support for support is CLEAR/);
  });

  it("explain a role, a scope set and scopes, rule by rule", async () => {
    const phone = await mustRun(at, ["policy", "explain", "role:support", "Customer.phone"]);
    expect(phone).toBe(
      [
        "Customer.phone for role:support under purpose support: MASKED",
        "  1. role      MASKED  MASKED on contact is what role support allows  <- decides",
        "  2. purpose   CLEAR   CLEAR on contact is what purpose support allows",
        "  3. training  CLEAR   training is current",
        "  To raise it: an approved elevation for this customer.",
        "",
      ].join("\n"),
    );
    const basic = oneJsonLine(
      await mustRun(at, ["policy", "explain", "set:partner-basic", "Message.body", "--json"]),
    );
    expect(basic).toMatchObject({
      category: "content",
      answers: [{ purpose: "support", level: "HIDDEN", rules: [{ rule: "scopes", decides: true }, {}, {}] }],
    });
    const scopes = ["policy", "explain", "scopes:contact:clear,traffic:clear", "Customer.phone", "--json"];
    const under = (purpose: string) => mustRun(at, [...scopes, "--purpose", purpose]).then(oneJsonLine);
    expect(await under("analytics")).toMatchObject({
      answers: [{ level: "TOKEN", toRaise: expect.stringContaining("purpose") }],
    });
    expect(await under("marketing")).toMatchObject({ answers: [{ level: "CLEAR", toRaise: null }] });
  });

  it("explain for message text at MASKED what stands in it for personal data, and for nothing else", async () => {
    const body = (who: string, ...more: readonly string[]) =>
      mustRun(at, ["policy", "explain", who, "Message.body", ...more]);
    expect(await body("role:support")).toContain(
      "\n  In the text: numbered PERSON, NATIONAL_ID, DOB; mask PHONE, EMAIL, ADDRESS, CARD, IBAN, ACCOUNT, IP, GEO, PLATE; dropped OTP, URL_TOKEN.\n",
    );
    expect(oneJsonLine(await body("role:analyst", "--json"))).toMatchObject({
      answers: [{ level: "MASKED", operators: { PHONE: "numbered", DOB: "shift", CARD: "replace" } }],
    });
    expect(await body("role:billing")).not.toContain("In the text");
    expect(await body("scopes:content:clear", "--purpose", "support")).not.toContain("In the text");
    const phone = await mustRun(at, ["policy", "explain", "role:support", "Customer.phone"]);
    expect(phone).not.toContain("In the text");
  });

  it("exit 2 where the anonymiser's file names a role that there is not, and tell a change of it", async () => {
    edit("anonymiser.yaml", (text) => text.replace("  support: {", "  suport: {"));
    const { code, stderr } = await run(at, ["policy", "check"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/anonymiser\.yaml:\d+: roles\.suport .* Did you mean support\?/);
    rmSync(join(policy, "anonymiser.yaml"));
    const told = await mustRun(at, ["policy", "diff", SHIPPED, "--no-gains"]);
    expect(told).toContain("analyst TIGHTENS GEO in message text to replace (was coarse)\n");
  });

  it("write the schemas that editors complete by, equal to those of the package", async () => {
    rmSync(join(policy, "schema"), { recursive: true });
    await mustRun(at, ["policy", "schema"]);
    for (const name of ["roles", "purposes", "scope-sets", "sign-in", "limits", "anonymiser", "tests"]) {
      const file = join("schema", `${name}.schema.json`);
      expect(readFileSync(join(policy, file), "utf8")).toBe(readFileSync(join(SHIPPED, file), "utf8"));
    }
  });
});
