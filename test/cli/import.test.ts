import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { makeLog, openFieldward } from "../../src/main";
import { Message } from "../../src/domain/message";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, start, surroundingsOf, type Surroundings } from "./command-line";
import { findUciCollection, readUciCollection, toTsv } from "./make-uci-import";

jest.setTimeout(120_000);

const collection = findUciCollection();
const describeWhereFound = collection === null ? describe.skip : describe;
const TENANTS = ["whole", "killed", "stopped"] as const;

describeWhereFound.each(engines)("an import of 5,574 real texts on $name", (engine) => {
  const messages = collection === null ? [] : readUciCollection(collection);
  let installation: Installation;
  let at: Surroundings;
  let file: string;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    file = join(installation.directory, "uci.tsv");
    writeFileSync(file, toTsv(messages), { mode: 0o600 });
    await mustRun(at, ["init"]);
    for (const tenant of TENANTS)
      await mustRun(at, ["tenant", "add", tenant, "--name", tenant, "--country", "US"]);
  });
  afterAll(() => installation.remove());

  const importInto = (tenant: string, ...more: readonly string[]) => [
    ...[
      "import",
      "messages",
      file,
      "--tenant",
      tenant,
      "--format",
      "tsv",
      "--direction",
      "inbound",
      "--json",
    ],
    ...["--map", "1=externalId", "2=customerNumber", "3=sentAt", "4=body", ...more],
  ];
  const storedIn = async (tenant: string): Promise<(string | null)[][]> => {
    const { settings } = installation;
    const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
    try {
      const { manager } = fieldward.databases.data.reader;
      const [row] = await manager.query<{ id: string }[]>("SELECT id FROM tenant WHERE slug = ?", [tenant]);
      const order = { sentAt: "ASC" } as const;
      const rows = await manager.find(Message, { where: { tenantId: row?.id ?? "" }, order });
      return rows.map(({ externalId, customerNumber, body }) => [externalId, customerNumber, body]);
    } finally {
      await fieldward.close();
    }
  };
  const expected = messages.map(({ id, number, text }) => [id, number, text]);
  /** Starts an import and waits until it has stored something. */
  const startAndWait = async (tenant: string) => {
    const running = start(at, importInto(tenant));
    const giveUp = performance.now() + 30_000;
    while (!existsSync(`${file}.fieldward-import.json`) && performance.now() < giveUp) await setTimeout(2);
    return running;
  };

  it("stores every row, exactly as it is", async () => {
    const summary = oneJsonLine(await mustRun(at, importInto("whole")));
    expect(summary).toMatchObject({
      read: messages.length,
      stored: messages.length,
      duplicates: 0,
      rejected: 0,
      rejectsFile: null,
    });
    expect(Number(summary["rowsPerSecond"])).toBeGreaterThan(0);
    expect(await storedIn("whole")).toEqual(expected);
  });

  it("stores nothing more when it is run again", async () => {
    const summary = oneJsonLine(await mustRun(at, importInto("whole")));
    expect(summary).toMatchObject({ stored: 0, duplicates: messages.length, rejected: 0 });
    expect(await storedIn("whole")).toHaveLength(messages.length);
  });

  it("ends with every row once where it is killed by signal 9 and resumed", async () => {
    const running = await startAndWait("killed");
    running.process.kill("SIGKILL");
    expect(await running.ended).toMatchObject({ code: null, stdout: "" });
    const before = (await storedIn("killed")).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(messages.length);
    const summary = oneJsonLine(await mustRun(at, importInto("killed", "--resume")));
    expect(summary).toMatchObject({ read: messages.length, rejected: 0 });
    expect(Number(summary["stored"]) + Number(summary["duplicates"])).toBe(messages.length);
    expect(Number(summary["resumedAtByte"])).toBeGreaterThan(0);
    expect(await storedIn("killed")).toEqual(expected);
  });

  it("exits 1 at Ctrl-C, with the batch in hand stored, and goes on by --resume", async () => {
    rmSync(`${file}.fieldward-import.json`, { force: true });
    const running = await startAndWait("stopped");
    running.process.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("--resume");
    const summary = oneJsonLine(await mustRun(at, importInto("stopped", "--resume")));
    expect(summary).toMatchObject({ read: messages.length, stored: messages.length, duplicates: 0 });
    expect(await storedIn("stopped")).toEqual(expected);
  });

  it("keeps an access log that is intact", async () => {
    expect(oneJsonLine(await mustRun(at, ["audit", "verify", "--json"]))).toMatchObject({ ok: true });
  });
});
