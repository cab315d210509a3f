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

/** Root fields of which one request has one, and what is said of a second. */
interface Once {
  readonly names: ReadonlySet<string>;
  /** Only those below which this is selected. */
  readonly selecting?: string;
  readonly text: string;
}

const ONCE: readonly Once[] = [
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
  // A look through the access log each.
  { names: new Set(["elevations"]), selecting: "reads", text: "Ask for what was read once a request." },
];

function refuseRepeated({ fields }: ObjectPlan): void {
  for (const { names, selecting, text } of ONCE) {
    const found = fields.filter(({ name, sub }) => {
      if (!names.has(name)) return false;
      return selecting === undefined || sub?.fields.some((below) => below.name === selecting) === true;
    });
    if (found.length > 1) throw new FieldwardError("QUERY_TOO_COMPLEX", text);
  }
}

/** The schema is answered from another place than data, so a request asks for one of them. */
function refuseMixed(root: ObjectPlan): void {
  const mixed = root.fields.some(({ name }) => !INTROSPECTION.has(name) && name !== "__typename");
  if (mixed && isIntrospection(root))
    throw new FieldwardError("BAD_USER_INPUT", "Ask for the schema in a request of its own.");
}

/** What is about a customer, or leads to what is, and is no field of a customer's row: why it is asked for, by coordinate. */
const FOR_A_PURPOSE: Readonly<Record<string, string>> = {
  "Mutation.requestElevation": "What it asks for is read for a purpose.",
  "Elevation.reason": "It reads Elevation.reason.",
  "Elevation.finding": "It reads Elevation.finding.",
};

/** @throws FieldwardError PURPOSE_REQUIRED */
function refuseWithoutPurpose({ byPath }: OperationPlan, { principal, purpose }: GatewayContext): void {
  if (principal === null || purpose !== null) return;
  for (const { gated, coordinate } of byPath.values()) {
    const why = gated ? `It reads ${coordinate}.` : FOR_A_PURPOSE[coordinate];
    if (why !== undefined) throw new FieldwardError("PURPOSE_REQUIRED", why);
  }
}

/**
 * What no row can change: who is not signed in, has not said why, or may not call it.
 *
 * @throws FieldwardError that the whole operation is refused with
 */
export function refuseWhole(plan: OperationPlan, context: GatewayContext): void {
  refuseRepeated(plan.root);
  refuseMixed(plan.root);
  // Before the rules: without a purpose they refuse what the right purpose would allow.
  refuseWithoutPurpose(plan, context);
  for (const field of plan.root.fields) if (field.denial !== null) throw field.denial;
}
