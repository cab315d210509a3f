import { getArgumentValues } from "graphql/execution/values";
import { FieldwardError } from "../domain/errors";
import type { FieldPlan, ObjectPlan } from "./plan/operation-plan";

/** The most rows that one operation may ask for, nested lists multiplied. */
const MOST_ROWS = 20_000;

/** How long a list is taken to be that has no `first`. */
const UNBOUNDED_LIST = 10;

function listLength(field: FieldPlan, variables: Record<string, unknown>): number {
  const [node] = field.nodes;
  const argument = field.definition.args.find(({ name }) => name === "first");
  if (node === undefined || argument === undefined) {
    return field.kind === "child" && field.list ? UNBOUNDED_LIST : 1;
  }
  // Given as null it is read as if it were left out.
  const first = getArgumentValues(field.definition, node, variables)["first"] ?? argument.defaultValue;
  return typeof first === "number" ? Math.max(1, first) : UNBOUNDED_LIST;
}

/** How many rows an operation can read at most. */
export function costOf(plan: ObjectPlan, variables: Record<string, unknown>): number {
  return plan.fields.reduce((sum, field) => {
    if (field.sub === null) return sum;
    return sum + listLength(field, variables) * Math.max(1, costOf(field.sub, variables));
  }, 0);
}

/** @throws FieldwardError QUERY_TOO_COMPLEX */
export function checkCost(plan: ObjectPlan, variables: Record<string, unknown>): void {
  const cost = costOf(plan, variables);
  if (cost <= MOST_ROWS) return;
  throw new FieldwardError(
    "QUERY_TOO_COMPLEX",
    `It could read ${String(cost)} rows; ${String(MOST_ROWS)} are allowed.`,
  );
}
