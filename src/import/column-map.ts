import { closestName } from "../domain/closest-name";
import { IMPORT_FIELDS, type ImportField } from "./import-row";
import { ImportUsageError } from "./usage-error";

/** The columns that the caller named, with the field of each. */
export type ColumnMap = ReadonlyMap<string, ImportField>;

/** Reads `--map` options, each `column=field`. @throws ImportUsageError when one is not of that form */
export function parseMapOptions(options: readonly string[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const option of options) {
    // The last "=": a column's name may hold one, a field's does not.
    const cut = option.lastIndexOf("=");
    const column = option.slice(0, Math.max(cut, 0)).trim();
    if (column === "") throw new ImportUsageError(`--map ${option}: write it as column=field.`);
    if (map.has(column)) throw new ImportUsageError(`--map names the column "${column}" twice.`);
    map.set(column, option.slice(cut + 1).trim());
  }
  return map;
}

/** Checks that the map leads to fields that exist, one column each. @throws ImportUsageError */
export function checkColumnMap(map: ReadonlyMap<string, string>): ColumnMap {
  const checked = new Map<string, ImportField>();
  for (const [column, name] of map) {
    const field = IMPORT_FIELDS.find((known) => known === name);
    if (field === undefined) throw unknownField(column, name);
    if ([...checked.values()].includes(field)) {
      throw new ImportUsageError(`--map leads more than one column to ${field}: keep one.`);
    }
    checked.set(column, field);
  }
  return checked;
}

/** Tells whether columns are named by their place from 1 on, which says that the file has no header. */
export function namesPositions(map: ColumnMap): boolean {
  const columns = [...map.keys()];
  const positional = columns.filter((column) => /^[1-9]\d{0,3}$/.test(column));
  if (positional.length > 0 && positional.length < columns.length) {
    throw new ImportUsageError(
      "--map mixes column numbers and column names: use numbers for a file without a header, names for one with it.",
    );
  }
  return positional.length > 0;
}

/** Ends a message with the nearest of the names, if one is near. */
export function suggestion(mistyped: string, names: readonly string[]): string {
  const closest = closestName(mistyped, names);
  return closest === null ? "" : ` Did you mean "${closest}"?`;
}

function unknownField(column: string, name: string): ImportUsageError {
  return new ImportUsageError(
    `--map ${column}=${name}: there is no field "${name}".${suggestion(name, IMPORT_FIELDS)} ` +
      `Fields: ${IMPORT_FIELDS.join(", ")}.`,
  );
}
