import { StartupError } from "../domain/errors";
import type { AnonymisedRow } from "../lifecycle/anonymised-export-row";

/** How the rows of an export are written down. */
export interface ExportFormat {
  /** What stands before the rows. */
  readonly head: string;
  readonly row: (row: AnonymisedRow) => string;
}

const COLUMNS = [
  "message",
  "customer",
  "direction",
  "sender",
  "country",
  "language",
  "date",
  "body",
] as const satisfies readonly (keyof AnonymisedRow)[];

/**
 * What a spreadsheet takes for the beginning of a formula, in quotes too. Who sends an SMS decides how its text begins.
 *
 * @see OWASP ASVS 5.0.0, 1.2.10
 */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n\0]/;

/** One field of a CSV file: in quotes, a quote in it doubled, and an apostrophe before what would be a formula. @see RFC 4180 §2 */
export function csvField(value: string | number | null): string {
  if (value === null) return "";
  const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
  return `"${text.replaceAll('"', '""')}"`;
}

const csvRecord = (values: readonly (string | number | null)[]): string =>
  `${values.map(csvField).join(",")}\r\n`;

const FORMATS: Readonly<Record<"ndjson" | "csv", ExportFormat>> = {
  ndjson: { head: "", row: (row) => `${JSON.stringify(row, [...COLUMNS])}\n` },
  csv: { head: csvRecord(COLUMNS), row: (row) => csvRecord(COLUMNS.map((column) => row[column])) },
};

/** @throws StartupError where there is no such format */
export function exportFormat(name: string): ExportFormat {
  if (name === "ndjson" || name === "csv") return FORMATS[name];
  throw new StartupError("--format is ndjson or csv.");
}
