import { columnsOf } from "../../access/read-field";
import { Level } from "../../domain/category";
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
export function isRowType(type: string): boolean {
  return ALWAYS[type] !== undefined;
}

function ownRows(type: string, fields: readonly FieldPlan[]): RowsPlan {
  const columns = new Set(ALWAYS[type]);
  const levels = new Map<string, Level>();
  for (const field of fields) {
    if (field.classified === undefined || field.kind === "typename") continue;
    const level = field.order?.level ?? (field.denial === null ? Level.CLEAR : Level.HIDDEN);
    // Asked for twice at different levels: the log tells the higher one.
    levels.set(field.name, Math.max(levels.get(field.name) ?? Level.HIDDEN, level) as Level);
    if (field.order !== undefined)
      for (const column of columnsOf(field.order.personal, level)) columns.add(column);
    else if (field.kind === "property" && field.denial === null && fieldsOf(type)?.has(field.name))
      columns.add(field.name);
  }
  return { type, columns, fields: levels };
}

/** The rows plan of one place where an entity is read twice in one list, as by `nodes` and by `edges { node }`. */
function merged(plans: readonly RowsPlan[]): RowsPlan {
  const fields = new Map<string, Level>();
  for (const plan of plans) {
    for (const [field, level] of plan.fields)
      fields.set(field, Math.max(fields.get(field) ?? Level.HIDDEN, level) as Level);
  }
  return { type: plans[0]?.type ?? "", columns: new Set(plans.flatMap((plan) => [...plan.columns])), fields };
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
    : { type: "", columns: new Set(), fields: new Map() };
}
