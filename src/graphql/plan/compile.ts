import {
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields, collectSubfields } from "graphql/execution/collectFields";
import { getFieldDef } from "graphql/execution/execute";
import { getArgumentValues } from "graphql/execution/values";
import { Level } from "../../domain/category";
import { classifiedField, ownerOfType, type ClassifiedField } from "../../domain/classified";
import { FieldwardError } from "../../domain/errors";
import type { GatewayContext } from "../context";
import { isGated, RULE_OPTIONS, type RuleTable } from "../rules/field-rules";
import { liftedDecision, type RuleContext } from "../rules/rule-context";
import { IntrospectionCost } from "./introspection-cost";
import type { FieldKind, FieldPlan, ObjectPlan } from "./operation-plan";
import { rowsPlanOf } from "./rows-plan";

const DEEPEST = 12;
const MOST_FIELDS = 500;

/** What a plan is compiled from. */
export interface CompileInput {
  readonly schema: GraphQLSchema;
  readonly rules: RuleTable;
  /** The coordinates of the fields that are loaded for all parents at once. */
  readonly children: ReadonlySet<string>;
  readonly context: GatewayContext;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
}

/** Compiles the selection of an operation into plans, asking each field's rule once. */
export class Compiler {
  readonly byPath = new Map<string, FieldPlan>();
  #fields = 0;
  /** The same caller without its elevations. */
  readonly #plain: RuleContext;
  readonly #introspection: IntrospectionCost;

  constructor(private readonly input: CompileInput) {
    this.#introspection = new IntrospectionCost(input);
    const { principal, standing } = input.context;
    this.#plain = { principal, standing, lifts: new Set() };
  }

  /** @throws FieldwardError QUERY_TOO_COMPLEX where it is too deep or has too many fields */
  async compile(rootType: GraphQLObjectType): Promise<ObjectPlan> {
    const { schema, fragments, variables, operation } = this.input;
    const fields = collectFields(schema, fragments, variables, rootType, operation.selectionSet);
    return this.#object(rootType, fields, "", 1);
  }

