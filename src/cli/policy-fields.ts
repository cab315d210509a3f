import { isObjectType, type GraphQLSchema } from "graphql";
import { Level, type Category } from "../domain/category";
import { classifiedField, ownerOfType, type ClassifiedField } from "../domain/classified";
import type { Principal } from "../domain/principal";
import { permitOperation } from "../graphql/rules/operations";
import { buildSchemas } from "../graphql/schema";
import type { Decision, Standing } from "../policy/decide";

/** A field of the schema, as the policy looks at it. */
export interface PolicyField {
  /** `Customer.phone` */
  readonly coordinate: string;
  /** null: an operation, or structure that says nothing of anyone. */
  readonly category: Category | null;
  /** Personal: served at a level. Open: whole or not at all. Operation: may be called or not. */
  readonly form: "personal" | "open" | "structure" | "operation";
}

/** Nobody has an elevation here. */
const NO_LIFTS: ReadonlySet<Category> = new Set();

const ROOTS: ReadonlySet<string> = new Set(["Query", "Mutation"]);

function formOf(classified: ClassifiedField | undefined): PolicyField["form"] {
  if (classified?.form === "personal") return "personal";
  return (classified?.category ?? null) === null ? "structure" : "open";
}

function fieldOf(type: string, name: string): PolicyField {
  const coordinate = `${type}.${name}`;
  if (ROOTS.has(type)) return { coordinate, category: null, form: "operation" };
  const classified = classifiedField(ownerOfType(type), name);
  return { coordinate, category: classified?.category ?? null, form: formOf(classified) };
}

/** Every field of every object type of a schema, by type and name. */
export function fieldsOfSchema(schema: GraphQLSchema): readonly PolicyField[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => fieldOf(type.name, field)))
    .sort((one, other) => (one.coordinate < other.coordinate ? -1 : 1));
}

/** Every field that the policy decides on: all but structure. */
export function policyFields(): readonly PolicyField[] {
  return fieldsOfSchema(buildSchemas().schema).filter(({ form }) => form !== "structure");
}

/** What a decision comes to for a field: an open one has no mask and no pseudonym, so it is served whole from MASKED up. */
export function servedLevel({ form }: PolicyField, { level }: Decision): Level {
  if (form !== "open") return level;
  return level >= Level.MASKED ? Level.CLEAR : Level.HIDDEN;
}

/** The level at which a principal is served a field in any row; an operation is CLEAR where it may be called. */
export function levelFor(field: PolicyField, principal: Principal, standing: Standing): Level {
  if (field.form === "operation") {
    const permitted = permitOperation(field.coordinate, { principal, standing, lifts: NO_LIFTS }) === true;
    return permitted ? Level.CLEAR : Level.HIDDEN;
  }
  return field.category === null ? Level.CLEAR : servedLevel(field, standing.decisions[field.category]);
}

/** The level at which it would be served for a customer with an approved elevation; null: no higher than without. */
export function elevatedLevel(field: PolicyField, standing: Standing): Level | null {
  const { category } = field;
  const raised = category === null ? undefined : standing.elevated[category];
  if (category === null || raised === undefined) return null;
  const level = servedLevel(field, raised);
  return level > servedLevel(field, standing.decisions[category]) ? level : null;
}
