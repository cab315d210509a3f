import type { GraphQLError } from "graphql";
import { getArgumentValues } from "graphql/execution/values";
import { gateCode, isLifted, rowGate } from "../access/row-gate";
import { readField } from "../access/read-field";
import { Level } from "../domain/category";
import { FieldwardError } from "../domain/errors";
import type { SealedRow } from "../domain/sealed";
import type { Gate } from "../policy/gate";
import { catalogueError, errorAt } from "./answer-errors";
import type { Operation } from "./operation";
import type { FieldPlan, ObjectPlan } from "./plan/operation-plan";
import { CHILDREN } from "./reads/children";
import { ROOTS } from "./reads/roots";

/** A field that may not be null is: the null goes up to the nearest place that may. */
class NullBubble extends Error {}

type Source = Record<string, unknown>;

/** The tenant that a row belongs to; a consent record has its customer's. */
export function tenantOf(row: object): string {
  const { tenantId, customer } = row as { tenantId?: unknown; customer?: { tenantId?: unknown } };
  const tenant = tenantId ?? customer?.tenantId;
  if (typeof tenant !== "string") throw new Error("a row was read without its tenant");
  return tenant;
}

/**
 * Executes a planned query in two phases. Load: all that is asynchronous, each list with its children in one statement
 * whatever the number of rows. Build: synchronous, one plain object for each row; here values are opened and redacted.
 * Between the two the access log's commit is started.
 *
 * No promise, rule or closure for a field and row: that is what costs in a list of a thousand.
 */
export class PlanExecutor {
  readonly errors: GraphQLError[] = [];
  /** What was loaded for a field, by its parent. The query's own root has one parent: the root plan. */
  readonly #loaded = new Map<FieldPlan, Map<object, unknown>>();
  readonly #path: (string | number)[] = [];

  constructor(private readonly operation: Operation) {}

  /** Loads the root fields and all that hangs below them. */
  async load(): Promise<void> {
    const { root } = this.operation.plan;
    await this.#load(root, [root]);
  }

  /** Builds the answer. `null` where a null went up to the top. */
  build(): Record<string, unknown> | null {
    const { root } = this.operation.plan;
    try {
      return this.#object(root, root as object as Source);
    } catch (error) {
      if (error instanceof NullBubble) return null;
      throw error;
    }
  }

  async #load(plan: ObjectPlan, sources: readonly object[]): Promise<void> {
    await Promise.all(plan.fields.map((field) => this.#loadField(field, sources)));
  }

  async #loadField(field: FieldPlan, sources: readonly object[]): Promise<void> {
    if (field.denial !== null || (field.sub === null && field.kind !== "child")) return;
    const values = await this.#values(field, sources);
    if (field.sub === null) return;
    const below = values
      .flat()
      .filter((value): value is object => typeof value === "object" && value !== null);
    const rows = below.filter((value) => !(value instanceof Error));
    if (rows.length > 0) await this.#load(field.sub, rows);
  }

  /** The values of a field for all its parents: loaded, or read off what was loaded with them. */
  async #values(field: FieldPlan, sources: readonly object[]): Promise<readonly unknown[]> {
    const root = ROOTS[field.coordinate];
    const child = CHILDREN[field.coordinate];
    if (root === undefined && child === undefined) {
      return sources.map((source) => (source as Source)[field.name]);
    }
    const open = sources.filter((source) => {
      const gate = rowGate(source);
      return refusalOf(field, gate) === null && !hiddenBy(field, gate);
    });
    const loaded = await this.#attempt(field, open, () => {
      const args = this.#arguments(field);
      if (root !== undefined) return root(args, field, this.operation).then((value) => [value]);
      return child === undefined || open.length === 0
        ? Promise.resolve([])
        : child(open, args, field, this.operation);
    });
    this.#loaded.set(field, new Map(open.map((source, i) => [source, loaded[i]])));
    return loaded;
  }

  /** A field that cannot be loaded is an error in its own place; the rest is served. */
  async #attempt(
    field: FieldPlan,
    sources: readonly object[],
    load: () => Promise<unknown[]>,
  ): Promise<unknown[]> {
    try {
      return await load();
    } catch (error) {
      const cause = error instanceof Error ? error : new FieldwardError("INTERNAL", field.coordinate);
      this.operation.deny(field.coordinate, catalogueError(cause).code);
      return sources.map(() => cause);
    }
  }

  #arguments(field: FieldPlan): object {
    const [node] = field.nodes;
    return node === undefined ? {} : getArgumentValues(field.definition, node, this.operation.variables);
  }

  #object(plan: ObjectPlan, source: Source): Record<string, unknown> {
    const built: Record<string, unknown> = {};
    const gate = rowGate(source);
    for (const field of plan.fields) {
      this.#path.push(field.key);
      built[field.key] = this.#value(plan, field, source, gate);
      this.#path.pop();
    }
    return built;
  }

  #value(plan: ObjectPlan, field: FieldPlan, source: Source, gate: Gate | undefined): unknown {
    if (field.kind === "typename") return plan.type;
    const refusal = refusalOf(field, gate);
    if (refusal !== null) return this.#fail(field, refusal);
    if (hiddenBy(field, gate)) return this.#fail(field, new FieldwardError(gateCode(gate?.reason ?? null)));
    if (field.order !== undefined) return this.#personal(field, source, gate);
    const value = this.#loaded.has(field) ? this.#loaded.get(field)?.get(source) : source[field.name];
    return value instanceof Error ? this.#fail(field, value) : this.#complete(field, value);
  }

  #personal(field: FieldPlan, source: Source, gate: Gate | undefined): unknown {
    const { order } = field;
    if (order === undefined || gate === undefined) throw new Error(`${field.coordinate} has no gate`);
    try {
      return readField(
        order,
        source as SealedRow,
        gate,
        tenantOf(source),
        this.operation.context.services.pseudonyms,
      );
    } catch (error) {
      return this.#fail(field, error);
    }
  }

  #complete(field: FieldPlan, value: unknown): unknown {
    if (value === null || value === undefined) {
      return field.nullable ? null : this.#fail(field, new Error(`${field.coordinate} may not be null`));
    }
    if (field.sub === null) return field.serialize === null ? value : field.serialize(value);
    if (field.list) return this.#list(field.sub, value as readonly Source[]);
    return this.#object(field.sub, value as Source);
  }

  #list(plan: ObjectPlan, values: readonly Source[]): Record<string, unknown>[] {
    const built = new Array<Record<string, unknown>>(values.length);
    for (let i = 0; i < values.length; i += 1) {
      this.#path.push(i);
      built[i] = this.#object(plan, values[i] ?? {});
      this.#path.pop();
    }
    return built;
  }

  /** An error in this place, and null in it, or above it where it may not be null. */
  #fail(field: FieldPlan, error: unknown): null {
    this.errors.push(errorAt(error, [...this.#path], field.nodes));
    if (field.nullable) return null;
    throw new NullBubble();
  }
}

/** What refuses a field of a row, by what was decided before the row was looked at. */
function refusalOf(
  { denial, unlifted, classified }: FieldPlan,
  gate: Gate | undefined,
): FieldwardError | null {
  if (unlifted === denial) return denial;
  const category = classified?.category ?? null;
  return category !== null && isLifted(gate, category) ? denial : unlifted;
}

/** Whether the gate of a row hides a field whole. */
function hiddenBy(field: FieldPlan, gate: Gate | undefined): boolean {
  return field.gated && gate?.cap === Level.HIDDEN;
}
