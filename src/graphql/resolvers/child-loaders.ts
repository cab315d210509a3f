import DataLoader from "dataloader";
import type { GraphQLResolveInfo } from "graphql";
import type { Operation } from "../operation";
import type { FieldPlan } from "../plan/operation-plan";
import { CHILDREN } from "../reads/children";

type Path = GraphQLResolveInfo["path"];

/** The names of an answer's path without list places: the key of the plan. */
function planPath(path: Path): string {
  const names: string[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) {
    if (typeof at.key === "string") names.unshift(at.key);
  }
  return names.join(".");
}

/** The plan of the field that is being resolved. */
export function planOf(operation: Operation, info: GraphQLResolveInfo): FieldPlan {
  return operation.fieldAt(planPath(info.path));
}

type Loaders = Map<FieldPlan, DataLoader<object, unknown>>;

const loaders = new WeakMap<Operation, Loaders>();

function loadersOf(operation: Operation): Loaders {
  const known = loaders.get(operation);
  if (known !== undefined) return known;
  const made: Loaders = new Map();
  loaders.set(operation, made);
  return made;
}

/**
 * Loads a field for all parents of a list together where graphql-js asks for them one by one: a loader for each field of
 * the plan, over the same batched reads that the plan executor uses.
 */
export function loadChild(
  operation: Operation,
  parent: object,
  args: object,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const field = planOf(operation, info);
  const byField = loadersOf(operation);
  let loader = byField.get(field);
  if (loader === undefined) {
    const read = CHILDREN[field.coordinate];
    if (read === undefined) throw new Error(`${field.coordinate} has no read`);
    loader = new DataLoader((parents) => read(parents, args, field, operation), { cache: false });
    byField.set(field, loader);
  }
  return loader.load(parent);
}
