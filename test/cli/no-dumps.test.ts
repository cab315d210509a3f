import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pino from "pino";
import {
  coreFileLimit,
  dumpRisks,
  refuseDumps,
  warnOfCoreFiles,
  type ProcessFacts,
} from "../../src/cli/no-dumps";
import { StartupError } from "../../src/domain/errors";
import { freshInstallation, type Installation } from "../support/engines";
import {
  mustRun,
  run,
  start,
  startDemo,
  surroundingsOf,
  withSettings,
  type Surroundings,
} from "./command-line";

jest.setTimeout(60_000);

const OFF = {
  reportOnFatalError: false,
  reportOnSignal: false,
  reportOnUncaughtException: false,
  excludeEnv: false,
};
const SAFE: ProcessFacts = { execArgv: [], nodeOptions: "", report: OFF, inspectorUrl: undefined };

const flagsNamed = (facts: Partial<ProcessFacts>): string[] =>
  dumpRisks({ ...SAFE, ...facts }).map((risk) => risk.split(" ")[0] ?? "");

describe("a process that was told to let its memory out", () => {
  it.each([
    ["--heapsnapshot-near-heap-limit=3", "--heapsnapshot-near-heap-limit"],
    ["--heapsnapshot-signal=SIGUSR2", "--heapsnapshot-signal"],
    ["--heap-prof", "--heap-prof"],
    ["--abort-on-uncaught-exception", "--abort-on-uncaught-exception"],
    ["--inspect", "--inspect"],
    ["--inspect=0.0.0.0:9229", "--inspect"],
    ["--inspect-brk", "--inspect-brk"],
    ["--inspect-wait=9230", "--inspect-wait"],
    ["--inspect-port=0", "--inspect-port"],
    ["--debug-port=0", "--debug-port"],
    ["--trace", "--trace"],
    ["--tls-keylog=keys.txt", "--tls-keylog"],
    ["--heapsnapshot_signal=SIGUSR2", "--heapsnapshot-signal"],
  ])("is refused for %s, on the command line and in NODE_OPTIONS", (given, named) => {
    expect(flagsNamed({ execArgv: ["--enable-source-maps", given] })).toEqual([named]);
    expect(flagsNamed({ nodeOptions: `--enable-source-maps  ${given} --no-warnings` })).toEqual([named]);
    expect(flagsNamed({ execArgv: [given], nodeOptions: given })).toEqual([named]);
  });

  it.each([
    ["reportOnFatalError", "--report-on-fatalerror"],
    ["reportOnSignal", "--report-on-signal"],
    ["reportOnUncaughtException", "--report-uncaught-exception"],
  ])("is refused for reports, however they were switched on: %s", (setting, named) => {
    expect(flagsNamed({ report: { ...OFF, [setting]: true } })).toEqual([named]);
  });

  it("may write reports without the environment, but not of an uncaught error", () => {
    const all = { reportOnFatalError: true, reportOnSignal: true, reportOnUncaughtException: true };
    expect(flagsNamed({ report: { ...all, excludeEnv: true } })).toEqual(["--report-uncaught-exception"]);
  });

  it("is refused for an open inspector that no flag tells of, without a word on how to reach it", () => {
    const risks = dumpRisks({ ...SAFE, inspectorUrl: "ws://127.0.0.1:9229/0c1d2e3f" });
    expect(risks).toEqual([expect.stringContaining("inspector")]);
    expect(risks.join()).not.toContain("0c1d2e3f");
  });

  it("is told of everything at once, by flag and mend", () => {
    const facts = { ...SAFE, execArgv: ["--heap-prof"], report: { ...OFF, reportOnSignal: true } };
    expect(() => {
      refuseDumps(facts);
    }).toThrow(StartupError);
    expect(() => {
      refuseDumps(facts);
    }).toThrow(/^--heap-prof .*; --report-on-signal .*Take it from .*NODE_OPTIONS/);
  });
});

describe("a process that was told nothing of the kind", () => {
  it.each([
    [[], ""],
    [["--enable-source-maps", "--max-old-space-size=4096"], "--trace-warnings --trace-uncaught"],
    [["-r", "./inspect.js"], '--require "./a --heap-prof"'],
    [["--no-inspect", "--report-dir=reports", "--diagnostic-dir=x", "--inspect-publish-uid=stderr"], ""],
  ])("is not refused: %j, NODE_OPTIONS=%s", (execArgv, nodeOptions) => {
    expect(flagsNamed({ execArgv, nodeOptions })).toEqual([]);
    expect(() => {
      refuseDumps({ ...SAFE, execArgv, nodeOptions });
    }).not.toThrow();
  });
});

