import { StartupError } from "../domain/errors";
import { periodOf, type DateUnit } from "../lifecycle/anonymised-export-dates";

/** The first and the last day of an export, as moments in UTC; null: without end. */
export interface ExportDays {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function dayOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = DAY.test(text) ? Date.parse(text) : NaN;
  // A day that there is not, such as 30 February, is taken for one in March by some.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text)
    throw new StartupError(`${option} is a day, such as 2026-11-27.`);
  return ms;
}

/** @throws StartupError where one of them is no day, or the first comes after the last */
export function exportDays({ from, to }: { readonly from?: string; readonly to?: string }): ExportDays {
  const [firstMs, lastMs] = [dayOf("--from", from), dayOf("--to", to)];
  if (firstMs !== null && lastMs !== null && firstMs > lastMs)
    throw new StartupError("--from must not come after --to.");
  return { firstMs, lastMs };
}

/**
 * The time that is exported: whole days, weeks or months, as dates are cut, and none that has not ended. Two exports that end
 * a day apart would tell of each message between them on which day it was sent.
 */
export function rangeOf(
  { firstMs, lastMs }: ExportDays,
  unit: DateUnit,
  nowMs: number,
): { readonly fromMs: number; readonly beforeMs: number } {
  const closedMs = periodOf(nowMs, unit).startMs;
  return {
    fromMs: firstMs === null ? Number.MIN_SAFE_INTEGER : periodOf(firstMs, unit).startMs,
    beforeMs: lastMs === null ? closedMs : Math.min(closedMs, periodOf(lastMs, unit).endMs),
  };
}
