import { getNamedType, isInputObjectType } from "graphql";
import { getArgumentValues } from "graphql/execution/values";
import { Level, levelName, type Category } from "../domain/category";
import { FieldwardError } from "../domain/errors";
import type { GatewayContext } from "./context";
import type { FieldPlan, OperationPlan } from "./plan/operation-plan";
import { liftedLevel, plannedLevel } from "./plan/rows-plan";
import { checkFilter, isFilter } from "./rules/filter-rules";

/** One field of an operation: what it would be served at, by which rule, and what would raise it. */
export interface PlannedField {
  /** The names in the answer from the root, without list places. */
  readonly path: string;
  readonly field: string;
  /** null: an operation, or structure that says nothing of anyone. */
  readonly category: Category | null;
  readonly level: Level;
  readonly because: string;
  readonly toRaise: string | null;
}

type Reason = Pick<PlannedField, "level" | "because" | "toRaise">;

/** What a field's filter is refused with; null: nothing. The same check that the field's read makes. */
function filterRefusal(
  field: FieldPlan,
  variables: Record<string, unknown>,
  { standing }: GatewayContext,
): FieldwardError | null {
  const [node] = field.nodes;
  const filters = field.definition.args.filter(({ type }) => {
    const named = getNamedType(type);
    return isInputObjectType(named) && isFilter(named.name);
  });
  if (node === undefined || filters.length === 0) return null;
  const given = getArgumentValues(field.definition, node, variables);
  try {
    for (const { name, type } of filters) checkFilter(standing, getNamedType(type).name, given[name] ?? {});
    return null;
  } catch (error) {
    if (error instanceof FieldwardError) return error;
    throw error;
  }
}

/** What the filter of a root field is refused with: nothing at all is then served. */
export function rootFilterRefusal(
  { root }: OperationPlan,
  variables: Record<string, unknown>,
  context: GatewayContext,
): FieldwardError | null {
  for (const field of root.fields) {
    const refusal = filterRefusal(field, variables, context);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** A field without category: an operation that its own rule decides on, or structure. */
function structureReason({ unlifted, path }: FieldPlan): Reason {
  if (unlifted !== null) {
    const { hint, message } = unlifted;
    return { level: Level.HIDDEN, because: hint ?? message, toRaise: null };
  }
  const because = path.includes(".") ? "it says nothing of anyone" : "this principal may ask it";
  return { level: Level.CLEAR, because, toRaise: null };
}

/** A classified field: what the decision on its category comes to, in the words that the answer itself would use. */
function categoryReason(
  field: FieldPlan,
  category: Category,
  plan: OperationPlan,
  context: GatewayContext,
): Reason {
  const level = plannedLevel(field);
  const decision = context.standing.decisions[category];
  if (level === Level.CLEAR) {
    const whole = decision.level === Level.CLEAR ? "" : "; an open field is served whole from MASKED up";
    return { level, because: `${decision.because}${whole}`, toRaise: null };
  }
  const note = plan.notes.find((told) => told.field === field.coordinate && told.level === level);
  const { because, toRaise } = note ?? decision;
  const lifted = liftedLevel(field);
  if (lifted > level)
    return { level, because: `${because}; ${levelName(lifted)} where your elevation lifts it`, toRaise };
  if (field.unlifted?.code !== "LEVEL_TOO_HIGH") return { level, because, toRaise };
  const lower = `ask for no more than ${levelName(decision.level)} with \`as:\``;
  return { level, because, toRaise: toRaise === null ? lower : `${lower}, or ${toRaise}` };
}

/** Every field of an operation with what it would be served at, before any row is looked at. */
export function plannedFields(
  plan: OperationPlan,
  variables: Record<string, unknown>,
  context: GatewayContext,
): PlannedField[] {
  const refused = new Map<string, FieldwardError>();
  return [...plan.byPath.values()]
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((field): PlannedField => {
      const { path, coordinate } = field;
      const category = field.classified?.category ?? null;
      const above = refused.get(path.slice(0, Math.max(0, path.lastIndexOf("."))));
      // What is hidden is not loaded, so that its filter is not even looked at.
      const own = field.unlifted === null ? filterRefusal(field, variables, context) : null;
      const filter = above ?? own;
      if (filter !== null) refused.set(path, filter);
      const reason =
        filter !== null
          ? { level: Level.HIDDEN, because: filter.message, toRaise: "leave out that filter" }
          : category === null
            ? structureReason(field)
            : categoryReason(field, category, plan, context);
      return { path, field: coordinate, category, ...reason };
    });
}
