import { chmodSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, surroundingsOf, withSettings, type Surroundings } from "./command-line";
import { alterLog } from "./past-the-gateway";
import { startServing } from "./serving";

const TOKEN = ["token", "create", "--name", "app"];

type Refused = readonly [what: string, args: readonly string[], said: RegExp];

const REFUSED_EARLY: readonly Refused[] = [
  ["a slug", ["tenant", "add", "Lark_field", "--name", "L", "--country", "GB"], /slug has 1 to 32/],
  ["a country", ["tenant", "add", "other", "--name", "L", "--country", "gb"], /country/],
  ["a name too long", ["tenant", "add", "other", "--name", "L".repeat(121), "--country", "GB"], /name has/],
  [
    "a role",
    ["user", "add", "--email", "a@example.org", "--name", "A", "--role", "king"],
    /--role is one of/,
  ],
  ["an address", ["user", "add", "--email", "a", "--name", "A", "--role", "support"], /e-mail address must/],
  [
    "a scope",
    [...TOKEN, "--tenant", "northgate", "--scope", "contact:naked", "--purpose", "support"],
    /A scope is/,
  ],
  [
    "a purpose",
    [...TOKEN, "--tenant", "northgate", "--scope", "contact:masked", "--purpose", "fun"],
    /purposes are some of support, billing/,
  ],
  [
    "a number of days",
    [...TOKEN, "--tenant", "northgate", "--scope", "contact:masked", "--purpose", "support", "--days", "x"],
    /--days is a whole number from 1 to 365/,
  ],
  ["a file", ["import", "messages", "x.csv", "--tenant", "northgate"], /x.csv cannot be opened/],
  ["a format", ["import", "messages", "x", "--tenant", "northgate", "--format", "xml"], /--format is one/],
  [
    "a direction",
    ["import", "messages", "x", "--tenant", "northgate", "--direction", "up"],
    /--direction is inbound or outbound/,
  ],
];

/** Tried on each engine: whether it is there already or not is what the database says. */
const REFUSED_BY_DATABASE: readonly Refused[] = [
  [
    "a tenant that is there",
    ["tenant", "add", "northgate", "--name", "L", "--country", "GB"],
    /There is a tenant northgate already/,
  ],
  [
    "a tenant of a token",
    [...TOKEN, "--tenant", "nobody", "--scope", "contact:masked", "--purpose", "support"],
    /no such tenant/,
  ],
  ["a token to revoke", ["token", "revoke", "nothing"], /no such token/],
  ["a tenant of an import", ["import", "messages", "x.csv", "--tenant", "nobody"], /no such tenant/],
];

jest.setTimeout(120_000);

