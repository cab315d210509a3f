import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import { makeLog, openFieldward } from "../../src/main";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, surroundingsOf, type Surroundings } from "./command-line";

jest.setTimeout(120_000);

/** A certificate of its own making, as a partner would have one. */
function makeCertificate(directory: string): { readonly file: string; readonly sha256: string } {
  const [file, key] = [join(directory, "partner.pem"), join(directory, "partner.key")];
  const kind = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
  ];
  const made = [...kind, "-subj", "/CN=partner.example", "-keyout", key, "-out", file];
  execFileSync("openssl", made, { stdio: "ignore" });
  const { raw } = new X509Certificate(readFileSync(file));
  return { file, sha256: createHash("sha256").update(raw).digest("hex") };
}

describe.each(engines)("fieldward token on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    await mustRun(at, ["init"]);
    await mustRun(at, ["tenant", "add", "larkfield", "--name", "Larkfield Ltd", "--country", "GB"]);
  });
  afterAll(() => installation.remove());

  const create = (...more: readonly string[]) => [
    ...["token", "create", "--tenant", "larkfield", "--name", "it's an app", "--scope", "contact:masked"],
    ...["--purpose", "support", "--json", ...more],
  ];
  const json = async (...args: readonly string[]) => oneJsonLine(await mustRun(at, [...args, "--json"]));
  /** Whether a token is good from a place, at a gateway that is opened for it. */
  const isGood = async (token: unknown, ip: string, certificateSha256: string | null): Promise<boolean> => {
    const { settings } = installation;
    const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
    try {
      const { authenticator } = fieldward.services;
      await authenticator.authenticate(`Bearer ${String(token)}`, { ip, certificateSha256 });
      return true;
    } catch {
      return false;
    } finally {
      await fieldward.close();
    }
  };

  it("makes a token for an address and a certificate, and takes it through its life, each step on the log", async () => {
    const { file, sha256 } = makeCertificate(installation.directory);
    const issued = oneJsonLine(
      await mustRun(
        at,
        create("--allow-ip", "192.0.2.0/24", "2001:db8::/32", "--certificate", file, "--days", "365"),
      ),
    );
    const id = String(issued["id"]);
    expect(await isGood(issued["token"], "192.0.2.9", sha256)).toBe(true);
    expect(await isGood(issued["token"], "192.0.3.9", sha256)).toBe(false);
    expect(await isGood(issued["token"], "192.0.2.9", null)).toBe(false);

    const rotated = await json("token", "rotate", id, "--grace-hours", "0");
    expect(rotated).toMatchObject({ id, previousUntil: null });
    expect(await isGood(issued["token"], "192.0.2.9", sha256)).toBe(false);

    await mustRun(at, ["token", "freeze", id, "--reason", "seen in a paste by Ann Staff"]);
    expect(await isGood(rotated["token"], "2001:db8::1", sha256)).toBe(false);
    expect(await mustRun(at, ["token", "list"])).toContain(`frozen`);
    await mustRun(at, ["token", "unfreeze", id]);
    expect(await isGood(rotated["token"], "2001:db8::1", sha256)).toBe(true);
    await mustRun(at, ["token", "revoke", id]);
    expect(await isGood(rotated["token"], "2001:db8::1", sha256)).toBe(false);

    const listed = await mustRun(at, ["token", "list", "--tenant", "larkfield", "--json"]);
    const secrets = [issued, rotated].map(({ token }) => String(token).split("_")[3] ?? "");
    expect(secrets.filter((secret) => listed.includes(secret) || /hash/i.test(listed))).toEqual([]);
    expect(oneJsonLine(listed)["tokens"]).toMatchObject([
      { id, certificateSha256: sha256, createdBy: "operator" },
    ]);
    await expectLog(id);
  });

  const expectLog = async (id: string): Promise<void> => {
    const { settings } = installation;
    const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
    const log = sqlAuditStore(fieldward.databases.audit);
    const steps: unknown[] = [];
    for await (const bytes of log.entriesBy("operator", 0, Date.now())) {
      const text = Buffer.from(bytes).toString();
      expect(text).not.toContain("Ann Staff");
      const { about, operation, outcome } = JSON.parse(text) as Record<string, unknown>;
      if (about === id) steps.push([operation, outcome]);
    }
    await fieldward.close();
    expect(steps).toEqual([
      ["fieldward token create", "created"],
      ["fieldward token rotate", "rotated"],
      ["fieldward token freeze", "frozen"],
      ["fieldward token unfreeze", "unfrozen"],
      ["fieldward token revoke", "revoked"],
    ]);
  };

  it("suggests to end one that did nothing, and says how little that rests on", async () => {
    const { id } = oneJsonLine(await mustRun(at, create("--days", "7")));
    const said = await mustRun(at, ["token", "suggest", "it's an app"]);
    expect(said).toContain("0 requests in 0 days");
    expect(said).toContain("thin evidence");
    expect(said).toContain("contact:masked: never used");
    expect(said).toContain(`fieldward token revoke ${String(id)}`);
    expect(await json("token", "suggest", String(id), "--days", "7")).toMatchObject({
      id,
      requests: 0,
      thin: true,
      scopes: [],
      purposes: [],
    });
  });

  it("says what is wrong and exits 2", async () => {
    const notPem = join(installation.directory, "not.pem");
    writeFileSync(notPem, "nothing");
    const wrong = [
      [create("--certificate", notPem), "--certificate takes a file"],
      [create("--certificate", "nowhere.pem"), "does not exist"],
      [create("--days", "1e1"), "--days is a whole number"],
      [["token", "rotate", "nothing", "--grace-hours", "x"], "0 to 168 hours"],
      [["token", "freeze", "nothing"], "--reason"],
      [["token", "suggest", "nothing"], "There is no such token"],
    ] as const;
    for (const [args, said] of wrong) {
      const { code, stderr } = await run(at, args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(said)]);
    }
  });
});
