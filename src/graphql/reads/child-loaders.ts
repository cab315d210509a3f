import DataLoader from "dataloader";
import { defaultFieldResolver, type GraphQLResolveInfo } from "graphql";
import type { Operation } from "../operation";
import type { FieldPlan } from "../plan/operation-plan";
import { CHILDREN } from "./children";

type Path = GraphQLResolveInfo["path"];

/** The names of an answer's path without list places: the key of the plan. */
export function planPath(path: Path): string {
  const names: string[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) {
    if (typeof at.key === "string") names.unshift(at.key);
  }
  return names.join(".");
}

/**
 * Loads the children of all parents of a list together where graphql-js asks for them one by one: a loader for each field
 * of the plan, over the same batched reads that the plan executor uses.
 */
export class ChildLoaders {
  readonly #loaders = new Map<FieldPlan, DataLoader<object, unknown>>();

  constructor(private readonly operation: Operation) {}

  /** The plan of the field that is being resolved. */
  fieldOf(info: GraphQLResolveInfo): FieldPlan {
    const field = this.operation.plan.byPath.get(planPath(info.path));
    if (field === undefined) throw new Error(`${info.parentType.name}.${info.fieldName} is not in the plan`);
    return field;
  }

  load(parent: object, args: object, info: GraphQLResolveInfo): Promise<unknown> {
    const field = this.fieldOf(info);
    let loader = this.#loaders.get(field);
    if (loader === undefined) {
      const read = CHILDREN[field.coordinate];
      if (read === undefined) return Promise.resolve(defaultFieldResolver(parent, { ...args }, {}, info));
      loader = new DataLoader((parents) => read(parents, args, field, this.operation), { cache: false });
      this.#loaders.set(field, loader);
    }
    return loader.load(parent);
  }
}
