import { createHash } from "node:crypto";
import {
  Kind,
  OperationTypeNode,
  print,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { Level } from "../../domain/category";
import { FieldwardError } from "../../domain/errors";
import type { GatewayContext } from "../context";
import type { RuleTable } from "../rules/field-rules";
import { Compiler } from "./compile";
import { liftedLevel, plannedLevel } from "./rows-plan";
import type { AccessNote, FieldPlan, ObjectPlan, OperationPlan } from "./operation-plan";

/** What is known of a document whoever sends it. */
interface DocumentFacts {
  readonly hash: string;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** The variables on which the shape of the answer depends: those of @skip, @include and `as:`. */
  readonly structural: readonly string[];
  readonly plans: Map<string, OperationPlan>;
}

/** How many fields the plans that are kept have together: some 25 MB, whatever callers send. Beyond it all are forgotten. */
const FIELDS_KEPT = 50_000;

/** What a plan costs besides its fields, as fields. */
const FIELDS_OF_A_PLAN = 10;

function structuralVariables(document: DocumentNode): string[] {
  const found = new Set<string>();
  const collect = (node: Parameters<typeof visit>[0]): void => {
    visit(node, { Variable: ({ name }) => void found.add(name.value) });
  };
  visit(document, {
    Directive: collect,
    Argument: (node) => {
      if (node.name.value === "as") collect(node);
    },
  });
  return [...found];
}

/**
 * The document with every literal emptied. A number written into a query must not go into the log's hash, where whoever
 * reads the log could find it by trying; and the same query with another number is the same operation.
 */
function withoutLiterals(document: DocumentNode): DocumentNode {
  return visit(document, {
    StringValue: (node) => ({ ...node, value: "", block: false }),
    IntValue: (node) => ({ ...node, value: "0" }),
    FloatValue: (node) => ({ ...node, value: "0" }),
  });
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const definitions = document.definitions.filter(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return Object.fromEntries(definitions.map((definition) => [definition.name.value, definition]));
}

/**
 * Makes the plan of an operation for a standing, once, and keeps it as long as Apollo keeps the parsed document, or until too
 * many are kept: one document alone has as many plans as there are callers and values of its @include.
 */
export class Planner {
  #documents = new WeakMap<DocumentNode, DocumentFacts>();
  #fieldsKept = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly rules: RuleTable,
    private readonly children: ReadonlySet<string>,
    /** The root fields that the plan executor can load. */
    private readonly roots: ReadonlySet<string>,
  ) {}

  /** @throws FieldwardError QUERY_TOO_COMPLEX */
  async plan(
    context: GatewayContext,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): Promise<OperationPlan> {
    const facts = this.#facts(document);
    const shape = facts.structural.map((name) => variables[name]);
    const key = JSON.stringify([context.standingKey, operation.name?.value, shape]);
    const known = facts.plans.get(key);
    if (known !== undefined) return known;
    const plan = await this.#compile(context, facts, operation, variables);
    this.#keep(document, key, plan);
    return plan;
  }

  #keep(document: DocumentNode, key: string, plan: OperationPlan): void {
    const size = plan.byPath.size + FIELDS_OF_A_PLAN;
    if (this.#fieldsKept + size > FIELDS_KEPT) {
      this.#documents = new WeakMap();
      this.#fieldsKept = 0;
    }
    this.#fieldsKept += size;
    this.#facts(document).plans.set(key, plan);
  }

  #facts(document: DocumentNode): DocumentFacts {
    let facts = this.#documents.get(document);
    if (facts === undefined) {
      facts = {
        hash: createHash("sha256")
          .update(print(withoutLiterals(document)))
          .digest("hex"),
        fragments: fragmentsOf(document),
        structural: structuralVariables(document),
        plans: new Map(),
      };
      this.#documents.set(document, facts);
    }
    return facts;
  }

  async #compile(
    context: GatewayContext,
    facts: DocumentFacts,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): Promise<OperationPlan> {
    const rootType = this.schema.getRootType(operation.operation);
    if (rootType === undefined || rootType === null) throw new FieldwardError("BAD_USER_INPUT");
    const { schema, rules, children } = this;
    const { fragments, hash } = facts;
    const compiler = new Compiler({ schema, rules, children, context, operation, fragments, variables });
    const root = await compiler.compile(rootType);
    const fields = [...compiler.byPath.values()];
    return {
      operation,
      operationName: operation.name?.value ?? null,
      hash,
      root,
      notes: notesOf(fields, context),
      denials: fields.flatMap((field) => (field.denial === null ? [] : [{ field, code: field.denial.code }])),
      byPath: compiler.byPath,
      fast: operation.operation === OperationTypeNode.QUERY && this.#isFast(root),
    };
  }

  #isFast(root: ObjectPlan): boolean {
    return root.fields.every((field) => field.kind === "typename" || this.roots.has(field.coordinate));
  }
}

/** What the answer says of every field that is served below CLEAR, whatever its rows. */
function notesOf(fields: readonly FieldPlan[], context: GatewayContext): AccessNote[] {
  const notes = fields.flatMap((field): AccessNote[] => {
    const category = field.classified?.category;
    if (category === null || category === undefined) return [];
    const decision = context.standing.decisions[category];
    const level = plannedLevel(field);
    if (level === Level.CLEAR) return [];
    const chosen = field.unlifted === null && level < decision.level;
    const because = chosen ? "asked for with `as:`" : decision.because;
    const note = {
      field: field.coordinate,
      level,
      because,
      toRaise: chosen ? "leave out `as:`" : decision.toRaise,
    };
    return [liftedLevel(field) === level ? note : { ...note, unlifted: category }];
  });
  return [...new Map(notes.map((note) => [`${note.field}:${String(note.level)}`, note])).values()];
}
