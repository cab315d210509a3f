import { columnsOf } from "../../access/read-field";
import { highest, Level } from "../../domain/category";
import { fieldsOf } from "../../domain/classified";
import type { FieldPlan, RowsPlan } from "./operation-plan";

/**
 * What is always read of a row: its id, whose it is, and what the gate asks. A row without its key could be matched by no
 * rule, and one without its subject could not be opened.
 */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  Customer: ["id", "tenantId", "status", "consentBits", "consentExpiry"],
  Message: ["id", "tenantId", "customerId"],
  ConsentRecord: ["id", "customerId"],
};

/** Whether a type is a row of a table that customers' data is read from. */
function isRowType(type: string): boolean {
  return ALWAYS[type] !== undefined;
}

/** The level at which a field is read for all rows; the gate of a row can only lower it. */
export function plannedLevel(field: FieldPlan): Level {
  return field.order?.level ?? (field.unlifted === null ? Level.CLEAR : Level.HIDDEN);
}

/** The same for rows of a customer with an approved elevation. */
export function liftedLevel(field: FieldPlan): Level {
  return field.order?.lifted ?? (field.denial === null ? Level.CLEAR : Level.HIDDEN);
}

/** The columns that one field needs: of a personal one those of its level, of what is hidden none. */
function columnsFor(type: string, field: FieldPlan): readonly string[] {
  if (field.order !== undefined) {
    const { personal } = field.order;
    const plain = columnsOf(personal, plannedLevel(field));
    const lifted = liftedLevel(field);
    return lifted === plannedLevel(field) ? plain : [...plain, ...columnsOf(personal, lifted)];
  }
  const stored = field.kind === "property" && fieldsOf(type)?.has(field.name) === true;
  return stored && field.denial === null ? [field.name] : [];
}

function ownRows(type: string, fields: readonly FieldPlan[]): RowsPlan {
  const read = fields.filter((field) => field.classified !== undefined);
  const columns = new Set([...(ALWAYS[type] ?? []), ...read.flatMap((field) => columnsFor(type, field))]);
  const levels = highestOf(read.map((field) => [field.name, plannedLevel(field)]));
  const lifts = read.filter((field) => liftedLevel(field) !== plannedLevel(field));
  const lifted = highestOf(lifts.map((field) => [field.name, liftedLevel(field)]));
  const discloses = read.some((field) => field.order?.level === Level.CLEAR);
  return { type, columns, fields: levels, lifted, discloses };
}

/** Asked for twice at different levels: the log tells the higher one. */
function highestOf(levels: Iterable<readonly [string, Level]>): Map<string, Level> {
  const fields = new Map<string, Level>();
  for (const [field, level] of levels) fields.set(field, highest(fields.get(field) ?? Level.HIDDEN, level));
  return fields;
}

/** The rows plan of one place where an entity is read twice in one list, as by `nodes` and by `edges { node }`. */
function merged(plans: readonly RowsPlan[]): RowsPlan {
  return {
    type: plans[0]?.type ?? "",
    columns: new Set(plans.flatMap((plan) => [...plan.columns])),
    fields: highestOf(plans.flatMap((plan) => [...plan.fields])),
    lifted: highestOf(plans.flatMap((plan) => [...plan.lifted])),
    discloses: plans.some((plan) => plan.discloses),
  };
}

/** What is read for a selection: of a row its own columns, of a connection those of its nodes. */
export function rowsPlanOf(type: string, fields: readonly FieldPlan[]): RowsPlan {
  if (isRowType(type)) return ownRows(type, fields);
  const below = fields.flatMap(({ sub }) => (sub !== null && sub.rows.type !== "" ? [sub.rows] : []));
  if (below.length > 0 && /(?:Connection|Edge)$/.test(type)) return merged(below);
  // A connection of which only the page info or the count is asked still reads ids.
  const node = /^(\w+)(?:Connection|Edge)$/.exec(type)?.[1];
  return node !== undefined && isRowType(node)
    ? ownRows(node, [])
    : { type: "", columns: new Set(), fields: new Map(), lifted: new Map(), discloses: false };
}
