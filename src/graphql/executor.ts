import {
  execute,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { FieldwardError } from "../domain/errors";
import { entryOf } from "./access-entries";
import { catalogueError, settleErrors } from "./answer-errors";
import type { GatewayContext } from "./context";
import { checkCost } from "./cost";
import { Operation } from "./operation";
import { PlanExecutor } from "./plan-executor";
import type { OperationPlan } from "./plan/operation-plan";
import type { Planner } from "./plan/planner";

/** One operation as Apollo hands it over: parsed and validated. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
  readonly context: GatewayContext;
}

/** Which way a query is executed: both give the same answer. */
export type Way = "plan" | "graphql-js";

export interface ExecutorParts {
  readonly schema: GraphQLSchema;
  /** The same schema, wrapped by graphql-shield. */
  readonly shielded: GraphQLSchema;
  readonly planner: Planner;
}

/**
 * The way of one operation: plan, refuse what no row can change, load, start the log's commit, build, wait for the commit.
 * Nothing leaves before the log has it.
 */
export class Executor {
  constructor(private readonly parts: ExecutorParts) {}

  async run(request: OperationRequest, way: Way = "plan"): Promise<ExecutionResult> {
    const { context } = request;
    let plan: OperationPlan | undefined;
    try {
      checkName(request.operation.name?.value);
      const variables = coerceVariables(this.parts.schema, request);
      plan = await this.parts.planner.plan(context, request.document, request.operation, variables);
      refuseWhole(plan, context);
      checkCost(plan.root, variables);
      const operation = new Operation(plan, variables, context);
      return plan.fast && way === "plan"
        ? await runPlan(operation)
        : await this.#runGraphqlJs(request, operation);
    } catch (error) {
      return this.#refused(request, plan, error);
    }
  }

  /** The slow way, for mutations, introspection and all that the plan executor cannot do. */
  async #runGraphqlJs(request: OperationRequest, operation: Operation): Promise<ExecutionResult> {
    const { data, errors } = await execute({
      schema: this.parts.shielded,
      document: request.document,
      contextValue: operation,
      variableValues: request.variables,
      operationName: request.operation.name?.value ?? null,
    });
    for (const error of errors ?? []) operation.denyAt(error.path, catalogueError(error).code);
    await logged(operation);
    return answer(operation, data ?? null, errors ?? []);
  }

  /** An operation that was refused whole: no data, and the refusal on the log where it is known who asked. */
  async #refused(
    request: OperationRequest,
    plan: OperationPlan | undefined,
    error: unknown,
  ): Promise<ExecutionResult> {
    const { context, operation } = request;
    const refusal = catalogueError(error);
    if (context.principal !== null && refusal.code !== "AUDIT_UNAVAILABLE") {
      const field = plan?.denials[0]?.field.coordinate ?? operation.operation;
      const entry = entryOf(context, plan, {
        kind: "DENIED",
        reads: [],
        denials: [{ field, code: refusal.code }],
      });
      try {
        await context.services.accessLog.append(entry);
      } catch (unavailable) {
        return { errors: [wholeError(catalogueError(unavailable))] };
      }
    }
    return { errors: [wholeError(refusal)] };
  }
}

async function runPlan(operation: Operation): Promise<ExecutionResult> {
  const executor = new PlanExecutor(operation);
  await executor.load();
  const commit = logged(operation);
  // Waited for below; until then a failure must not count as unhandled.
  commit.catch(() => undefined);
  const data = executor.build();
  await commit;
  return answer(operation, data, executor.errors);
}

/** What a query's error is when it concerns the whole request: with the HTTP status of its code. */
function wholeError(error: FieldwardError): GraphQLError {
  const http = { status: error.status === 200 ? 403 : error.status };
  return new GraphQLError(error.message, { originalError: error, extensions: { http } });
}

function answer(
  operation: Operation,
  data: Record<string, unknown> | null,
  errors: readonly GraphQLError[],
): ExecutionResult {
  const settled = settleErrors(errors);
  // Nothing is served: what else went wrong first is a matter of timing, so only what took the data away is told.
  if (data === null) {
    const decisive = settled.find(({ path }) => path?.length === 1);
    return { errors: (decisive === undefined ? settled : [decisive]).map(withStatus), data };
  }
  const access = operation.accessExtension();
  return {
    ...(settled.length === 0 ? {} : { errors: settled }),
    data,
    ...(access.length === 0 ? {} : { extensions: { access } }),
  };
}

/** Where there is no data at all, the HTTP status is that of what stood in the way, so that a load balancer sees it. */
function withStatus(error: GraphQLError): GraphQLError {
  const { status } = catalogueError(error);
  if (status === 200) return error;
  const { message, nodes, path, originalError } = error;
  const extensions = { http: { status } };
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions,
  });
}

/** Commits the operation's one entry. @throws FieldwardError AUDIT_UNAVAILABLE */
function logged(operation: Operation): Promise<void> {
  const { plan, context } = operation;
  const reads = operation.reads();
  const denials = operation.denials();
  const kind = reads.length === 0 && denials.length > 0 ? "DENIED" : "READ";
  return context.services.accessLog.append(entryOf(context, plan, { kind, reads, denials }));
}

/**
 * How long an operation's name may be. The caller chooses it and it goes on the access log, where an entry that does not fit
 * its column would fail all that are committed with it. Checked before there is a plan: no longer one gets any further.
 */
const LONGEST_NAME = 100;

function checkName(name: string | undefined): void {
  if ((name?.length ?? 0) <= LONGEST_NAME) return;
  throw new FieldwardError(
    "BAD_USER_INPUT",
    `An operation's name has at most ${String(LONGEST_NAME)} characters.`,
  );
}

function coerceVariables(schema: GraphQLSchema, request: OperationRequest): Record<string, unknown> {
  const definitions = request.operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(schema, definitions, request.variables, { maxErrors: 1 });
  if (coerced !== undefined) return coerced;
  // graphql-js's message repeats the value; the name and the type of the variable are enough to find it.
  const name = /\$(\w+)/.exec(errors[0]?.message ?? "")?.[1] ?? "";
  throw new FieldwardError(
    "BAD_USER_INPUT",
    `Variable $${name} does not have the type that the query declares.`,
  );
}

/** What no row can change: who is not signed in, has not said why, or may not call it. */
function refuseWhole(plan: OperationPlan, context: GatewayContext): void {
  const roots = plan.root.fields;
  // One request, one guess: aliases would otherwise try hundreds of passwords at the price of one request.
  if (roots.filter(({ name }) => name === "login").length > 1) {
    throw new FieldwardError("QUERY_TOO_COMPLEX", "Sign in once a request.");
  }
  const introspection = roots.some(({ name }) => name === "__schema" || name === "__type");
  if (introspection && context.principal === null) throw new FieldwardError("UNAUTHENTICATED");
  const personal = [...plan.byPath.values()].find((field) => field.gated);
  if (context.principal !== null && context.purpose === null && personal !== undefined) {
    // Before the rules: without a purpose they refuse what the right purpose would allow.
    throw new FieldwardError("PURPOSE_REQUIRED", `It reads ${personal.coordinate}.`);
  }
  for (const field of roots) if (field.denial !== null) throw field.denial;
}
