import { formatColumns } from "../vault-bars";
import type { MessageScore } from "./message-score";
import type { Estimate, Report, SliceEstimates } from "./report";

const BAR_WIDTH = 20;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

export const percent = (part: number): string => (100 * part).toFixed(1);

function withInterval({ value, low, high }: Estimate): string {
  return `${percent(value).padStart(5)} (${percent(low)}-${percent(high)})`;
}

function barOf(part: number): string {
  const eighths = Math.round(part * BAR_WIDTH * 8);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

function toRow(name: string, slice: SliceEstimates): string[] {
  const { labels, found, precision, recall, f1, leak } = slice;
  const rates = [precision, recall, f1, leak].map(withInterval);
  // Padded here: the other columns are set to the right.
  return [name, String(labels), String(found), ...rates, barOf(f1.value).padEnd(BAR_WIDTH)];
}

function formatSlices(heading: string, slices: Readonly<Record<string, SliceEstimates>>): string {
  const rows = Object.entries(slices).map(([name, slice]) => toRow(name, slice));
  return formatColumns([
    [heading, "labels", "found", "precision", "recall", "F1", "leak", "F1".padEnd(BAR_WIDTH)],
    ...rows,
  ]);
}

function formatMessages(report: Report): string {
  return formatColumns([
    ["messages", "%"],
    ["with personal data of which a label leaks", withInterval(report.leakingMessages)],
    ["clean, in which something was found", withInterval(report.cleanHit)],
    ["characters redacted that need not be", withInterval(report.overRedaction)],
  ]);
}

/** The figures in percent, each with its 95 % interval in brackets. */
export function formatReport(report: Report): string {
  const { overall, untyped } = report;
  return [
    `${report.messages} messages; percent, with 95 % intervals (bootstrap by message)`,
    formatSlices("type", report.types),
    formatSlices("language", report.languages),
    formatSlices("all", { overall, "whatever type": untyped }),
    formatMessages(report),
  ].join("\n\n");
}

/** A line for each label that was missed and each finding that is none, message by message. */
export function formatMistakes(scores: readonly MessageScore[]): string {
  return scores
    .flatMap(({ message: { id, lang, text }, missed, falseAlarms }) => {
      const line = (
        kind: string,
        { type, start, end }: { type: string; start: number; end: number },
      ): string => [kind, id, lang, type, JSON.stringify(text.slice(start, end)), "|", text].join(" ");
      return [...missed.map((one) => line("MISS ", one)), ...falseAlarms.map((one) => line("FALSE", one))];
    })
    .join("\n");
}
