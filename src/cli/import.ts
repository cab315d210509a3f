import type { Settings } from "../config";
import { Level } from "../domain/category";
import { FieldwardError, StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import {
  FORMAT_NAMES,
  importMessages,
  parseMapOptions,
  type FormatName,
  type ImportRow,
  type ImportSummary,
  type RowOutcome,
} from "../import/import-messages";
import { lineProgress, ttyProgress } from "../import/progress";
import type { IncomingMessage } from "../lifecycle/message-input";
import type { Fieldward } from "../main";
import { memoryBound } from "./memory-bound";
import { report, say, stopSignal, type ReportOptions } from "./terminal";
import { tenantBySlug, withFieldward } from "./with-fieldward";

/** What `fieldward import messages` takes. */
export interface ImportCommandOptions extends ReportOptions {
  readonly tenant: string;
  readonly format?: string;
  readonly map: readonly string[];
  readonly direction?: string;
  readonly sender?: string;
  readonly resume?: boolean;
}

type Services = Fieldward["services"];

type Checked = IncomingMessage | string;

const toInput = ({ line: _, ...row }: ImportRow): object => ({ ...row, customerId: null });

/** Checks one row by the rules of `storeMessages`; the reason names the field and the rule, never the value. */
function checkRow(services: Services, row: ImportRow): Checked {
  try {
    const [message] = services.messages.check([toInput(row)]);
    return message ?? "the row is empty";
  } catch (error) {
    return error instanceof FieldwardError
      ? (error.hint ?? error.message).replace(/^0\./, "")
      : "the row is not valid";
  }
}

/** Checks a batch at once, and row by row only where one of them is wrong. */
function check(services: Services, rows: readonly ImportRow[]): readonly Checked[] {
  try {
    return services.messages.check(rows.map(toInput));
  } catch {
    return rows.map((row) => checkRow(services, row));
  }
}

function storer({ services, opened }: Fieldward, tenantId: string) {
  const record = operatorRecord(services, tenantId);
  const keepBound = memoryBound();
  const { keyRing } = opened.keys;
  return async (rows: readonly ImportRow[]): Promise<readonly RowOutcome[]> => {
    const checked = check(services, rows);
    const good = checked.filter((row) => typeof row !== "string");
    const stored = (await services.messages.store(good, tenantId, record)).values();
    keepBound();
    keyRing.sweep();
    return checked.map((row): RowOutcome => {
      if (typeof row === "string") return { kind: "rejected", reason: row };
      const { value } = stored.next();
      if (value?.duplicate === true) return { kind: "duplicate" };
      return value?.id == null
        ? { kind: "rejected", reason: value?.reason ?? "not stored" }
        : { kind: "stored" };
    });
  };
}

/** An import goes on the access log batch by batch, as every other write does. */
function operatorRecord(
  { accessLog }: Services,
  tenantId: string,
): Parameters<Services["messages"]["store"]>[2] {
  return ({ type, fields, subjects }) =>
    accessLog.append({
      kind: "WRITE",
      requestId: "import",
      principal: { ...OPERATOR, tenantId },
      purpose: null,
      operationName: "import messages",
      operationHash: null,
      reads: [{ type, fields: new Map(fields.map((field) => [field, Level.CLEAR])), subjects }],
      denials: [],
      ip: null,
    });
}

function formatOf(name: string | undefined): FormatName | null {
  if (name === undefined) return null;
  const format = FORMAT_NAMES.find((known) => known === name);
  if (format === undefined) throw new StartupError(`--format is one of ${FORMAT_NAMES.join(", ")}.`);
  return format;
}

function directionOf(name: string | undefined): "INBOUND" | "OUTBOUND" | null {
  if (name === undefined) return null;
  const upper = name.toUpperCase();
  if (upper === "INBOUND" || upper === "OUTBOUND") return upper;
  throw new StartupError("--direction is inbound or outbound.");
}

function summaryText({
  read,
  stored,
  duplicates,
  rejected,
  seconds,
  rowsPerSecond,
  rejectsFile,
}: ImportSummary): string {
  const n = (count: number): string => Math.round(count).toLocaleString("en");
  const counts = `${n(read)} rows read: ${n(stored)} stored, ${n(duplicates)} known already, ${n(rejected)} rejected.`;
  const speed = `${seconds.toFixed(1)} s, ${n(rowsPerSecond)} rows/s.`;
  return [counts, speed, rejectsFile === null ? "" : `Rejects, by line and reason: ${rejectsFile}`]
    .filter(Boolean)
    .join("\n");
}

function readOptions({ map, format, direction, sender, resume }: ImportCommandOptions) {
  return {
    format: formatOf(format),
    map: parseMapOptions(map),
    defaults: { direction: directionOf(direction), senderId: sender ?? null },
    resume: resume ?? false,
  };
}

/** `fieldward import messages FILE` */
export async function importMessageFile(
  settings: Settings,
  file: string,
  options: ImportCommandOptions,
): Promise<void> {
  const wanted = readOptions(options);
  await withFieldward(settings, async (fieldward) => {
    const tenant = await tenantBySlug(fieldward, options.tenant);
    const progress = process.stderr.isTTY ? ttyProgress(process.stderr) : lineProgress(say, Date.now);
    const signal = stopSignal("Finishing the batch in hand.");
    const run = { ...wanted, file, progress, clock: Date.now, signal };
    try {
      const summary = await importMessages(run, storer(fieldward, tenant.id));
      report(options, summary, summaryText(summary));
    } catch (error) {
      if (error !== signal.reason || !signal.aborted) throw error;
      say("Stopped. The same command with --resume goes on from here.");
      process.exitCode = 1;
    }
  });
}