  async #object(
    type: GraphQLObjectType,
    collected: Map<string, readonly FieldNode[]>,
    path: string,
    depth: number,
  ): Promise<ObjectPlan> {
    this.#fields += collected.size;
    if (depth > DEEPEST || this.#fields > MOST_FIELDS) throw new FieldwardError("QUERY_TOO_COMPLEX");
    const fields: FieldPlan[] = [];
    for (const [key, nodes] of collected) {
      // As a key of a plain object it would set the object's prototype instead of a property.
      if (key === "__proto__") throw new FieldwardError("BAD_USER_INPUT", "An alias may not be __proto__.");
      const field = await this.#field(type, key, nodes, path === "" ? key : `${path}.${key}`, depth);
      this.byPath.set(field.path, field);
      fields.push(field);
    }
    return { type: type.name, fields, rows: rowsPlanOf(type.name, fields) };
  }

  async #field(
    type: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
    path: string,
    depth: number,
  ): Promise<FieldPlan> {
    const { name, definition } = this.#definition(type, nodes);
    const coordinate = `${type.name}.${name}`;
    const classified = name.startsWith("__") ? undefined : classifiedField(ownerOfType(type.name), name);
    const requested = this.#requested(definition, nodes, classified);
    const denial = await this.#denial(type.name, name, requested, this.input.context);
    const unlifted =
      this.input.context.lifts.size === 0
        ? denial
        : await this.#denial(type.name, name, requested, this.#plain);
    return {
      key,
      name,
      coordinate,
      path,
      kind: kindOf(name, classified, this.input.children.has(coordinate)),
      nodes,
      definition,
      classified,
      denial,
      unlifted,
      order: this.#order(coordinate, classified, requested, denial, unlifted),
      gated: classified !== undefined && isGated(classified),
      nullable: !isNonNullType(definition.type),
      serialize: serializerOf(getNamedType(definition.type)),
      list: isListType(getNullableType(definition.type)),
      sub: await this.#below(name, definition, nodes, path, depth),
    };
  }

  #definition(type: GraphQLObjectType, nodes: readonly FieldNode[]) {
    const [node] = nodes;
    const definition = node && getFieldDef(this.input.schema, type, node);
    // Validation has seen to it; a plan must not go on where it has not.
    if (node === undefined || !definition) throw new FieldwardError("BAD_USER_INPUT");
    return { name: node.name.value, definition };
  }

  /** What is selected below a field. Introspection is graphql-js's own business, whatever its depth, but not its breadth. */
  async #below(
    name: string,
    { type }: Pick<GraphQLField<unknown, unknown>, "type">,
    nodes: readonly FieldNode[],
    path: string,
    depth: number,
  ): Promise<ObjectPlan | null> {
    const named = getNamedType(type);
    if (!isObjectType(named)) return null;
    if (name.startsWith("__")) {
      this.#introspection.add(named, nodes);
      return null;
    }
    const { schema, fragments, variables } = this.input;
    return this.#object(
      named,
      collectSubfields(schema, fragments, variables, named, [...nodes]),
      path,
      depth + 1,
    );
  }

  /** The level asked for with `as:`; null: none. */
  #requested(
    definition: Parameters<typeof getArgumentValues>[0],
    nodes: readonly FieldNode[],
    classified: ClassifiedField | undefined,
  ): Level | null {
    const [node] = nodes;
    if (classified?.form !== "personal" || node === undefined) return null;
    const { as } = getArgumentValues(definition, node, this.input.variables) as { as?: Level | null };
    return as ?? null;
  }

  /** What the field's own shield rule says, without a parent. */
  async #denial(
    type: string,
    name: string,
    requested: Level | null,
    context: RuleContext,
  ): Promise<FieldwardError | null> {
    if (name.startsWith("__")) return null;
    const rule = this.input.rules[type]?.[name];
    if (rule === undefined) return new FieldwardError("FORBIDDEN");
    const args = requested === null ? {} : { as: requested };
    // A rule takes no parent for what is the same for every row; shield's types know no such call.
    const noParent = undefined as never;
    const answer = await rule.resolve(noParent, args, context, noParent, RULE_OPTIONS);
    if (answer === true) return null;
    return answer instanceof FieldwardError ? answer : new FieldwardError("FORBIDDEN");
  }

  #order(
    coordinate: string,
    classified: ClassifiedField | undefined,
    requested: Level | null,
    denial: FieldwardError | null,
    unlifted: FieldwardError | null,
  ): FieldPlan["order"] {
    if (classified?.personal === undefined || classified.category === null) return undefined;
    const { category, personal } = classified;
    const { context } = this.input;
    const { operators } = context.standing;
    const level =
      unlifted === null ? (requested ?? context.standing.decisions[category].level) : Level.HIDDEN;
    const raised = liftedDecision(context, category).level;
    const lifted = denial === null ? (requested ?? raised) : Level.HIDDEN;
    return { coordinate, category, personal, level, lifted, requested, operators };
  }
}

function kindOf(name: string, classified: ClassifiedField | undefined, isChild: boolean): FieldKind {
  if (name === "__typename") return "typename";
  if (classified?.form === "personal") return "personal";
  return isChild ? "child" : "property";
}

/** Scalars whose stored form is their GraphQL form. */
const AS_STORED: ReadonlySet<string> = new Set(["ID", "String", "Boolean", "Int", "Float"]);

/** What JSON makes of a Date, made here: JSON.stringify is faster by a third where it meets no object with a `toJSON`. */
function isoInstant(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

function serializerOf(type: GraphQLNamedType): FieldPlan["serialize"] {
  if (isEnumType(type)) {
    const asStored = type.getValues().every(({ name, value }) => name === value);
    return asStored ? null : (value) => type.serialize(value);
  }
  if (type.name === "DateTime") return isoInstant;
  if (isObjectType(type) || AS_STORED.has(type.name) || !("serialize" in type)) return null;
  return (value) => type.serialize(value);
}
