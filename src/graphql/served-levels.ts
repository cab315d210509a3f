import { gateCode, isLifted, tooHighCode } from "../access/row-gate";
import { highest, Level, lowest } from "../domain/category";
import type { ClassifiedField } from "../domain/classified";
import type { ErrorCode } from "../domain/errors";
import type { Gate } from "../policy/gate";
import type { FieldPlan, ObjectPlan, OperationPlan, RowsPlan } from "./plan/operation-plan";
import { liftedLevel, plannedLevel } from "./plan/rows-plan";
import { isGated } from "./rules/field-rules";

/** What becomes of a field of the rows behind one gate. */
export interface ServedField {
  /** HIDDEN where it is refused: nothing is served then. */
  readonly level: Level;
  readonly refusal: ErrorCode | null;
  /** Whether it is the gate that lowers or refuses it, and not what was decided for all rows. */
  readonly byGate: boolean;
}

const known = new WeakMap<RowsPlan, readonly FieldPlan[]>();

/** The fields that an operation asks of rows: of one list those of `nodes` and of `edges { node }`. */
export function fieldsOfRows({ byPath }: OperationPlan, rows: RowsPlan): readonly FieldPlan[] {
  let fields = known.get(rows);
  if (fields === undefined) {
    const place = [...byPath.values()].find(({ sub }) => sub?.rows === rows)?.sub;
    fields = place === undefined || place === null ? [] : rowFields(place);
    known.set(rows, fields);
  }
  return fields;
}

function rowFields({ type, fields, rows }: ObjectPlan): readonly FieldPlan[] {
  if (type === rows.type) return fields;
  return fields.flatMap(({ sub }) => (sub?.rows.type === rows.type ? rowFields(sub) : []));
}

/**
 * What is served of a field behind a gate, and what refuses it: what `readField` and the rules come to for each of those
 * rows, told before any of them is opened.
 */
export function servedField(field: FieldPlan, gate: Gate): ServedField {
  const lifted = isLiftedField(field, gate);
  const refusal = lifted ? field.denial : field.unlifted;
  if (refusal !== null) return { level: Level.HIDDEN, refusal: refusal.code, byGate: false };
  const planned = lifted ? liftedLevel(field) : plannedLevel(field);
  const level = levelThrough(gate, field.classified, planned);
  return level === planned ? { level, refusal: null, byGate: false } : loweredField(field, level, gate);
}

/** What the gate lowers is refused where nothing is left of it, or less than was asked for. */
function loweredField({ order }: FieldPlan, level: Level, { reason }: Gate): ServedField {
  if (level === Level.HIDDEN) return { level, refusal: gateCode(reason), byGate: true };
  const asked = order?.requested ?? null;
  if (asked === null || level >= asked) return { level, refusal: null, byGate: true };
  return { level: Level.HIDDEN, refusal: tooHighCode(reason), byGate: true };
}

/** Whether an elevation lifts a field of the rows behind a gate. */
export function isLiftedField({ classified }: FieldPlan, gate: Gate): boolean {
  const category = classified?.category ?? null;
  return category !== null && isLifted(gate, category);
}

/** What is read behind a gate, by name of the field. Asked for twice at different levels, the higher one counts. */
export function servedLevels(fields: readonly FieldPlan[], gate: Gate): ReadonlyMap<string, Level> {
  const levels = new Map<string, Level>();
  for (const field of fields) {
    if (field.classified === undefined) continue;
    const { level } = servedField(field, gate);
    levels.set(field.name, highest(levels.get(field.name) ?? Level.HIDDEN, level));
  }
  return levels;
}

/** What the gate leaves of a planned level: it lowers personal fields, hides open ones, and leaves `account` alone. */
function levelThrough({ cap }: Gate, field: ClassifiedField | undefined, level: Level): Level {
  if (field === undefined || !isGated(field)) return level;
  return field.form === "personal" || cap === Level.HIDDEN ? lowest(level, cap) : level;
}
