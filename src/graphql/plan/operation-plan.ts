import type { FieldNode, GraphQLField, OperationDefinitionNode } from "graphql";
import type { FieldOrder } from "../../access/read-field";
import type { Category, Level } from "../../domain/category";
import type { ClassifiedField } from "../../domain/classified";
import type { ErrorCode, FieldwardError } from "../../domain/errors";

/** How a field of the plan gets its value. */
export type FieldKind =
  /** `__typename` */
  | "typename"
  /** A property of what was loaded. */
  | "property"
  /** A personal value, through `readField`. */
  | "personal"
  /** Loaded for all parents at once: a list of other rows, or what is computed from one. */
  | "child";

/** One field of an operation, with all that is the same for every row. */
export interface FieldPlan {
  /** The name in the answer. */
  readonly key: string;
  readonly name: string;
  /** `Customer.phone` */
  readonly coordinate: string;
  /** The names in the answer from the root, without list places: `customers.nodes.phone`. */
  readonly path: string;
  readonly kind: FieldKind;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly classified: ClassifiedField | undefined;
  /** What refuses the field for every row, or null. */
  readonly denial: FieldwardError | null;
  /** What refuses it for every customer whom no elevation lifts, or null. */
  readonly unlifted: FieldwardError | null;
  readonly order: FieldOrder | undefined;
  /** Whether a row's gate can hide it: all but structure and account fields. */
  readonly gated: boolean;
  readonly nullable: boolean;
  readonly list: boolean;
  /** Brings a value into its GraphQL form; null: it is in it already. */
  readonly serialize: ((value: unknown) => unknown) | null;
  readonly sub: ObjectPlan | null;
}

/** What is read of the rows of one entity: the columns to select, and the fields with their levels for the log. */
export interface RowsPlan {
  readonly type: string;
  readonly columns: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, Level>;
  /** The same for a customer with an approved elevation, where it differs. */
  readonly lifted: ReadonlyMap<string, Level>;
  /** Whether it shows anything personal of a customer in the clear, elevations aside: that counts against a budget. */
  readonly discloses: boolean;
}

/** The fields asked for of one type. */
export interface ObjectPlan {
  readonly type: string;
  readonly fields: readonly FieldPlan[];
  /** For a row: what is read of it. For a connection: what is read of its nodes. */
  readonly rows: RowsPlan;
}

/** Something below CLEAR, as the answer tells it. */
export interface AccessNote {
  readonly field: string;
  readonly level: Level;
  readonly because: string;
  readonly toRaise: string | null;
  /** Said only where a row was read that no elevation of this category lifts. */
  readonly unlifted?: Category;
}

/** An operation for one standing: everything that can be decided before a row is looked at. */
export interface OperationPlan {
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | null;
  /** SHA-256 of the document with its literals emptied, in hex. */
  readonly hash: string;
  readonly root: ObjectPlan;
  readonly notes: readonly AccessNote[];
  readonly denials: readonly { readonly field: FieldPlan; readonly code: ErrorCode }[];
  readonly byPath: ReadonlyMap<string, FieldPlan>;
  /** Whether the plan executor can run it; otherwise graphql-js does, on the schema that graphql-shield wraps. */
  readonly fast: boolean;
}
