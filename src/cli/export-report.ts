import type { ExportCounts, ExportOutcome } from "../lifecycle/anonymised-export";
import type { DateUnit } from "../lifecycle/anonymised-export-dates";

/** What is told at the end of an export. */
export interface ExportReport extends ExportCounts {
  readonly outcome: ExportOutcome;
  readonly dates: DateUnit;
  readonly smallestGroup: number;
  /** The first day that is not in it, in UTC. */
  readonly sentBefore: string;
  readonly seconds: number;
}

const n = (count: number): string => count.toLocaleString("en");

function leftOutText({ noTwin, erased, restricted, unreadable }: ExportReport["leftOut"]): string {
  const parts = [
    [noTwin, "without a twin"],
    [erased, "of erased customers"],
    [restricted, "of restricted customers"],
    [unreadable, "whose twin could not be read"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, why]) => `${n(count)} ${why}`);
  return told.length === 0 ? "" : `Left out: ${told.join(", ")}.`;
}

function renewalText({ olderTwins, leftOut }: ExportReport): string {
  if (olderTwins + leftOut.noTwin === 0) return "";
  const older = olderTwins === 0 ? "" : `${n(olderTwins)} exported from twins of an older detector. `;
  return `${older}"fieldward anonymise twins" makes twins that are missing or older.`;
}

const ENDS: Readonly<Record<ExportOutcome, (out: string | undefined) => string>> = {
  finished: (out) => (out === undefined ? "" : `Written: ${out}`),
  stopped: (out) =>
    out === undefined
      ? "Stopped: what was written, if anything, is a part."
      : "Stopped: what was written is removed.",
};

/** The end of an export in words. */
export function exportText(came: ExportReport, out: string | undefined): string {
  const { read, exported, suppressed, suppressedGroups, smallestGroup, dates, sentBefore, seconds, outcome } =
    came;
  const groups = `in ${n(suppressedGroups)} groups of fewer than ${n(smallestGroup)} customers`;
  return [
    `${n(read)} messages read: ${n(exported)} exported, ${n(suppressed)} suppressed ${groups}.`,
    leftOutText(came.leftOut),
    `Sent before ${sentBefore}, UTC: the current ${dates} is never exported.`,
    renewalText(came),
    `${seconds.toFixed(1)} s.`,
    ENDS[outcome](out),
  ]
    .filter(Boolean)
    .join("\n");
}
