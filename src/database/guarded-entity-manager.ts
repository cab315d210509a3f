import { EntityManager, type EntityTarget, type ObjectLiteral } from "typeorm";
import { sealedColumnsOf } from "../domain/classified";

/** Thrown where code would write a sealed entity by a path that the sealing subscriber cannot see. A programming error. */
export class UnsealedWriteError extends Error {
  override readonly name = "UnsealedWriteError";
}

type Write = "insert" | "update" | "upsert" | "save" | "increment" | "decrement" | "callListeners";

const MENDS: Readonly<Record<Write, string>> = {
  insert: "insert instances of the class",
  update: "load the entity, set the field, save it",
  upsert: "look it up first, then insert or save",
  save: "save an instance of the class (repository.create makes one)",
  increment: "a sealed field holds no number",
  decrement: "a sealed field holds no number",
  callListeners: "leave out listeners: false",
};

function refuse(write: Write, owner: string): never {
  throw new UnsealedWriteError(`${write}() would write ${owner} past its seal: ${MENDS[write]}`);
}

/** The sealed fields of a type by every name that a partial object could hold them under. */
function sealedNames(owner: string): ReadonlySet<string> {
  return new Set(sealedColumnsOf(owner).flatMap(({ property, ct, bi }) => [property, ct, ...(bi ?? [])]));
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** TypeORM's own methods, called with the guarded manager as `this`. */
const stock: Pick<
  EntityManager,
  "insert" | "update" | "upsert" | "increment" | "decrement" | "save" | "create" | "merge" | "preload"
> = EntityManager.prototype;

/**
 * The entity manager of the data source, inside transactions too. It refuses what would go past the seal (TypeORM would do
 * it without a word) and makes create, merge and preload set sealed fields, which the stock ones drop.
 *
 * The query builder and raw SQL are not covered here: a CHECK on every sealed column refuses what they would write.
 */
export class GuardedEntityManager extends EntityManager {
  // Each method below stands for all overloads of the stock one and hands its arguments on untouched. `never` as the
  // return type is what lets one signature stand for them: callers see EntityManager's own types.

  override insert(target: EntityTarget<ObjectLiteral>, values: unknown): never {
    const owner = this.#ownerOf(target);
    if (owner !== undefined) this.#onlyInstances(owner, target, values);
    return stock.insert.call(this, target, values as ObjectLiteral) as never;
  }

  override update(
    target: EntityTarget<ObjectLiteral>,
    criteria: unknown,
    partial: object,
    ...rest: unknown[]
  ): never {
    const owner = this.#ownerOf(target);
    if (owner !== undefined && Object.keys(partial).some((key) => sealedNames(owner).has(key))) {
      refuse("update", owner);
    }
    return Reflect.apply(stock.update, this, [target, criteria, partial, ...rest]) as never;
  }

  override upsert(target: EntityTarget<ObjectLiteral>, ...rest: unknown[]): never {
    const owner = this.#ownerOf(target);
    if (owner !== undefined) refuse("upsert", owner);
    return Reflect.apply(stock.upsert, this, [target, ...rest]) as never;
  }

  override increment(
    target: EntityTarget<ObjectLiteral>,
    where: unknown,
    property: string,
    value: unknown,
  ): never {
    const owner = this.#ownerOf(target);
    if (owner !== undefined && sealedNames(owner).has(property)) refuse("increment", owner);
    return Reflect.apply(stock.increment, this, [target, where, property, value]) as never;
  }

  override decrement(
    target: EntityTarget<ObjectLiteral>,
    where: unknown,
    property: string,
    value: unknown,
  ): never {
    const owner = this.#ownerOf(target);
    if (owner !== undefined && sealedNames(owner).has(property)) refuse("decrement", owner);
    return Reflect.apply(stock.decrement, this, [target, where, property, value]) as never;
  }

  /** `save(entity, options)` and `save(target, entity, options)`. */
  override save(...args: unknown[]): never {
    const first = args[0];
    const named = typeof first === "function" || typeof first === "string" || isSchema(first);
    const [entities, options] = named ? [args[1], args[2]] : [args[0], args[1]];
    for (const entity of asList(entities)) this.#checkSave(named ? first : undefined, entity, options);
    return Reflect.apply(stock.save, this, args) as never;
  }

  override create(...args: unknown[]): never {
    const made: unknown = Reflect.apply(stock.create, this, args);
    const sources = asList(args[1]);
    asList(made).forEach((entity, i) => {
      setSealed(entity, sources[i]);
    });
    return made as never;
  }

  override merge(...args: unknown[]): never {
    const merged: unknown = Reflect.apply(stock.merge, this, args);
    for (const source of args.slice(2)) setSealed(merged, source);
    return merged as never;
  }

  override async preload(...args: unknown[]): Promise<never> {
    const loaded: unknown = await Reflect.apply(stock.preload, this, args);
    if (loaded !== undefined) setSealed(loaded, args[1]);
    return loaded as never;
  }

  /** The type's name where it has sealed fields. */
  #ownerOf(target: EntityTarget<ObjectLiteral>): string | undefined {
    const owner = this.dataSource.getMetadata(target).targetName;
    return sealedColumnsOf(owner).length > 0 ? owner : undefined;
  }

  #onlyInstances(owner: string, target: EntityTarget<ObjectLiteral>, values: unknown): void {
    const type = this.dataSource.getMetadata(target).target;
    const instances = asList(values).every((value) => typeof type === "function" && value instanceof type);
    if (!instances) refuse("insert", owner);
  }

  #checkSave(target: unknown, entity: unknown, options: unknown): void {
    if (typeof entity !== "object" || entity === null) return;
    const own = entity.constructor.name;
    const owner = sealedColumnsOf(own).length > 0 ? own : this.#ownerOfTarget(target);
    if (owner === undefined) return;
    if (own !== owner) refuse("save", owner);
    if (
      typeof options === "object" &&
      options !== null &&
      "listeners" in options &&
      options.listeners === false
    ) {
      refuse("callListeners", owner);
    }
  }

  #ownerOfTarget(target: unknown): string | undefined {
    return typeof target === "function" || typeof target === "string" || isSchema(target)
      ? this.#ownerOf(target as EntityTarget<ObjectLiteral>)
      : undefined;
  }
}

function isSchema(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "options" in value &&
    value.constructor.name === "EntitySchema"
  );
}

/** Sets the sealed fields that a plain object holds through the accessors of the entity made from it. */
function setSealed(entity: unknown, source: unknown): void {
  if (typeof entity !== "object" || entity === null || typeof source !== "object" || source === null) return;
  for (const { property } of sealedColumnsOf(entity.constructor.name)) {
    if (Object.hasOwn(source, property)) Reflect.set(entity, property, Reflect.get(source, property));
  }
}
