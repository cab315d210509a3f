import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeLog, openFieldward } from "../../src/main";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, surroundingsOf, type Surroundings } from "./command-line";

jest.setTimeout(60_000);

const PASSWORD = "pässwörd of a test";

describe.each(engines)("user add on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    await mustRun(at, ["init"]);
  });
  afterAll(() => installation.remove());

  const add = (email: string, ...more: readonly string[]) => [
    ...["user", "add", "--email", email, "--name", "Ann Staff", "--role", "support", "--json", ...more],
  ];
  const signsIn = async (email: string, password: string): Promise<boolean> => {
    const log = makeLog(installation.settings);
    const fieldward = await openFieldward(installation.settings, { log, clock: Date.now });
    try {
      await fieldward.services.accounts.signIn(email, password);
      return true;
    } catch {
      return false;
    } finally {
      await fieldward.close();
    }
  };

  it("makes a password where none is given, and shows it once", async () => {
    const { password } = oneJsonLine(await mustRun(at, add("made@staff.example.com")));
    expect(String(password)).toHaveLength(24);
    expect(await signsIn("made@staff.example.com", String(password))).toBe(true);
    expect(await mustRun(at, ["user", "list", "--json"])).not.toContain(String(password));
  });

  it("reads a password from a file, without the line feed at its end, and never repeats it", async () => {
    const file = join(installation.directory, "password");
    writeFileSync(file, `${PASSWORD}\n`, { mode: 0o600 });
    const { code, stdout, stderr } = await run(at, add("file@staff.example.com", "--password-file", file));
    expect(code).toBe(0);
    expect(Object.keys(oneJsonLine(stdout))).toEqual(["id"]);
    expect(stderr).not.toContain(PASSWORD);
    expect(await signsIn("file@staff.example.com", PASSWORD)).toBe(true);
  });

  it("reads a password from standard input", async () => {
    await mustRun(at, add("stdin@staff.example.com", "--password-file", "-"), `${PASSWORD}\r\n`);
    expect(await signsIn("stdin@staff.example.com", PASSWORD)).toBe(true);
  });

  it("takes no password from the command line", async () => {
    const { code, stderr } = await run(at, add("argv@staff.example.com", "--password", PASSWORD));
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--password'");
    expect(stderr).not.toContain(PASSWORD);
    const { code: second } = await run(at, add("argv@staff.example.com", PASSWORD));
    expect(second).toBe(2);
  });

  it.each([
    ["short", "short\n", /12 to 256/],
    ["empty", "", /12 to 256/],
    ["long", "p".repeat(257), /12 to 256/],
  ])("refuses a password that is too %s", async (_, password, said) => {
    const { code, stderr } = await run(
      at,
      add("refused@staff.example.com", "--password-file", "-"),
      password,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });

  it("says so where the file is missing", async () => {
    const { code, stderr } = await run(at, add("x@staff.example.com", "--password-file", "nothing.txt"));
    expect(code).toBe(2);
    expect(stderr).toContain("nothing.txt does not exist");
  });

  it("refuses an address that is taken, however it is written, without repeating it", async () => {
    const { code, stderr } = await run(at, add("MADE@Staff.Example.com"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/a user with this e-mail address already/);
    expect(stderr.toLowerCase()).not.toContain("made@");
  });

  it("tells no names and no addresses when it lists", async () => {
    const { users } = oneJsonLine(await mustRun(at, ["user", "list", "--json"]));
    expect(users).toHaveLength(3);
    expect(JSON.stringify(users)).not.toMatch(/staff\.example|Ann|hash/i);
  });

  it("refuses a date that is none", async () => {
    const { code, stderr } = await run(at, add("date@staff.example.com", "--trained-until", "soon"));
    expect(code).toBe(2);
    expect(stderr).toContain("--trained-until takes a date");
  });
});
