import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines } from "../support/engines";
import { addCustomer, addTenant } from "../support/records";
import { oneJsonLine, run, start, surroundingsOf } from "./command-line";
import { MONDAY, OF_SMALL_TENANT, openSmallTenant, storeFrom, type SmallTenant } from "./small-tenant";

jest.setTimeout(120_000);

describe.each(engines)("fieldward export anonymised on $name", (engine) => {
  let tenant: SmallTenant;
  let directory: string;
  beforeAll(async () => {
    tenant = await openSmallTenant(engine);
    directory = mkdtempSync(join(tmpdir(), "fieldward-export-"));
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await tenant.gateway.close();
  });

  const command = (...more: readonly string[]) => ["export", "anonymised", "--tenant", "larkfield", ...more];
  const at = () => surroundingsOf(tenant.gateway.installation);

  it("writes a file of its owner alone, and reports one line of JSON on standard error", async () => {
    const path = join(directory, "whole.csv");
    const { code, stdout, stderr } = await run(at(), command("--format", "csv", "--out", path, "--json"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const lines = stderr.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      ...OF_SMALL_TENANT,
      outcome: "finished",
      out: path,
    });
    expect(lines.slice(0, -1).map((line) => (JSON.parse(line) as { kind: string }).kind)).toContain("export");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const records = readFileSync(path, "utf8").split("\r\n");
    expect(records).toHaveLength(12);
    expect(records.filter((record) => record.includes(`,"'=1+1 This is [PERSON]`))).toHaveLength(5);
  });

  it("writes to standard output, and reports in words", async () => {
    const { code, stdout, stderr } = await run(at(), command("--format", "ndjson"));
    expect([code, stdout.trimEnd().split("\n").length]).toEqual([0, 10]);
    expect(stderr).toContain(
      "29 messages read: 10 exported, 16 suppressed in 2 groups of fewer than 5 customers.",
    );
    expect(stderr).toMatch(/Sent before \d{4}-\d{2}-\d{2}, UTC: the current week is never exported\./);
    expect(stderr).toContain("Left out: 1 without a twin, 1 of erased customers, 1 of restricted customers.");
    expect(stderr).toContain('"fieldward anonymise twins"');
    for (const phone of tenant.groups.flatMap(({ customers }) => customers.map((one) => one.phone)))
      expect(stdout + stderr).not.toContain(phone);
  });

  it("overwrites nothing, neither a file nor what another export has begun", async () => {
    const path = join(directory, "there.csv");
    writeFileSync(path, "mine");
    const { code, stderr } = await run(at(), command("--format", "csv", "--out", path));
    expect([code, readFileSync(path, "utf8")]).toEqual([2, "mine"]);
    expect(stderr).toContain("is there already");
    rmSync(path);
    writeFileSync(`${path}.partial`, "theirs");
    const begun = await run(at(), command("--format", "csv", "--out", path));
    expect([begun.code, readFileSync(`${path}.partial`, "utf8")]).toEqual([2, "theirs"]);
    expect(begun.stderr).toContain("remove it");
  });

  it.each([
    [["--format", "xml"], /--format is ndjson or csv/],
    [["--format", "csv", "--from", "2026-02-30"], /--from is a day/],
    [["--format", "csv", "--to", "tomorrow"], /--to is a day/],
    [["--format", "csv", "--from", "2026-03-01", "--to", "2026-02-01"], /must not come after/],
    [["--format", "csv", "--tenant", "nobody"], /no such tenant/],
    [[], /--format/],
  ] as const)("exits 2 where it is asked for with %j", async (args, said) => {
    const { code, stdout, stderr } = await run(at(), command(...args));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(said);
  });

  it("finishes what is in hand at Ctrl-C, removes the file and exits 1", async () => {
    const path = join(directory, "killed.ndjson");
    const many = await addTenant(tenant.gateway, "many");
    for (let i = 0; i < 5; i += 1) {
      const customer = await addCustomer(tenant.gateway, many);
      for (let from = 0; from < 2_000; from += 1_000)
        await storeFrom(
          tenant.gateway,
          customer,
          "Lark",
          Array<string>(1_000).fill("Hello."),
          MONDAY + from * 60_000,
        );
    }
    const args = ["export", "anonymised", "--tenant", "many", "--format", "ndjson", "--out", path];
    const running = start(at(), args);
    if (running.process.stderr === null) throw new Error("no standard error");
    await once(running.process.stderr, "data");
    running.process.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("Stopped: what was written is removed.");
    expect(readdirSync(directory).filter((name) => name.startsWith("killed"))).toEqual([]);
  });

  it("keeps an access log that is intact", async () => {
    const { stdout } = await run(surroundingsOf(tenant.gateway.installation), ["audit", "verify", "--json"]);
    expect(oneJsonLine(stdout)).toMatchObject({ ok: true });
  });
});
