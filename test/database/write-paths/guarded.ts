import {
  envelopeOf,
  hasIndex,
  mark,
  MARKER,
  plainStored,
  plaintextEnvelope,
  values,
  type Given,
  type WritePath,
} from "./given";

const repository = ({ manager, entity }: Given) => manager.getRepository(entity);

/** Ways that no instance goes: the guarded manager refuses them. */
export const GUARDED: readonly WritePath[] = [
  ["insert of a plain object", "refused by the manager", (g) => g.manager.insert(g.entity, g.plain)],
  ["insert by name", "refused by the manager", (g) => g.manager.insert(g.entity.name, g.plain)],
  ["insert by table", "refused by the manager", (g) => g.manager.insert(g.specimen.table, g.plain)],
  [
    "insert of a list with a plain object",
    "refused by the manager",
    (g) => g.manager.insert(g.entity, [g.fresh, g.plain]),
  ],
  ["repository.insert of a plain object", "refused by the manager", (g) => repository(g).insert(g.plain)],
  ["upsert of a plain object", "refused by the manager", (g) => g.manager.upsert(g.entity, g.plain, ["id"])],
  [
    "upsert of an instance",
    "refused by the manager",
    (g) => g.manager.upsert(g.entity, mark(g.fresh, g), ["id"]),
  ],
  ["repository.upsert", "refused by the manager", (g) => repository(g).upsert(g.plain, ["id"])],
  [
    "update of a sealed field",
    "refused by the manager",
    (g) => g.manager.update(g.entity, g.where, values({ [g.specimen.text]: MARKER })),
  ],
  [
    "update by id",
    "refused by the manager",
    (g) => g.manager.update(g.entity, g.stored.id, values({ [g.specimen.text]: MARKER })),
  ],
  ["repository.update", "refused by the manager", (g) => repository(g).update(g.where, values(g.marked))],
  [
    "update of an envelope",
    "refused by the manager",
    (g) => g.manager.update(g.entity, g.where, plaintextEnvelope(g)),
  ],
  [
    "update of an index",
    "refused by the manager",
    (g) => {
      const { property } = g.specimen.lookup ?? { property: "-" };
      return g.manager.update(g.entity, g.where, values({ [`${property}Bi`]: g.marked[property] }));
    },
    hasIndex,
  ],
  [
    "update of a second index",
    "refused by the manager",
    (g) => {
      const { property } = g.specimen.lookup ?? { property: "-" };
      return g.manager.update(g.entity, g.where, values({ [`${property}Bi2`]: g.marked[property] }));
    },
    hasIndex,
  ],
  [
    "update with a function value",
    "refused by the manager",
    (g) => g.manager.update(g.entity, g.where, { [g.specimen.text]: () => `'${MARKER}'` }),
  ],
  [
    "update of an envelope with a function value",
    "refused by the manager",
    (g) => g.manager.update(g.entity, g.where, { [envelopeOf(g)]: () => `'${MARKER}'` }),
  ],
  [
    "increment of a sealed field",
    "refused by the manager",
    (g) => g.manager.increment(g.entity, g.where, g.specimen.text, 1),
  ],
  [
    "decrement of an envelope",
    "refused by the manager",
    (g) => g.manager.decrement(g.entity, g.where, envelopeOf(g), 1),
  ],
  [
    "repository.increment of an envelope",
    "refused by the manager",
    (g) => repository(g).increment(g.where, envelopeOf(g), MARKER),
  ],
  ["save of a plain object", "refused by the manager", (g) => g.manager.save(g.entity, g.plain)],
  ["save of a plain object by name", "refused by the manager", (g) => g.manager.save(g.entity.name, g.plain)],
  [
    "save of a plain object that is stored",
    "refused by the manager",
    (g) => g.manager.save(g.entity, plainStored(g)),
  ],
  [
    "save of a copy of an instance",
    "refused by the manager",
    (g) => g.manager.save(g.entity, { ...g.stored, ...g.marked }),
  ],
  ["repository.save of a plain object", "refused by the manager", (g) => repository(g).save(g.plain)],
  [
    "save of a list with a plain object",
    "refused by the manager",
    (g) => g.manager.save(g.entity, [g.stored, g.plain]),
  ],
  [
    "save of an instance of a subclass",
    "refused by the manager",
    (g) => {
      const derived = class Derived extends g.entity {};
      return g.manager.save(g.entity, Object.assign(new derived(), g.plain));
    },
  ],
  [
    "save without listeners",
    "refused by the manager",
    (g) => g.manager.save(mark(g.stored, g), { listeners: false }),
  ],
  [
    "save by class without listeners",
    "refused by the manager",
    (g) => g.manager.save(g.entity, mark(g.fresh, g), { listeners: false }),
  ],
  [
    "repository.save without listeners",
    "refused by the manager",
    (g) => repository(g).save(mark(g.fresh, g), { listeners: false }),
  ],
  [
    "a plain object in a transaction",
    "refused by the manager",
    (g) => g.manager.transaction((inner) => inner.getRepository(g.entity).save(g.plain)),
  ],
  [
    "a plain object by a query runner's manager",
    "refused by the manager",
    async (g) => {
      const runner = g.source.createQueryRunner();
      try {
        await runner.manager.insert(g.entity, g.plain);
      } finally {
        await runner.release();
      }
    },
  ],
  [
    "a plain object by a repository with methods of its own",
    "refused by the manager",
    (g) => repository(g).extend({}).insert(g.plain),
  ],
  [
    "a plain object by another manager of the data source",
    "refused by the manager",
    (g) => g.source.createEntityManager().save(g.entity, g.plain),
  ],
];
