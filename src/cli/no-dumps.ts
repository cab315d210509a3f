import { readFileSync } from "node:fs";
import { url as inspectorUrl } from "node:inspector";
import type { Logger } from "pino";
import { faultCode } from "../database/faults";
import { framesOf } from "../domain/error-frames";
import { StartupError } from "../domain/errors";

/** What Node was told about diagnostic reports. @see https://nodejs.org/docs/latest-v20.x/api/process.html#processreport */
export interface ReportSettings {
  readonly reportOnFatalError: boolean;
  readonly reportOnSignal: boolean;
  readonly reportOnUncaughtException: boolean;
  /** Whether reports leave the environment out; Node before 22.13 cannot. */
  readonly excludeEnv: boolean;
}

/** What a process was told that can carry its memory or environment to a disk or to a debugger. */
export interface ProcessFacts {
  /** Node's own flags on the command line. */
  readonly execArgv: readonly string[];
  readonly nodeOptions: string;
  readonly report: ReportSettings;
  /** Where a debugger can attach; undefined: nowhere. */
  readonly inspectorUrl: string | undefined;
}

const TO_DISK = "writes the memory of the server to a file, with the keys and what they open";
const DEBUGGER = "lets a debugger read the memory of the server, with the keys and what they open";

/** Node's flags that do so, and how. Diagnostic reports are not among them: they can also be switched on at run time. */
const FLAGS: Readonly<Record<string, string>> = {
  "--heapsnapshot-near-heap-limit": TO_DISK,
  "--heapsnapshot-signal": TO_DISK,
  "--heap-prof": "writes a profile of the server's memory to a file",
  "--abort-on-uncaught-exception": `leaves a core file, which ${TO_DISK}`,
  "--inspect": DEBUGGER,
  "--inspect-brk": DEBUGGER,
  "--inspect-wait": DEBUGGER,
  "--inspect-port": DEBUGGER,
  "--debug-port": DEBUGGER,
  "--trace": "prints every function call with its arguments, opened values among them",
  "--tls-keylog": "writes the keys of TLS connections to a file",
};

/** Takes `--name=value` for `--name`, and `_` for `-`, as Node does. */
function nameOf(flag: string): string {
  const [name = ""] = flag.split("=");
  return name.replaceAll("_", "-");
}

/** The words of NODE_OPTIONS; a quoted one can hold spaces, and stays one word. */
function wordsOf(nodeOptions: string): readonly string[] {
  return nodeOptions.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
}

function reportRisks({ excludeEnv, ...on }: ReportSettings): string[] {
  const environment = "writes reports that hold the environment, with the passwords of the databases";
  return [
    ...(on.reportOnFatalError && !excludeEnv ? [`--report-on-fatalerror ${environment}`] : []),
    ...(on.reportOnSignal && !excludeEnv ? [`--report-on-signal ${environment}`] : []),
    // Without the environment it still holds the error's message and properties, which with a driver's are values.
    ...(on.reportOnUncaughtException
      ? ["--report-uncaught-exception writes reports that hold an error's properties, which can be values"]
      : []),
  ];
}

/** What the facts put at risk, a clause for each that begins with the flag. */
export function dumpRisks({ execArgv, nodeOptions, report, inspectorUrl }: ProcessFacts): readonly string[] {
  const names = new Set([...execArgv, ...wordsOf(nodeOptions)].map(nameOf));
  const flags = Object.entries(FLAGS).filter(([name]) => names.has(name));
  const risks = [...flags.map(([name, risk]) => `${name} ${risk}`), ...reportRisks(report)];
  const explained = risks.some((risk) => risk.endsWith(DEBUGGER));
  // The address itself is left out: whoever knows it can attach.
  if (inspectorUrl !== undefined && !explained) risks.push(`An open inspector (SIGUSR1) ${DEBUGGER}`);
  return risks;
}

/** The facts of the running process. */
export function processFacts(): ProcessFacts {
  const { report } = process;
  return {
    execArgv: process.execArgv,
    nodeOptions: process.env["NODE_OPTIONS"] ?? "",
    report: {
      reportOnFatalError: report.reportOnFatalError,
      reportOnSignal: report.reportOnSignal,
      reportOnUncaughtException: report.reportOnUncaughtException,
      excludeEnv: Reflect.get(report, "excludeEnv") === true,
    },
    inspectorUrl: inspectorUrl(),
  };
}

/**
 * Refuses to serve where Node was told to write memory or environment out, or to let a debugger in: what is sealed in the
 * databases lies open in both.
 *
 * @throws StartupError that names each flag and says the mend
 */
export function refuseDumps(facts: ProcessFacts): void {
  const risks = dumpRisks(facts);
  if (risks.length === 0) return;
  throw new StartupError(`${risks.join("; ")}. Take it from the command line and from NODE_OPTIONS.`);
}

/** Says on the log what `refuseDumps` would refuse: enough for a demo, whose customers are fictional. */
export function warnOfDumps(log: Logger, facts: ProcessFacts): void {
  for (const risk of dumpRisks(facts)) log.warn(`${risk}; "fieldward serve" refuses it`);
}

/** The soft limit on core files in the text of `/proc/self/limits`; undefined: it does not say. @see proc_pid_limits(5) */
export function coreFileLimit(limits: string): string | undefined {
  return /^Max core file size +(\S+)/m.exec(limits)?.[1];
}

function limitsOfThisProcess(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    // Only Linux has it; elsewhere there is nothing to go by.
    return "";
  }
}

/** Warns where a crash would leave a core file: no flag of Node's is needed for that, only a limit that is not 0. */
export function warnOfCoreFiles(log: Logger, limits = limitsOfThisProcess()): void {
  const limit = coreFileLimit(limits);
  if (limit === undefined || limit === "0") return;
  log.warn(
    { limit },
    'a crash would leave a core file with keys and opened values: run "ulimit -c 0" before',
  );
}

/**
 * Ends the process at an error that nothing caught, and tells of it as much as is safe. Node itself would print it whole:
 * TypeORM's errors carry the parameters of a statement as a property, and mysql2's the statement.
 */
export function crashWithoutValues(log: Logger): void {
  process.once("uncaughtException", (error) => {
    const fault = { cause: error.name, driverCode: faultCode(error), frames: framesOf(error) };
    log.fatal(fault, "an error that nothing caught ends the server");
    process.exit(1);
  });
}