/** A log that can be read back. */
function keptLog() {
  const lines: string[] = [];
  return { log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }), lines };
}

const limitsWith = (
  soft: string,
): string => `Limit                     Soft Limit           Hard Limit           Units
Max file size             unlimited            unlimited            bytes
Max core file size        ${soft.padEnd(21)}unlimited            bytes
Max resident set          unlimited            unlimited            bytes
`;

describe("the limit on core files", () => {
  it("is the soft one", () => {
    expect(coreFileLimit(limitsWith("0"))).toBe("0");
    expect(coreFileLimit(limitsWith("unlimited"))).toBe("unlimited");
    expect(coreFileLimit("")).toBeUndefined();
  });

  it.each(["unlimited", "1048576"])("is warned of at %s, with the mend", (soft) => {
    const { log, lines } = keptLog();
    warnOfCoreFiles(log, limitsWith(soft));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 40, limit: soft, msg: expect.stringContaining("ulimit -c 0") }),
    ]);
  });

  it.each([limitsWith("0"), ""])(
    "is not spoken of where no core file is left, or nothing is known",
    (limits) => {
      const { log, lines } = keptLog();
      warnOfCoreFiles(log, limits);
      expect(lines).toEqual([]);
    },
  );
});

/** Runs inside the server: what it was told, noted as it ends, and an error that nothing catches, at a signal. */
const OBSERVER = `
const { report } = process;
process.once("exit", () => {
  const { reportOnFatalError, reportOnSignal, reportOnUncaughtException } = report;
  const inspectorUrl = require("node:inspector").url() ?? null;
  const facts = { reportOnFatalError, reportOnSignal, reportOnUncaughtException, inspectorUrl, execArgv: process.execArgv };
  require("node:fs").writeFileSync("facts.json", JSON.stringify(facts));
});
process.once("SIGUSR2", () => {
  const error = new Error("Duplicate entry 'Canaryname'\\n    at Canarystreet");
  throw Object.assign(error, { code: "ER_DUP_ENTRY", sql: "Canarybody", parameters: ["Canarymail"] });
});
`;

describe("a server", () => {
  let installation: Installation;
  let at: Surroundings;

  beforeAll(async () => {
    installation = await freshInstallation({ name: "SQLite", server: null });
    at = surroundingsOf(installation);
    await mustRun(at, ["init"]);
  });
  afterAll(() => installation.remove());

  it.each([
    "--heapsnapshot-signal=SIGUSR2",
    "--heapsnapshot-near-heap-limit=1",
    "--inspect=127.0.0.1:0",
    "--abort-on-uncaught-exception",
    "--report-on-fatalerror",
    "--report-on-signal",
    "--report-uncaught-exception",
  ])("does not start with %s", async (flag) => {
    const { code, stdout, stderr } = await run(withSettings(at, { NODE_OPTIONS: flag }), ["serve"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`fieldward: ${flag.replace(/=.*/, "")} `);
  });

  it("that was told nothing writes none of it, and dies of an uncaught error without its values", async () => {
    const observer = join(installation.directory, "observer.cjs");
    writeFileSync(observer, OBSERVER);
    const observed = withSettings(at, { NODE_OPTIONS: `--require "${observer}"` });
    const before = readdirSync(installation.directory);
    const { process: child, ended } = start(observed, ["serve"]);
    if (child.stderr === null) throw new Error("the server has no standard error");
    const [ready] = (await once(createInterface(child.stderr), "line")) as unknown[];
    expect(ready).toContain("Fieldward serves");
    child.kill("SIGUSR2");
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/"level":60,.*"cause":"Error","driverCode":"ER_DUP_ENTRY","frames":\["at /);
    expect(stderr).not.toMatch(/canary/i);
    expect(JSON.parse(readFileSync(join(installation.directory, "facts.json"), "utf8"))).toEqual({
      reportOnFatalError: false,
      reportOnSignal: false,
      reportOnUncaughtException: false,
      inspectorUrl: null,
      execArgv: [],
    });
    const made = readdirSync(installation.directory).filter((name) => !before.includes(name));
    expect(made.filter((name) => !/\.db(?:-wal|-shm)?$/.test(name))).toEqual(["facts.json"]);
  });
});

describe("a demo", () => {
  it("starts all the same, and warns", async () => {
    const installation = await freshInstallation({ name: "SQLite", server: null });
    const demo = await startDemo(
      withSettings(surroundingsOf(installation), { NODE_OPTIONS: "--report-on-signal" }),
    );
    const { code, stderr } = await demo.stop("SIGTERM");
    await installation.remove();
    expect(code).toBe(0);
    expect(stderr).toMatch(/"level":40,.*--report-on-signal .*fieldward serve/);
  });
});
