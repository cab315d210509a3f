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
import type { Fieldward } from "../main";
import type { RunProgress } from "../vault/rotation/run";
import { exportFormat, type ExportFormat } from "./export-format";
import { fileTarget, streamTarget, type ExportTarget } from "./export-file";
import { exportDays, rangeOf, type ExportDays } from "./export-range";
import { exportText, type ExportReport } from "./export-report";
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

/** An export goes on the access log page by page, before its rows leave; one id names all its entries. */
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
      reads: [{ type: "Message", fields: new Map([["body", Level.MASKED]]), subjects }],
      denials: [],
      ip: null,
    });
}

function writing({ opened }: Fieldward, { format, target, report, signal }: ExportRun): ExportCalls {
  const keepBound = memoryBound();
  const { restart } = target;
  return {
    async write(rows) {
      await target.write(rows.map(format.row).join(""));
      opened.keys.keyRing.sweep();
      keepBound();
    },
    restart:
      restart &&
      (async () => {
        await restart();
        await target.write(format.head);
      }),
    report,
    signal,
  };
}

/** Exports into a target, which it finishes where the export is whole and discards otherwise. */
export async function exportInto(fieldward: Fieldward, run: ExportRun): Promise<ExportReport> {
  const { services, databases, twins } = fieldward;
  const policy = services.policy.anonymiser;
  const { dates, smallestGroup } = policy.export;
  const startedMs = run.clock();
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
    await run.target.write(run.format.head);
    const range = { tenantId: run.tenantId, ...rangeOf(run.days, dates) };
    const came = await made.run(range, writing(fieldward, run));
    isWhole = came.outcome === "finished";
    return { ...came, dates, smallestGroup, seconds: (run.clock() - startedMs) / 1_000 };
  } finally {
    pseudonyms.wipe();
    await (isWhole ? run.target.finish() : run.target.discard());
  }
}

function shownBy({ json }: ReportOptions): RunReport {
  if (json === true) return lineReport(say, Date.now, jsonLine);
  return process.stderr.isTTY ? barReport(process.stderr, Date.now) : lineReport(say, Date.now);
}

/** Shows how far an export is as the two phases of a run. */
function progressOf(shown: RunReport): (progress: ExportProgress) => void {
  const startedAtMs = Date.now();
  let phaseSinceMs = startedAtMs;
  const run = { id: "export", kind: "export", phases: 2, unit: "rows", place: "", failed: 0 } as const;
  return ({ phase, done, total }) => {
    if (done === 0) phaseSinceMs = Date.now();
    const phaseNumber = phase === "count" ? 1 : 2;
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
    const signal = stopSignal("Stopping after the page in hand.");
    const run = { tenantId, days, format, target, clock: Date.now, report: progressOf(shown), signal };
    const came = await exportInto(fieldward, run).finally(() => {
      shown.finish();
    });
    // Standard output may be the export itself.
    say(options.json === true ? JSON.stringify({ ...came, out: out ?? null }) : exportText(came, out));
    if (came.outcome !== "finished") process.exitCode = 1;
  });
}
