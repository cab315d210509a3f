import { foldName } from "../domain/closest-name";
import { suggestion, type ColumnMap } from "./column-map";
import { listColumns, showableColumns } from "./column-names";
import { IMPORT_FIELDS, type ImportField } from "./import-row";
import { ImportUsageError } from "./usage-error";

/** What a column may be called for it to be found without `--map`, the best name first. */
export interface KnownNames<F extends string> {
  readonly field: F;
  readonly names: readonly string[];
  readonly isRequired: boolean;
}

/** Where each field stands in a record. */
export type ColumnPlan<F extends string> = ReadonlyMap<F | ImportField, number>;

/** The fields that every message has. */
export const REQUIRED_FIELDS: ReadonlySet<ImportField> = new Set([
  "externalId",
  "customerNumber",
  "body",
  "sentAt",
]);

/** Columns that are called like the field; `direction` is required where there is no default for it. */
export function ownNames(hasDefaultDirection: boolean): readonly KnownNames<ImportField>[] {
  return IMPORT_FIELDS.map((field) => ({
    field,
    names: [field],
    isRequired: REQUIRED_FIELDS.has(field) || (field === "direction" && !hasDefaultDirection),
  }));
}

/** Finds the column of each field by header; `--map` goes before known names. @throws ImportUsageError */
export function planByHeader<F extends string>(
  header: readonly string[],
  map: ColumnMap,
  known: readonly KnownNames<F>[],
): ColumnPlan<F> {
  const plan = new Map<F | ImportField, number>();
  for (const [column, field] of map) plan.set(field, mappedColumn(header, column));
  const taken = new Set(plan.values());
  for (const { field, names } of known) {
    const index = plan.has(field) ? null : knownColumn(header, field, names, taken);
    if (index !== null) plan.set(field, index);
  }
  requireFields(new Set(plan.keys()), known, listColumns(header));
  return plan;
}

/** Takes the columns by number. @throws ImportUsageError when the first record has fewer */
export function planByPosition(
  columnCount: number,
  map: ColumnMap,
  known: readonly KnownNames<ImportField>[],
): ColumnPlan<ImportField> {
  const plan = new Map<ImportField, number>();
  for (const [column, field] of map) {
    if (Number(column) > columnCount) {
      throw new ImportUsageError(
        `--map ${column}=${field}: the first record has ${columnCount} columns. ` +
          "Numbers as column names mean that the file has no header.",
      );
    }
    plan.set(field, Number(column) - 1);
  }
  requireFields(new Set(plan.keys()), known, `The file has ${columnCount} columns and, by --map, no header.`);
  return plan;
}

/** @throws ImportUsageError that lists the required fields which were not found */
export function requireFields<F extends string>(
  found: ReadonlySet<string>,
  known: readonly KnownNames<F>[],
  whatThereIs: string,
): void {
  const missing = known.filter(({ field, isRequired }) => isRequired && !found.has(field));
  if (missing.length === 0) return;
  throw new ImportUsageError(
    `The file lacks what every message needs: ${missing.map(describe).join(", ")}. ` +
      `Name the columns with --map column=field. ${whatThereIs}`,
  );
}

function describe<F extends string>({ field, names }: KnownNames<F>): string {
  const [first, ...others] = names;
  return others.length === 0 && first === field ? field : `${field} (column ${names.join(" or ")})`;
}

function mappedColumn(header: readonly string[], column: string): number {
  const exact = indexesOf(header, (name) => name === column);
  const found = exact.length > 0 ? exact : indexesOf(header, (name) => foldName(name) === foldName(column));
  const [index] = found;
  if (index === undefined) {
    const hint = suggestion(column, showableColumns(header));
    throw new ImportUsageError(`--map ${column}: the file has no such column.${hint} ${listColumns(header)}`);
  }
  if (found.length > 1) throw new ImportUsageError(`--map ${column}: the file has two such columns.`);
  return index;
}

function knownColumn(
  header: readonly string[],
  field: string,
  names: readonly string[],
  taken: ReadonlySet<number>,
): number | null {
  for (const known of names) {
    const found = indexesOf(header, (name, index) => !taken.has(index) && foldName(name) === foldName(known));
    if (found.length > 1) {
      throw new ImportUsageError(
        `More than one column is called like ${field}: choose by --map column=${field}.`,
      );
    }
    if (found[0] !== undefined) return found[0];
  }
  return null;
}

function indexesOf(
  header: readonly string[],
  matches: (name: string, index: number) => boolean,
): readonly number[] {
  return header.flatMap((name, index) => (matches(name, index) ? [index] : []));
}