describe.each(engines)("the command line on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;
  let keyset: string;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    keyset = join(installation.directory, "keyset.json");
  });
  afterAll(() => installation.remove());

  it("exits 2 and names the command to run while migrations are pending", async () => {
    const { code, stdout, stderr } = await run(at, ["tenant", "list", "--json"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('lacks migrations. Run "fieldward migrate"');
  });

  it("exits 2 and names the command to run while there are no keys", async () => {
    await mustRun(at, ["migrate"]);
    const { code, stderr } = await run(at, ["tenant", "list"]);
    expect(code).toBe(2);
    expect(stderr).toContain('The vault holds no key-encryption key. Run "fieldward init"');
  });

  it("makes what is missing by init, and leaves it by a second one", async () => {
    expect(oneJsonLine(await mustRun(at, ["init", "--json"]))).toMatchObject({ createdKeyset: true });
    expect(oneJsonLine(await mustRun(at, ["init", "--json"]))).toEqual({
      migrations: { data: [], vault: [], audit: [] },
      createdKeyset: false,
    });
  });

  it("exits 2 and says chmod where others can read the keyset", async () => {
    chmodSync(keyset, 0o640);
    const { code, stderr } = await run(at, ["tenant", "list"]);
    chmodSync(keyset, 0o600);
    expect(code).toBe(2);
    expect(stderr).toContain(`Run: chmod 600 ${keyset}`);
  });

  it("does not make a second keyset where the vault holds keys of a lost one", async () => {
    const elsewhere = join(installation.directory, "elsewhere.json");
    const { code, stderr } = await run(withSettings(at, { FIELDWARD_KEY_PROVIDER: `local:${elsewhere}` }), [
      "init",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("put it back from its backup");
    expect(existsSync(elsewhere)).toBe(false);
  });

  it("prints one line of JSON for each command that reports", async () => {
    const added = await mustRun(at, [
      ...["tenant", "add", "northgate", "--name", "Northgate", "--country", "GB", "--json"],
    ]);
    expect(oneJsonLine(added)).toMatchObject({ slug: "northgate" });
    const { tenants } = oneJsonLine(await mustRun(at, ["tenant", "list", "--json"]));
    expect(tenants).toMatchObject([{ slug: "northgate", country: "GB" }]);
    const issued = await mustRun(at, [
      ...["token", "create", "--tenant", "northgate", "--name", "app", "--json"],
      ...["--scope", "contact:masked", "messages:write", "--purpose", "support"],
    ]);
    const { id } = oneJsonLine(issued);
    const listed = oneJsonLine(await mustRun(at, ["token", "list", "--json"]));
    expect(listed).toMatchObject({ tokens: [{ id, name: "app", revokedAt: null }] });
    expect(JSON.stringify(listed)).not.toMatch(/secret|hash|fw_/i);
    const revoked = await mustRun(at, ["token", "revoke", String(id), "--json"]);
    expect(oneJsonLine(revoked)).toEqual({ id, revoked: true });
    expect(oneJsonLine(await mustRun(at, ["audit", "verify", "--json"]))).toMatchObject({ ok: true });
  });

  it.each(engine.server === null ? [...REFUSED_EARLY, ...REFUSED_BY_DATABASE] : REFUSED_BY_DATABASE)(
    "exits 2 and says the mend for %s that is wrong",
    async (_, args, said) => {
      const { code, stdout, stderr } = await run(at, [...args, "--json"]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(said);
    },
  );

  it.each(["serve", "demo"])(
    "exits 2 and names FIELDWARD_LISTEN where %s finds its port taken",
    async (command) => {
      const other = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => other.once("listening", resolve));
      const address = other.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      // A demo keeps away from data that is not its own, so it gets databases of its own here.
      const own = await freshInstallation(engine);
      const base = command === "demo" ? surroundingsOf(own) : at;
      const taken = withSettings(base, { FIELDWARD_LISTEN: `127.0.0.1:${String(port)}` });
      const { code, stdout, stderr } = await run(taken, [command]);
      other.close();
      await own.remove();
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(`FIELDWARD_LISTEN: 127.0.0.1:${String(port)} is taken by another program`);
    },
  );

  it("serves until it is told to stop, and then exits 0", async () => {
    const serving = await startServing(at);
    const { status } = await fetch(serving.url.replace("/graphql", "/readyz"));
    expect(status).toBe(200);
    expect(await serving.stop("SIGTERM")).toMatchObject({ code: 0, stdout: "" });
  });

  it("exits 2 where a host other than loopback would be served without TLS", async () => {
    const open = withSettings(at, { FIELDWARD_LISTEN: "0.0.0.0:0" });
    const { code, stderr } = await run(open, ["serve"]);
    expect(code).toBe(2);
    expect(stderr).toContain("FIELDWARD_TLS_CERT");
  });

  it("keeps a demo away from data that is not its own", async () => {
    const { code, stderr } = await run(at, ["demo"]);
    expect(code).toBe(2);
    expect(stderr).toContain("not the demo's");
  });

  it("exits 1 where the access log is not what was written", async () => {
    await alterLog(engine, installation);
    const { code, stdout } = await run(at, ["audit", "verify", "--json"]);
    expect(code).toBe(1);
    expect(oneJsonLine(stdout)).toMatchObject({ ok: false });
  });

  it("exits 2 and names the path where the policy is missing", async () => {
    const policy = join(installation.directory, "nothing");
    const { code, stderr } = await run(withSettings(at, { FIELDWARD_POLICY_DIR: policy }), [
      "tenant",
      "list",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(policy);
  });
});
