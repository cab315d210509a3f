import { foldName } from "../domain/closest-name";
import { checkColumnMap, suggestion, type ColumnMap } from "./column-map";
import { listKeys, showableKeys } from "./column-names";
import { ownNames, requireFields, REQUIRED_FIELDS } from "./column-plan";
import { IMPORT_FIELDS, type ImportField } from "./import-row";
import { jsonLines, type JsonObject } from "./json-lines";
import type { MessageFormat, OpenOptions } from "./message-format";
import { messageRow, type FieldTexts } from "./message-row";
import type { SourceFile } from "./source-file";
import { readRecords, RowRejected, type Position } from "./source-record";
import { ImportUsageError } from "./usage-error";

/** Objects looked at before the import, to tell a wrong mapping from a key that is sometimes absent. */
const SAMPLE_OBJECTS = 100;

const REMEMBERED_KEYS = 1000;

type KeyToField = (key: string) => ImportField | null;

/** Opens a file of one JSON object a line; keys take the place of columns. */
export async function openNdjson(source: SourceFile, options: OpenOptions): Promise<MessageFormat> {
  const map = checkColumnMap(options.map);
  const fieldOf = keyToField(map);
  const start = { byte: source.textStart, line: 1 };
  const keys = await sampleKeys(source, start);
  refuseUnknownKeys(map, keys);
  const found = new Set([...keys].map(fieldOf).filter((field) => field !== null));
  const known = ownNames(options.defaults.direction !== null);
  requireFields(found, known, listKeys(keys));
  const rowOf = (object: JsonObject, line: number) =>
    messageRow(line, fieldTexts(object, fieldOf), options.defaults);
  return { start, rows: (from) => readRecords(jsonLines(source, from), rowOf) };
}

async function sampleKeys(source: SourceFile, start: Position): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  let objects = 0;
  for await (const records of jsonLines(source, start)) {
    for (const record of records) {
      if (record.kind === "broken") continue;
      for (const key of Object.keys(record.content)) keys.add(key);
      if (++objects === SAMPLE_OBJECTS) return keys;
    }
  }
  if (objects === 0) throw new ImportUsageError(`${source.path} has no line that is a JSON object.`);
  return keys;
}

/** An optional field's key may come later in the file; refused is what cannot be right or looks mistyped. */
function refuseUnknownKeys(map: ColumnMap, keys: ReadonlySet<string>): void {
  for (const [key, field] of map) {
    const hint = suggestion(key, showableKeys(keys));
    if (keys.has(key) || (hint === "" && !REQUIRED_FIELDS.has(field))) continue;
    throw new ImportUsageError(
      `--map ${key}=${field}: none of the first ${SAMPLE_OBJECTS} objects has that key.${hint} ${listKeys(keys)}`,
    );
  }
}

function keyToField(map: ColumnMap): KeyToField {
  const mapped = new Set(map.values());
  const byName = new Map(
    IMPORT_FIELDS.filter((field) => !mapped.has(field)).map((field) => [foldName(field), field] as const),
  );
  const answers = new Map<string, ImportField | null>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const field = map.get(key) ?? byName.get(foldName(key)) ?? null;
    // Objects may have any number of keys; memory may not grow with them.
    if (answers.size < REMEMBERED_KEYS) answers.set(key, field);
    return field;
  };
}

function fieldTexts(object: JsonObject, fieldOf: KeyToField): FieldTexts {
  const texts: Partial<Record<ImportField, string>> = {};
  for (const [key, value] of Object.entries(object)) {
    const field = fieldOf(key);
    if (field === null) continue;
    if (texts[field] !== undefined) throw new RowRejected(`more than one key for ${field}`);
    texts[field] = textOf(field, value);
  }
  return texts;
}

function textOf(field: ImportField, value: unknown): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "number") throw new RowRejected(`${field} is neither a string nor a number`);
  // JSON.parse has already rounded it; an identifier must not change unseen.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new RowRejected(`${field} is a number too large to be exact: write it in quotes`);
  }
  return String(value);
}
