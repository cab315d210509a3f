import { setTimeout as later } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { migrateAll } from "../../src/cli/migrate";
import { sqlRunStore } from "../../src/database/run-store";
import { initialise } from "../../src/installation";
import { makeLog, openFieldward, type Fieldward } from "../../src/main";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { mustRun, oneJsonLine, run, start, surroundingsOf, type Surroundings } from "./command-line";
import { statement } from "./past-the-gateway";

const KEYS = 6_000;
const KEYS_PER_INSERT = 500;

describe.each(engines)("fieldward keys rewrap with thousands of keys on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;
  let opened: Fieldward;
  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
    const { settings } = installation;
    await migrateAll(settings);
    await initialise(settings, Date.now);
    opened = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
    for (let made = 0; made < KEYS; made += KEYS_PER_INSERT) {
      await opened.opened.keys.keyRing.create(
        Array.from({ length: KEYS_PER_INSERT }, () => ({ id: uuidv7(), tenantId: null })),
      );
    }
    await mustRun(at, ["keys", "rotate", "--kek-only"]);
  }, 180_000);
  afterAll(async () => {
    await opened.close();
    await installation.remove();
  });

  const statusNow = async () => oneJsonLine(await mustRun(at, ["keys", "status", "--json"]));

  const done = async (): Promise<number> => {
    const run = await sqlRunStore(opened.databases.vault).unfinished("rewrap");
    return run?.phase === "data keys" ? run.done : 0;
  };
  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const giveUp = performance.now() + 30_000;
    while (!(await holds())) {
      if (performance.now() > giveUp) throw new Error(`waited in vain: ${what}`);
      await later(20);
    }
  }
  const leaseRunsOut = () => statement(engine, installation, "data", "UPDATE lease SET until = 0");

  it("comes to its end though it is killed three times, once the dead run's lease is out", async () => {
    let reached = 0;
    for (let kill = 1; kill <= 3; kill += 1) {
      const running = start(at, ["keys", "rewrap", "--json", "--share", "0.02"]);
      await until(`kill ${String(kill)}`, async () => (await done()) > reached);
      running.process.kill("SIGKILL");
      expect((await running.ended).code).toBeNull();
      reached = await done();
      expect(reached).toBeLessThan(KEYS);
      if (kill < 3) await leaseRunsOut();
    }
    expect((await statusNow())["runs"]).toMatchObject([{ kind: "rewrap", done: reached }]);
    const { code, stderr, stdout } = await run(at, ["keys", "rewrap", "--json", "--share", "1"]);
    expect(stderr).toContain("Another run has the lease until");
    expect([code, stdout.includes('"failed":0')]).toEqual([0, true]);
    expect(await statusNow()).toMatchObject({ toRewrap: 0, runs: [] });
  }, 120_000);

  it("refuses while another run is under way, and goes on where that one was stopped", async () => {
    await mustRun(at, ["keys", "rotate", "--kek-only"]);
    const first = start(at, ["keys", "rewrap", "--share", "0.02"]);
    await until("the first run", async () => (await done()) > 0);
    const second = await run(at, ["keys", "rewrap"]);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain("Another run of a keys command is under way");
    first.process.kill("SIGTERM");
    const { code, stderr } = await first.ended;
    expect(stderr).toContain("The same command goes on from here");
    expect(code).toBe(1);
    await mustRun(at, ["keys", "rewrap", "--share", "1"]);
    expect(await statusNow()).toMatchObject({ toRewrap: 0, runs: [] });
  }, 120_000);
});
