import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { SignInThrottle as Row } from "../../src/domain/sign-in";
import { networkOf } from "../../src/identity/network";
import { surroundingsOf } from "../cli/command-line";
import { ensureCompiled, ROOT } from "../cli/compiled";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { anotherProcess } from "../vault/rotation/processes";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** What each of two processes does: it tries one account many times at once, and says how often it was let. */
const TRY_MANY = `
const { makeLog, openFieldward } = require("./dist/src/main.js");
const { readSettings } = require("./dist/src/config.js");
void (async () => {
  const settings = readSettings(process.env);
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  const tries = Array.from({ length: 40 }, () => fieldward.services.throttle.begin({ account: "both", ip: null }));
  const settled = await Promise.allSettled(tries);
  const codes = settled.flatMap(({ reason }) => (reason === undefined ? [] : [reason.code]));
  console.log(JSON.stringify({ admitted: 40 - codes.length, codes: [...new Set(codes)] }));
  await fieldward.close();
})();`;

describe.each(engines)("the throttle on $name", (engine) => {
  let gateway: TestGateway;
  let accounts = 0;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());

  const throttle = () => gateway.fieldward.services.throttle;
  const fresh = (ip: string | null = null) => {
    accounts += 1;
    return { account: `account.${String(accounts)}@staff.example.com`, ip };
  };
  const refusal = (of: Promise<unknown>): Promise<unknown> =>
    of.then(
      () => undefined,
      (error: unknown) => error,
    );
  const fail = async (times: number, who: { account: string; ip: string | null }): Promise<void> => {
    for (let i = 0; i < times; i += 1) await (await throttle().begin(who)).failed();
  };

  it("blocks an account after five failures, for a minute, and doubles that up to a quarter of an hour", async () => {
    const who = fresh();
    await fail(5, who);
    for (const seconds of [60, 120, 240, 480, 900, 900]) {
      expect(await refusal(throttle().begin(who))).toMatchObject({
        code: "RATE_LIMITED",
        hint: `Too many attempts failed: try again in ${String(seconds)} s.`,
      });
      gateway.clock.forward(seconds * SECOND_MS - 1);
      expect(await refusal(throttle().begin(who))).toMatchObject({ code: "RATE_LIMITED" });
      gateway.clock.forward(1);
      await fail(1, who);
    }
  });

  it("lets an account start afresh after a success, and after a day without a failure", async () => {
    const who = fresh();
    await fail(4, who);
    await (await throttle().begin(who)).succeeded();
    await fail(4, who);
    gateway.clock.forward(DAY_MS);
    await fail(4, who);
    expect(await refusal(throttle().begin(who))).toBeUndefined();
    expect(await refusal(throttle().begin(who))).toMatchObject({ code: "RATE_LIMITED" });
  });

  it("counts an attempt that was taken back for nothing", async () => {
    const who = fresh();
    for (let i = 0; i < 12; i += 1) await (await throttle().begin(who)).takenBack();
    await fail(5, who);
    expect(await refusal(throttle().begin(who))).toMatchObject({ code: "RATE_LIMITED" });
  });

  it("blocks an address after thirty failures at any accounts, which no success takes back", async () => {
    const ip = "192.0.2.30";
    for (let i = 0; i < 15; i += 1) await fail(2, fresh(ip));
    expect(await refusal(throttle().begin(fresh(ip)))).toMatchObject({ code: "RATE_LIMITED" });
    expect(await refusal(throttle().begin(fresh("192.0.2.31")))).toBeUndefined();
    gateway.clock.forward(60 * SECOND_MS);
    await (await throttle().begin(fresh(ip))).succeeded();
    await fail(1, fresh(ip));
    expect(await refusal(throttle().begin(fresh(ip)))).toMatchObject({ code: "RATE_LIMITED" });
  });

  // Two gateways of one process on SQLite would wait for each other's lock without an event loop to let it go.
  const gateways = engine.server === null ? "one gateway" : "two gateways";

  it(`lets no more be tried at once than in a row, over ${gateways}`, async () => {
    const other = engine.server === null ? null : await anotherProcess(gateway);
    const who = fresh();
    const both = [throttle(), (other ?? gateway.fieldward).services.throttle];
    const tries = Array.from({ length: 30 }, () => both.map((one) => one.begin(who))).flat();
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    gateway.clock.forward(60 * SECOND_MS);
    const again = await Promise.allSettled(both.map((one) => one.begin(who)));
    expect(again.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await other?.close();
  });

  it("comes through where many begin, fail, succeed and take back at once", async () => {
    const who = fresh();
    const ends = ["failed", "succeeded", "takenBack"] as const;
    const work = Array.from({ length: 60 }, async (_, i) => {
      const attempt = await throttle().begin(who);
      await attempt[ends[i % 3] ?? "failed"]();
    });
    const settled = await Promise.allSettled(work);
    const faults = settled.flatMap((each) =>
      each.status === "rejected" ? [(each.reason as { code?: string }).code] : [],
    );
    expect(new Set(faults)).toEqual(new Set(faults.length === 0 ? [] : ["RATE_LIMITED"]));
  });

  it("keeps neither accounts nor addresses, and forgets what is over", async () => {
    const { reader } = gateway.fieldward.databases.data;
    const who = fresh("192.0.2.77");
    await fail(1, who);
    const rows = await reader.manager.find(Row);
    expect(JSON.stringify(rows)).not.toMatch(/example|192\.0/);
    gateway.clock.forward(2 * DAY_MS);
    await fail(1, fresh());
    expect(await reader.manager.count(Row)).toBe(1);
  });

  it("holds across two processes of the operating system", async () => {
    ensureCompiled();
    const { environment } = surroundingsOf(gateway.installation);
    const env = { PATH: process.env["PATH"] ?? "", FIELDWARD_LOG_LEVEL: "silent", ...environment };
    const run = async (): Promise<{ admitted: number; codes: string[] }> => {
      const child = spawn(process.execPath, ["-e", TRY_MANY], {
        cwd: ROOT,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      return JSON.parse(await text(child.stdout)) as { admitted: number; codes: string[] };
    };
    const both = await Promise.all([run(), run()]);
    expect(both.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(5);
    for (const { codes } of both) expect(["", "RATE_LIMITED"]).toContain(codes.join());
  }, 120_000);
});

describe("the network that an address is counted under", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["not an address", "unknown"],
    ["192.0.2.1:50123", "192.0.2.1"],
    ["[2001:db8::1]:443", "unknown"],
  ])("of %s is %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it("is one for all addresses of a /64, and another for any other", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (left, right) => {
        expect(networkOf(left) === networkOf(right)).toBe(countedUnder(left) === countedUnder(right));
      }),
    );
  });
});

/** The digits that two addresses share where they count as one: of an IPv4 address within IPv6 all, else those of the /64. */
function countedUnder(ip: string): string {
  const digits = canonical(ip);
  return digits.startsWith(`${"0".repeat(20)}ffff`) ? digits : digits.slice(0, 16);
}

/** 32 hex digits, by the URL parser's own reading. */
function canonical(ip: string): string {
  const host = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [head = "", tail] = host.split("::");
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return groups.map((group) => group.padStart(4, "0")).join("");
}
