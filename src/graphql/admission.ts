import {
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { FieldwardError } from "../domain/errors";
import type { GatewayContext } from "./context";
import type { ObjectPlan, OperationPlan } from "./plan/operation-plan";

/** One operation as Apollo hands it over: parsed and validated. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
  readonly context: GatewayContext;
}

/**
 * How long an operation's name may be. The caller chooses it and it goes on the access log, where an entry that does not fit
 * its column would fail all that are committed with it. Checked before there is a plan: no longer one gets any further.
 */
const LONGEST_NAME = 100;

/** @throws FieldwardError BAD_USER_INPUT */
export function checkName(name: string | undefined): void {
  if ((name?.length ?? 0) <= LONGEST_NAME) return;
  throw new FieldwardError(
    "BAD_USER_INPUT",
    `An operation's name has at most ${String(LONGEST_NAME)} characters.`,
  );
}

/** @throws FieldwardError BAD_USER_INPUT that names the variable, never its value */
export function coerceVariables(
  schema: GraphQLSchema,
  { operation, variables }: Pick<OperationRequest, "operation" | "variables">,
): Record<string, unknown> {
  const definitions = operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors: 1 });
  if (coerced !== undefined) return coerced;
  // graphql-js's message repeats the value; the name and the type of the variable are enough to find it.
  const name = /\$(\w+)/.exec(errors[0]?.message ?? "")?.[1] ?? "";
  throw new FieldwardError(
    "BAD_USER_INPUT",
    `Variable $${name} does not have the type that the query declares.`,
  );
}

const INTROSPECTION: ReadonlySet<string> = new Set(["__schema", "__type"]);

/** Whether an operation asks for the schema. */
export function isIntrospection({ fields }: ObjectPlan): boolean {
  return fields.some(({ name }) => INTROSPECTION.has(name));
}

/** Root fields of which one request has one of each kind, and what is said of a second. */
const ONCE: readonly { readonly names: ReadonlySet<string>; readonly text: string }[] = [
  {
    // One request, one guess: aliases would otherwise try hundreds of passwords or codes at the price of one request.
    names: new Set([
      ...["login", "verifyTotp", "setPassword", "changePassword"],
      ...["enrolTotp", "confirmTotp", "newRecoveryCodes"],
    ]),
    text: "Sign in once a request.",
  },
  // A document of its own each, to be parsed, validated and planned.
  { names: new Set(["accessPlan"]), text: "Plan one document a request." },
];

function refuseRepeated({ fields }: ObjectPlan): void {
  for (const { names, text } of ONCE) {
    if (fields.filter(({ name }) => names.has(name)).length > 1)
      throw new FieldwardError("QUERY_TOO_COMPLEX", text);
  }
}

/** The schema is answered from another place than data, so a request asks for one of them. */
function refuseMixed(root: ObjectPlan): void {
  const mixed = root.fields.some(({ name }) => !INTROSPECTION.has(name) && name !== "__typename");
  if (mixed && isIntrospection(root))
    throw new FieldwardError("BAD_USER_INPUT", "Ask for the schema in a request of its own.");
}

/**
 * What no row can change: who is not signed in, has not said why, or may not call it.
 *
 * @throws FieldwardError that the whole operation is refused with
 */
export function refuseWhole(plan: OperationPlan, context: GatewayContext): void {
  refuseRepeated(plan.root);
  refuseMixed(plan.root);
  const personal = [...plan.byPath.values()].find((field) => field.gated);
  if (context.principal !== null && context.purpose === null && personal !== undefined) {
    // Before the rules: without a purpose they refuse what the right purpose would allow.
    throw new FieldwardError("PURPOSE_REQUIRED", `It reads ${personal.coordinate}.`);
  }
  for (const field of plan.root.fields) if (field.denial !== null) throw field.denial;
}
