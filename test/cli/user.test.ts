import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuditEntry } from "../../src/audit/audit-entry";
import { makeLog, openFieldward, type Fieldward } from "../../src/main";
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
  const opened = async <T>(work: (fieldward: Fieldward) => Promise<T>): Promise<T> => {
    const log = makeLog(installation.settings);
    const fieldward = await openFieldward(installation.settings, { log, clock: Date.now });
    try {
      return await work(fieldward);
    } finally {
      await fieldward.close();
    }
  };
  const signsIn = (email: string, password: string): Promise<boolean> =>
    opened(async ({ services }) => {
      try {
        await services.signIn.login(email, password, { requestId: "test", ip: null });
        return true;
      } catch {
        return false;
      }
    });
  /** What the access log has of a command. */
  const logged = (operationName: string): Promise<object[]> =>
    opened(async ({ databases }) => {
      const rows = await databases.audit.manager.find(AuditEntry, { order: { at: "ASC", id: "ASC" } });
      const entries = rows.map(({ entry }) => JSON.parse(entry.toString()) as Record<string, unknown>);
      return entries
        .filter(({ kind, operation }) => kind === "ACCOUNTS" && operation === operationName)
        .map(({ about, actor, outcome }) => ({ about, actor, outcome }));
    });

  it("makes a code where no password is given, which sets one and does not sign in itself", async () => {
    const { id, activationCode } = oneJsonLine(await mustRun(at, add("made@staff.example.com")));
    expect(activationCode).toMatch(/^(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
    expect(await signsIn("made@staff.example.com", String(activationCode))).toBe(false);
    await opened(({ services }) =>
      services.accounts.setPassword(String(activationCode), PASSWORD, null, () => Promise.resolve()),
    );
    expect(await signsIn("made@staff.example.com", PASSWORD)).toBe(true);
    expect(await mustRun(at, ["user", "list", "--json"])).not.toContain(String(activationCode));
    expect(await logged("fieldward user add")).toEqual([{ about: id, actor: "operator", outcome: "ok" }]);
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

  it("refuses a common password, and says which rule it breaks but not the password", async () => {
    const common = add("common@staff.example.com", "--password-file", "-");
    const { code, stderr } = await run(at, common, "qwerty123456\n");
    expect(code).toBe(2);
    expect(stderr).toMatch(/tried first/);
    expect(stderr).not.toContain("qwerty");
  });

  it("is followed by what changes an account, each on the access log", async () => {
    const email = "changed@staff.example.com";
    const added = await mustRun(at, add(email, "--password-file", "-"), PASSWORD);
    const id = String(oneJsonLine(added)["id"]);
    const user = (...args: readonly string[]) => mustRun(at, ["user", ...args, "--json"]);
    await user("disable", id);
    expect(await signsIn(email, PASSWORD)).toBe(false);
    await user("enable", id);
    expect(await signsIn(email, PASSWORD)).toBe(true);
    await user("train", id, "--until", "2030-01-31");
    const { users } = oneJsonLine(await user("list"));
    expect(users).toContainEqual(expect.objectContaining({ id, trainedUntil: "2030-01-31T00:00:00.000Z" }));
    const token = await opened(async ({ services }) => (await services.sessions.open(id)).token);
    await user("sign-out", id);
    await expect(
      opened(({ services }) => services.authenticator.authenticate(`Bearer ${token}`)),
    ).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    const { activationCode } = oneJsonLine(await user("reset", id));
    expect(activationCode).toMatch(/^[A-Z2-7-]{29}$/);
    expect(await signsIn(email, PASSWORD)).toBe(false);
    expect(Object.keys(oneJsonLine(await user("reset", id, "--second-factor")))).toContain("activationCode");
    for (const what of ["disable", "enable", "train", "sign-out", "reset", "reset --second-factor"])
      expect(new Set((await logged(`fieldward user ${what}`)).map((entry) => JSON.stringify(entry)))).toEqual(
        new Set([JSON.stringify({ about: id, actor: "operator", outcome: "ok" })]),
      );
  });

  it("is not taken for a user where the id is nobody's", async () => {
    for (const args of [["disable"], ["enable"], ["unlock"], ["reset"], ["train", "--until", "2030-01-31"]]) {
      const [name = "", ...more] = args;
      const { code, stderr } = await run(at, ["user", name, "00000000-0000-7000-8000-000000000000", ...more]);
      expect([name, code]).toEqual([name, 2]);
      expect(stderr).toContain("There is no such");
    }
    expect((await run(at, ["user", "sign-out"])).code).toBe(2);
  });

  it("does not outlive the keys of its session: keys rotate-sessions ends every one", async () => {
    const email = "rotated@staff.example.com";
    const { id } = oneJsonLine(await mustRun(at, add(email, "--password-file", "-"), PASSWORD));
    const token = await opened(async ({ services }) => (await services.sessions.open(String(id))).token);
    const isGood = () =>
      opened(({ services }) =>
        services.authenticator.authenticate(`Bearer ${token}`).then(
          () => true,
          () => false,
        ),
      );
    expect(await isGood()).toBe(true);
    expect(oneJsonLine(await mustRun(at, ["keys", "rotate-sessions", "--json"]))).toEqual({ generation: 2 });
    expect(await isGood()).toBe(false);
    expect(oneJsonLine(await mustRun(at, ["keys", "rotate-sessions", "--json"]))).toEqual({ generation: 3 });
  });
});
