import { checkColumnMap, namesPositions } from "./column-map";
import { ownNames, planByHeader, planByPosition, type ColumnPlan, type KnownNames } from "./column-plan";
import { delimitedRecords, type Cells, type Dialect } from "./delimited-records";
import type { ImportField, ImportRow } from "./import-row";
import type { MessageFormat, OpenOptions } from "./message-format";
import { messageRow, type FieldTexts } from "./message-row";
import type { SourceFile } from "./source-file";
import { readRecords, RowRejected, type Position } from "./source-record";
import { ImportUsageError } from "./usage-error";

/** The first record of a file, which is its header if it has one. */
export interface FirstRecord {
  readonly cells: Cells;
  readonly next: Position;
}

/** Values by field, of our fields or also of another's. */
export type TextsByField<F extends string> = Readonly<Partial<Record<F | ImportField, string>>>;

/** How a kind of file names its columns, and what its values mean. */
export interface Vocabulary<F extends string> {
  readonly known: readonly KnownNames<F>[];
  readonly translate: (texts: TextsByField<F>) => FieldTexts;
}

/** Opens a CSV or TSV file: by its header or, when `--map` names numbers, without one. */
export function openDelimited(
  source: SourceFile,
  dialect: Dialect,
  first: FirstRecord,
  options: OpenOptions,
): MessageFormat {
  const map = checkColumnMap(options.map);
  const known = ownNames(options.defaults.direction !== null);
  const translate = (texts: FieldTexts) => texts;
  if (!namesPositions(map)) return openByHeader(source, dialect, first, options, { known, translate });
  const columnCount = first.cells.length;
  const plan = planByPosition(columnCount, map, known);
  const rowOf = rowReading({ plan, columnCount, translate }, options);
  return messageFormat(source, dialect, textStart(source), rowOf);
}

/** Opens a file by its header. */
export function openByHeader<F extends string>(
  source: SourceFile,
  dialect: Dialect,
  first: FirstRecord,
  options: OpenOptions,
  { known, translate }: Vocabulary<F>,
): MessageFormat {
  const header = first.cells.map((name) => name.trim());
  const plan = planByHeader(header, checkColumnMap(options.map), known);
  const rowOf = rowReading({ plan, columnCount: header.length, translate }, options);
  return messageFormat(source, dialect, first.next, rowOf);
}

/** Reads the first record. @throws ImportUsageError when there is none that can be read */
export async function readFirstRecord(source: SourceFile, dialect: Dialect): Promise<FirstRecord> {
  for await (const [first] of delimitedRecords(source, dialect, textStart(source))) {
    if (first === undefined) continue;
    if (first.kind === "whole") return { cells: first.content, next: first.next };
    throw new ImportUsageError(`${source.path}, line ${first.at.line}: ${first.reason}.`);
  }
  throw new ImportUsageError(`${source.path} holds blank lines only: there is nothing to import.`);
}

interface Layout<F extends string> {
  readonly plan: ColumnPlan<F>;
  readonly columnCount: number;
  readonly translate: Vocabulary<F>["translate"];
}

type ReadRow = (cells: Cells, line: number) => ImportRow;

function rowReading<F extends string>(layout: Layout<F>, { defaults }: OpenOptions): ReadRow {
  const { columnCount, translate } = layout;
  const picks = [...layout.plan];
  return (cells, line) => {
    if (cells.length !== columnCount) {
      throw new RowRejected(`${cells.length} columns instead of ${columnCount}`);
    }
    return messageRow(line, translate(pick(cells, picks)), defaults);
  };
}

function messageFormat(source: SourceFile, dialect: Dialect, start: Position, rowOf: ReadRow): MessageFormat {
  return { start, rows: (from) => readRecords(delimitedRecords(source, dialect, from), rowOf) };
}

function pick<F extends string>(
  cells: Cells,
  picks: readonly (readonly [F | ImportField, number])[],
): TextsByField<F> {
  const texts: Partial<Record<F | ImportField, string>> = {};
  for (const [field, index] of picks) texts[field] = cells[index] ?? "";
  return texts;
}

function textStart(source: SourceFile): Position {
  return { byte: source.textStart, line: 1 };
}
