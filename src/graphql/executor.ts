import { execute, GraphQLError, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { FieldwardError } from "../domain/errors";
import { entryOf } from "./access-entries";
import type { AccessPlanner } from "./access-planner";
import { checkName, coerceVariables, isIntrospection, refuseWhole, type OperationRequest } from "./admission";
import { catalogueError, settleErrors } from "./answer-errors";
import { checkCost } from "./cost";
import { Operation } from "./operation";
import { PlanExecutor } from "./plan-executor";
import type { OperationPlan } from "./plan/operation-plan";
import type { Planner } from "./plan/planner";
import { audienceOf } from "./visible/audience";
import type { VisibleSchemas } from "./visible-schema";

/** Which way a query is executed: both give the same answer. */
export type Way = "plan" | "graphql-js";

export interface ExecutorParts {
  readonly schema: GraphQLSchema;
  /** The same schema, wrapped by graphql-shield. */
  readonly shielded: GraphQLSchema;
  /** What of it each caller sees. */
  readonly visible: VisibleSchemas;
  readonly planner: Planner;
  readonly accessPlanner: AccessPlanner;
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
      if (isIntrospection(plan.root)) return await this.#describe(request);
      const operation = new Operation(plan, variables, context);
      return plan.fast && way === "plan"
        ? await runPlan(operation)
        : await this.#runGraphqlJs(request, operation);
    } catch (error) {
      return this.#refused(request, plan, error);
    }
  }

  /** The schema, as this caller sees it. It is not on the access log: nothing is read. */
  async #describe({ document, operation, variables, context }: OperationRequest): Promise<ExecutionResult> {
    const { schema } = await this.parts.visible.of(context.policy, audienceOf(context.principal));
    const operationName = operation.name?.value ?? null;
    return execute({ schema, document, variableValues: variables, operationName });
  }

  /** The slow way, for mutations and all that the plan executor cannot do. */
  async #runGraphqlJs(request: OperationRequest, operation: Operation): Promise<ExecutionResult> {
    const { data, errors } = await execute({
      schema: this.parts.shielded,
      document: request.document,
      rootValue: { accessPlanner: this.parts.accessPlanner },
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

/** What puts its own refusals on the access log, or leaves them off it on purpose. @see SignIn in identity/sign-in */
const SIGN_INS: ReadonlySet<string> = new Set(["Mutation.login", "Mutation.verifyTotp"]);

/**
 * Commits the operation's one entry. Of whoever has not signed in there is none where nothing was read or refused: anybody
 * could make a log grow of which nothing can be taken away.
 *
 * @throws FieldwardError AUDIT_UNAVAILABLE
 */
function logged(operation: Operation): Promise<void> {
  const { plan, context } = operation;
  const reads = operation.reads();
  const filters = operation.filters();
  const denials = operation.denials();
  const told = reads.length > 0 || denials.some(({ field }) => !SIGN_INS.has(field));
  if (context.principal === null && !told) return Promise.resolve();
  const kind = reads.length === 0 && denials.length > 0 ? "DENIED" : "READ";
  return context.services.accessLog.append(entryOf(context, plan, { kind, reads, filters, denials }));
}
