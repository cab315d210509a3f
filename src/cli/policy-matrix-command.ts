import { writeFile } from "node:fs/promises";
import type { Settings } from "../config";
import { levelName } from "../domain/category";
import { StartupError } from "../domain/errors";
import { loadPolicy } from "../policy/policy";
import { suggestion } from "../policy/read-policy-file";
import { policyFields } from "./policy-fields";
import { cellWord, policyMatrix, type Matrix } from "./policy-matrix";
import { matrixHtml } from "./policy-matrix-html";
import { matrixText } from "./policy-matrix-text";
import { print, report, type ReportOptions } from "./terminal";

/** What `fieldward policy matrix` takes. */
export interface MatrixOptions extends ReportOptions {
  readonly format: string;
  readonly purpose?: string;
  readonly out?: string;
}

function matrixCsv({ columns, rows, purpose }: Matrix): string {
  const lines = rows.flatMap((row) =>
    row.cells.map((cell, i) =>
      [
        columns[i]?.name ?? "",
        row.coordinate,
        row.category ?? "",
        row.form,
        purpose ?? "any",
        cellWord(row, cell),
        cell.elevated === null ? "" : levelName(cell.elevated),
      ].join(","),
    ),
  );
  return ["audience,field,category,form,purpose,level,elevated", ...lines].join("\n");
}

const FORMATS: Readonly<Record<string, (matrix: Matrix) => string>> = {
  text: matrixText,
  csv: matrixCsv,
  html: matrixHtml,
};

/** `fieldward policy matrix` */
export async function showMatrix(settings: Settings, options: MatrixOptions): Promise<void> {
  const format = FORMATS[options.format];
  if (format === undefined) {
    const names = Object.keys(FORMATS);
    throw new StartupError(`--format is one of ${names.join(", ")}.${suggestion(options.format, names)}`);
  }
  const matrix = policyMatrix(loadPolicy(settings.FIELDWARD_POLICY_DIR), policyFields(), options.purpose);
  const text = format(matrix);
  if (options.out === undefined) {
    report(options, matrix, text);
    return;
  }
  await writeFile(options.out, options.json === true ? `${JSON.stringify(matrix)}\n` : `${text}\n`);
  print(`Wrote ${options.out}.`);
}
