import {
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import { FieldwardError } from "../domain/errors";
import { checkName, coerceVariables, refuseWhole } from "./admission";
import { requestFault } from "./client-error";
import type { GatewayContext } from "./context";
import { checkCost, costOf } from "./cost";
import { MOST_TOKENS } from "./document";
import { plannedFields, rootFilterRefusal, type PlannedField } from "./planned-fields";
import type { OperationPlan } from "./plan/operation-plan";
import type { Planner } from "./plan/planner";

/** What an operation would be served, without running it. */
export interface AccessPlan {
  readonly allowed: boolean;
  /** What it would be refused with as a whole; null: it would run. */
  readonly refusal: string | null;
  /** How many rows it could read at most. */
  readonly cost: number;
  readonly fields: readonly PlannedField[];
}

/** The largest GraphQL Int. */
const LARGEST_INT = 2 ** 31 - 1;

/** Plans a document as sending it would, for the same caller and by the same planner, and stops there. */
export class AccessPlanner {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly planner: Planner,
  ) {}

  /** @throws FieldwardError BAD_USER_INPUT or QUERY_TOO_COMPLEX where sending it would not get as far as a plan either */
  async plan(text: string, given: unknown, context: GatewayContext): Promise<AccessPlan> {
    const document = this.#document(text);
    const operation = getOperationAST(document);
    if (!operation) throw new FieldwardError("BAD_USER_INPUT", "`document` takes one operation.");
    checkName(operation.name?.value);
    const variables = coerceVariables(this.schema, { operation, variables: variablesOf(given) });
    const plan = await this.planner.plan(context, document, operation, variables);
    if (plan.root.fields.some(({ name }) => name === "accessPlan"))
      throw new FieldwardError("BAD_USER_INPUT", "accessPlan does not plan itself.");
    const refusal = refusalOf(plan, variables, context);
    return {
      allowed: refusal === null,
      refusal,
      cost: Math.min(costOf(plan.root, variables), LARGEST_INT),
      fields: plannedFields(plan, variables, context),
    };
  }

  #document(text: string): DocumentNode {
    try {
      const document = parse(text, { maxLexicalTokens: MOST_TOKENS });
      const [fault] = validate(this.schema, document);
      if (fault !== undefined) throw fault;
      return document;
    } catch (error) {
      if (error instanceof GraphQLError) throw requestFault(error.message);
      throw error;
    }
  }
}

function variablesOf(given: unknown): Record<string, unknown> {
  if (given === undefined || given === null) return {};
  if (typeof given === "object" && !Array.isArray(given)) return given as Record<string, unknown>;
  throw new FieldwardError("BAD_USER_INPUT", "`variables` takes a JSON object.");
}

/** What the whole operation would be refused with, in the order in which sending it asks. */
function refusalOf(
  plan: OperationPlan,
  variables: Record<string, unknown>,
  context: GatewayContext,
): string | null {
  try {
    refuseWhole(plan, context);
    checkCost(plan.root, variables);
    const filter = rootFilterRefusal(plan, variables, context);
    return filter === null ? null : filter.message;
  } catch (error) {
    if (error instanceof FieldwardError) return error.message;
    throw error;
  }
}
