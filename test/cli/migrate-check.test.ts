import { existsSync } from "node:fs";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, surroundingsOf, type Surroundings } from "./command-line";
import { statement } from "./past-the-gateway";

jest.setTimeout(60_000);

describe.each(engines)("migrate --check on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
  });
  afterAll(() => installation.remove());

  const check = () => run(at, ["migrate", "--check", "--json"]);
  const clean = { pending: false, statements: [] };
  const index = engine.server === null ? "ix_message_sent" : "ix_message_sent ON message";

  it("exits 1 while migrations are pending", async () => {
    const { code, stdout } = await check();
    const pending = { pending: true, statements: [] };
    expect(code).toBe(1);
    expect(oneJsonLine(stdout)).toEqual({
      ok: false,
      databases: { data: pending, vault: pending, audit: pending },
    });
  });

  it("exits 0 once they have run, and a second run finds nothing to do", async () => {
    const first = oneJsonLine(await mustRun(at, ["migrate", "--json"]));
    expect(Object.keys(first["migrations"] ?? {})).toEqual(["data", "vault", "audit"]);
    const { code, stdout } = await check();
    expect(oneJsonLine(stdout)).toEqual({
      ok: true,
      databases: { data: clean, vault: clean, audit: clean },
    });
    expect(code).toBe(0);
    const second = oneJsonLine(await mustRun(at, ["migrate", "--json"]));
    expect(second).toEqual({ migrations: { data: [], vault: [], audit: [] } });
  });

  it.each([
    [
      "data",
      "an index is missing",
      `DROP INDEX ${index}`,
      "CREATE INDEX ix_message_sent ON message (sent_at, id)",
    ],
    [
      "vault",
      "a column was added",
      "ALTER TABLE subject_key ADD COLUMN note varchar(10)",
      "ALTER TABLE subject_key DROP COLUMN note",
    ],
    [
      "audit",
      "a column was renamed",
      "ALTER TABLE audit_entry RENAME COLUMN leaf_hash TO leaf",
      "ALTER TABLE audit_entry RENAME COLUMN leaf TO leaf_hash",
    ],
  ] as const)(
    "exits 1 and tells of the %s database where %s, and 0 once that is mended",
    async (name, _, harm, mend) => {
      await statement(engine, installation, name, harm);
      const { code, stdout } = await check();
      const told = oneJsonLine(stdout);
      await statement(engine, installation, name, mend);
      expect(code).toBe(1);
      expect(told).toMatchObject({ ok: false, databases: { [name]: { pending: false } } });
      expect(JSON.stringify(told["databases"])).toMatch(/message|subject_key|audit_entry/);
      expect((await check()).code).toBe(0);
    },
  );

  it("has made no keyset", () => {
    expect(existsSync(at.environment["FIELDWARD_KEY_PROVIDER"]?.slice("local:".length) ?? "")).toBe(false);
  });
});
