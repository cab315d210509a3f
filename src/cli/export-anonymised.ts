import type { Settings } from "../config";
import { pooledRandom } from "../crypto/random";
import { RunPseudonyms } from "../crypto/run-pseudonyms";
import { sqlTwinnedMessages } from "../database/twinned-messages";
import { Level } from "../domain/category";
import { OPERATOR } from "../domain/principal";
import { newId } from "../installation";
import {
  AnonymisedExport,
  type AnonymisedExportParts,
  type ExportCalls,
  type ExportProgress,
} from "../lifecycle/anonymised-export";
import { countSubjects } from "../lifecycle/write-record";
import type { Fieldward } from "../main";
import type { RunProgress } from "../vault/rotation/run";
import { exportFormat, type ExportFormat } from "./export-format";
import { fileTarget, streamTarget, type ExportTarget } from "./export-file";
import { exportDays, rangeOf, type ExportDays } from "./export-range";
import { exportText, type ExportReport } from "./export-report";
import { withShuffle, type RowShuffle } from "./export-shuffle";
import { memoryBound } from "./memory-bound";
import { barReport, jsonLine, lineReport, type RunReport } from "./run-progress";
import { say, stopSignal, type ReportOptions } from "./terminal";
import { tenantBySlug, withFieldward } from "./with-fieldward";

/** What `fieldward export anonymised` takes. */
export interface ExportOptions extends ReportOptions {
  readonly tenant: string;
  readonly format: string;
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What one export is made with. */
export interface ExportRun {
  readonly tenantId: string;
  readonly days: ExportDays;
  readonly format: ExportFormat;
  readonly target: ExportTarget;
  readonly clock: () => number;
  readonly report: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

/** What leaves of a message, beside its twin: what is open, and when it was sent, cut to a day, week or month. */
const OF_MESSAGE: ReadonlyMap<string, Level> = new Map([
  ["body", Level.MASKED],
  ["direction", Level.CLEAR],
  ["senderId", Level.CLEAR],
  ["sentAt", Level.MASKED],
]);
const OF_CUSTOMER: ReadonlyMap<string, Level> = new Map([
  ["country", Level.CLEAR],
  ["language", Level.CLEAR],
]);

/** An export goes on the access log page by page, before its twins are opened; one id names all its entries. */
function recordOf({ services }: Fieldward, tenantId: string): AnonymisedExportParts["record"] {
  const requestId = newId();
  return (subjects) =>
    services.accessLog.append({
      kind: "READ",
      requestId,
      principal: { ...OPERATOR, tenantId },
      purpose: null,
      operationName: "export anonymised",
      operationHash: null,
      reads: [
        { type: "Message", fields: OF_MESSAGE, subjects },
        { type: "Customer", fields: OF_CUSTOMER, subjects: countSubjects(subjects.keys()) },
      ],
      denials: [],
      ip: null,
    });
}

function keeping({ opened }: Fieldward, { report, signal }: ExportRun, shuffle: RowShuffle): ExportCalls {
  const keepBound = memoryBound();
  return {
    async keep(rows) {
      await shuffle.add(rows);
      opened.keys.keyRing.sweep();
      keepBound();
    },
    restart: () => shuffle.clear(),
    report,
    signal,
  };
}

/** As many rows as a page has: a collection after each small bucket would take longer than all the rest. */
const WORTH_COLLECTING = 500;

/** Writes the rows of a whole export in their new order; false: it was stopped. */
async function writeOut(run: ExportRun, shuffle: RowShuffle, total: number): Promise<boolean> {
  const { format, target, report, signal } = run;
  const keepBound = memoryBound();
  let done = 0;
  report({ phase: "write", done, total });
  await target.write(format.head);
  for await (const rows of shuffle.buckets()) {
    if (signal.aborted) return false;
    await target.write(rows.map(format.row).join(""));
    done += rows.length;
    report({ phase: "write", done, total });
    if (rows.length >= WORTH_COLLECTING) keepBound();
  }
  return true;
}

/** Exports into a target, which it finishes where the export is whole and discards otherwise. */
export async function exportInto(fieldward: Fieldward, run: ExportRun): Promise<ExportReport> {
  const { services, databases, twins } = fieldward;
  const policy = services.policy.anonymiser;
  const { dates, smallestGroup } = policy.export;
  const startedMs = run.clock();
  const days = rangeOf(run.days, dates, startedMs);
  const pseudonyms = new RunPseudonyms(pooledRandom());
  const made = new AnonymisedExport({
    messages: sqlTwinnedMessages(databases.data),
    reader: services.reader,
    policy,
    version: twins.twins.version,
    name: (kind, source) => pseudonyms.of(kind, source),
    record: recordOf(fieldward, run.tenantId),
  });
  let isWhole = false;
  try {
    const came = await withShuffle(run.target.folder, async (shuffle) => {
      const read = await made.run({ tenantId: run.tenantId, ...days }, keeping(fieldward, run, shuffle));
      if (read.outcome === "stopped" || (await writeOut(run, shuffle, read.exported))) return read;
      return { ...read, outcome: "stopped" as const };
    });
    isWhole = came.outcome === "finished";
    const sentBefore = new Date(days.beforeMs).toISOString().slice(0, 10);
    return { ...came, dates, smallestGroup, sentBefore, seconds: (run.clock() - startedMs) / 1_000 };
  } finally {
    pseudonyms.wipe();
    await (isWhole ? run.target.finish() : run.target.discard());
  }
}

function shownBy({ json }: ReportOptions): RunReport {
  if (json === true) return lineReport(say, Date.now, jsonLine);
  return process.stderr.isTTY ? barReport(process.stderr, Date.now) : lineReport(say, Date.now);
}

const PHASES: readonly ExportProgress["phase"][] = ["count", "read", "write"];

/** Shows how far an export is as the phases of a run. */
function progressOf(shown: RunReport): (progress: ExportProgress) => void {
  const startedAtMs = Date.now();
  let phaseSinceMs = startedAtMs;
  const run = {
    id: "export",
    kind: "export",
    phases: PHASES.length,
    unit: "rows",
    place: "",
    failed: 0,
  } as const;
  return ({ phase, done, total }) => {
    if (done === 0) phaseSinceMs = Date.now();
    const phaseNumber = 1 + PHASES.indexOf(phase);
    const progress: RunProgress = { ...run, phase, phaseNumber, done, total, startedAtMs, phaseSinceMs };
    shown.update(progress);
  };
}

/** `fieldward export anonymised` */
export async function exportAnonymised(settings: Settings, options: ExportOptions): Promise<void> {
  const format = exportFormat(options.format);
  const days = exportDays(options);
  await withFieldward(settings, async (fieldward) => {
    const { id: tenantId } = await tenantBySlug(fieldward, options.tenant);
    const { out } = options;
    const target = out === undefined ? streamTarget(process.stdout) : await fileTarget(out);
    const shown = shownBy(options);
    const signal = stopSignal("Stopping after what is in hand.");
    const run = { tenantId, days, format, target, clock: Date.now, report: progressOf(shown), signal };
    const came = await exportInto(fieldward, run).finally(() => {
      shown.finish();
    });
    // Standard output may be the export itself.
    say(options.json === true ? JSON.stringify({ ...came, out: out ?? null }) : exportText(came, out));
    if (came.outcome !== "finished") process.exitCode = 1;
  });
}
