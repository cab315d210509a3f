import type { Settings } from "../config";
import { FieldwardError, StartupError } from "../domain/errors";
import { Tenant } from "../domain/tenant";
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
import { report, say, type ReportOptions } from "./terminal";
import { withFieldward } from "./user";

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

/** Checks one row by the rules of `storeMessages`; the reason names the field and the rule, never the value. */
function check(services: Services, { line: _, ...row }: ImportRow): IncomingMessage | string {
  try {
    const [message] = services.messages.check([{ ...row, customerId: null }]);
    return message ?? "the row is empty";
  } catch (error) {
    return error instanceof FieldwardError
      ? (error.hint ?? error.message).replace(/^0\./, "")
      : "the row is not valid";
  }
}

function storer(services: Services, tenantId: string) {
  const record = operatorRecord(services, tenantId);
  return async (rows: readonly ImportRow[]): Promise<readonly RowOutcome[]> => {
    const checked = rows.map((row) => check(services, row));
    const good = checked.filter((row) => typeof row !== "string");
    const stored = (await services.messages.store(good, tenantId, record)).values();
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
  return ({ type, subjects }) =>
    accessLog.append({
      kind: "WRITE",
      requestId: "import",
      principal: {
        id: "operator",
        kind: "SYSTEM",
        tenantId,
        role: null,
        scopes: [],
        purposes: [],
        trainedUntil: null,
      },
      purpose: null,
      operationName: "import messages",
      operationHash: null,
      reads: [{ type, fields: new Map(), subjects }],
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

/** Lets the batch in flight finish at the first Ctrl-C; `--resume` goes on from there. */
function stoppable(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      say("Finishing the batch in hand; go on later with --resume.");
      controller.abort();
    });
  }
  return controller.signal;
}

/** `fieldward import messages FILE` */
export async function importMessageFile(
  settings: Settings,
  file: string,
  options: ImportCommandOptions,
): Promise<void> {
  const format = formatOf(options.format);
  const map = parseMapOptions(options.map);
  const defaults = { direction: directionOf(options.direction), senderId: options.sender ?? null };
  await withFieldward(settings, async ({ services, databases }) => {
    const tenant = await databases.data.reader.manager.findOneBy(Tenant, { slug: options.tenant });
    if (tenant === null)
      throw new StartupError('There is no such tenant. "fieldward tenant list" lists them.');
    const progress = process.stderr.isTTY ? ttyProgress(process.stderr) : lineProgress(say, Date.now);
    const summary = await importMessages(
      {
        file,
        format,
        map,
        defaults,
        resume: options.resume ?? false,
        progress,
        clock: Date.now,
        signal: stoppable(),
      },
      storer(services, tenant.id),
    );
    report(options, summary, summaryText(summary));
  });
}
