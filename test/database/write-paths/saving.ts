import { hasRelation, mark, type Given, type WritePath } from "./given";
import type { Row } from "./specimens";

const repository = ({ manager, entity }: Given) => manager.getRepository(entity);

/** An instance of an id, its subject and the values to be written. */
function part(given: Given): Row {
  const { entity, specimen, stored } = given;
  const subject = specimen.subject === null ? {} : { [specimen.subject]: stored[specimen.subject] as string };
  return mark(Object.assign(new entity(), { id: stored.id, ...subject }), given);
}

class CallerChangedItsMind extends Error {}

/** Does some work in a transaction, or a savepoint of it, and rolls it back. */
async function rolledBack(
  manager: Given["manager"],
  work: (manager: Given["manager"]) => Promise<unknown>,
): Promise<void> {
  const failure: unknown = await manager
    .transaction(async (inner) => {
      await work(inner);
      throw new CallerChangedItsMind();
    })
    .catch((error: unknown) => error);
  if (!(failure instanceof CallerChangedItsMind)) throw failure;
}

/** Fails on a column that may not be null, after the row has been sealed; then the column is as it was. */
async function failed({ specimen }: Given, row: Row, write: () => Promise<unknown>): Promise<void> {
  const before: unknown = row[specimen.required];
  Reflect.set(row, specimen.required, null);
  const failure: unknown = await write().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure === undefined) throw new Error("it was to fail");
  Reflect.set(row, specimen.required, before);
}

/** Ways that write instances: the subscriber seals them. */
export const SAVING: readonly WritePath[] = [
  ["save of a new instance", "sealed", (g) => g.manager.save(mark(g.fresh, g))],
  ["save of a changed instance", "sealed", (g) => g.manager.save(mark(g.stored, g))],
  ["save of several instances", "sealed", (g) => g.manager.save([mark(g.stored, g), g.fresh])],
  ["save by class", "sealed", (g) => g.manager.save(g.entity, mark(g.stored, g))],
  ["save by the name of the class", "sealed", (g) => g.manager.save(g.entity.name, mark(g.stored, g))],
  ["save in chunks", "sealed", (g) => g.manager.save([g.fresh, mark(g.stored, g)], { chunk: 1 })],
  ["save without reloading", "sealed", (g) => g.manager.save(mark(g.fresh, g), { reload: false })],
  ["save without a transaction", "sealed", (g) => g.manager.save(mark(g.fresh, g), { transaction: false })],
  ["save of an instance of an id and some fields", "sealed", (g) => g.manager.save(part(g))],
  [
    "save of an instance of an id and some fields without its subject",
    "refused by the subscriber",
    (g) => g.manager.save(mark(Object.assign(new g.entity(), { id: g.stored.id }), g)),
    hasRelation,
  ],
  [
    "save of an object of the class's prototype",
    "sealed",
    (g) => g.manager.save(Object.assign(Object.create(g.entity.prototype as object) as Row, g.plain)),
  ],
  ["repository.save", "sealed", (g) => repository(g).save(mark(g.stored, g))],
  ["repository.save of several", "sealed", (g) => repository(g).save([mark(g.fresh, g), g.stored])],
  ["insert of an instance", "sealed", (g) => g.manager.insert(g.entity, mark(g.fresh, g))],
  ["insert of a list", "sealed", (g) => g.manager.insert(g.entity, [mark(g.fresh, g)])],
  ["repository.insert of an instance", "sealed", (g) => repository(g).insert(mark(g.fresh, g))],
  ["create, then save", "sealed", (g) => g.manager.save(g.manager.create(g.entity, g.plain))],
  ["create of a list, then save", "sealed", (g) => g.manager.save(g.manager.create(g.entity, [g.plain]))],
  ["create, then insert", "sealed", (g) => g.manager.insert(g.entity, g.manager.create(g.entity, g.plain))],
  ["repository.create, then save", "sealed", (g) => repository(g).save(repository(g).create(g.plain))],
  ["merge, then save", "sealed", (g) => g.manager.save(g.manager.merge(g.entity, g.stored, g.marked))],
  [
    "repository.merge, then save",
    "sealed",
    (g) => repository(g).save(repository(g).merge(g.stored, g.marked)),
  ],
  [
    "merge of several objects, then save",
    "sealed",
    (g) => g.manager.save(g.manager.merge(g.entity, g.stored, { id: g.stored.id }, g.marked)),
  ],
  [
    "preload, then save",
    "sealed",
    async (g) => g.manager.save(await g.manager.preload(g.entity, { ...g.where, ...g.marked })),
  ],
  [
    "repository.preload, then save",
    "sealed",
    async (g) => {
      const loaded = await repository(g).preload({ ...g.where, ...g.marked });
      if (loaded !== undefined) await repository(g).save(loaded);
    },
  ],
  [
    "a repository with methods of its own",
    "sealed",
    (g) => {
      const put = function (this: ReturnType<typeof repository>, row: Row) {
        return this.save(row);
      };
      return repository(g).extend({ put }).put(mark(g.fresh, g));
    },
  ],
  [
    "a repository with methods of its own in a transaction",
    "sealed",
    (g) => {
      const own = repository(g).extend({});
      return g.manager.transaction((inner) => inner.withRepository(own).save(mark(g.fresh, g)));
    },
  ],
  ["save in a transaction", "sealed", (g) => g.manager.transaction((inner) => inner.save(mark(g.stored, g)))],
  [
    "insert in a transaction in a transaction",
    "sealed",
    (g) =>
      g.manager.transaction((outer) =>
        outer.transaction((inner) => inner.insert(g.entity, mark(g.fresh, g))),
      ),
  ],
  [
    "save by a query runner's manager",
    "sealed",
    async (g) => {
      const runner = g.source.createQueryRunner();
      await runner.startTransaction();
      await runner.manager.save(mark(g.stored, g));
      await runner.commitTransaction();
      await runner.release();
    },
  ],
  [
    "save rolled back, then again",
    "sealed",
    async (g) => {
      await rolledBack(g.manager, (inner) => inner.save(mark(g.stored, g)));
      await g.manager.save(g.stored);
    },
  ],
  [
    "insert rolled back, then again",
    "sealed",
    async (g) => {
      await rolledBack(g.manager, (inner) => inner.insert(g.entity, mark(g.fresh, g)));
      await g.manager.insert(g.entity, g.fresh);
    },
  ],
  [
    "save rolled back to a savepoint, then again",
    "sealed",
    (g) =>
      g.manager.transaction(async (outer) => {
        await rolledBack(outer, (inner) => inner.save(mark(g.stored, g)));
        await outer.save(g.stored);
      }),
  ],
  [
    "save that failed, then again",
    "sealed",
    async (g) => {
      await failed(g, mark(g.stored, g), () => g.manager.save(g.stored));
      await g.manager.save(g.stored);
    },
  ],
  [
    "insert that failed, then again",
    "sealed",
    async (g) => {
      await failed(g, mark(g.fresh, g), () => g.manager.insert(g.entity, g.fresh));
      await g.manager.insert(g.entity, g.fresh);
    },
  ],
  [
    "insert that failed, then saved",
    "sealed",
    async (g) => {
      await failed(g, mark(g.fresh, g), () => g.manager.insert(g.entity, g.fresh));
      await g.manager.save(g.fresh);
    },
  ],
];
