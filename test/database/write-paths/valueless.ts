import { Customer } from "../../../src/domain/customer";
import { hasRelation, mark, MARKER, values, type WritePath } from "./given";

/** Ways that write no value of a field. */
export const VALUELESS: readonly WritePath[] = [
  ["softDelete", "refused by TypeORM", (g) => g.manager.softDelete(g.entity, g.where)],
  ["restore", "refused by TypeORM", (g) => g.manager.restore(g.entity, g.where)],
  ["softRemove of a changed instance", "refused by TypeORM", (g) => g.manager.softRemove(mark(g.stored, g))],
  ["recover of a changed instance", "refused by TypeORM", (g) => g.manager.recover(mark(g.stored, g))],
  [
    "updateAll of a sealed field",
    "refused by TypeORM",
    (g) => g.manager.updateAll(g.entity, values({ [g.specimen.text]: MARKER })),
  ],
  ["remove of a changed instance", "takes the row away", (g) => g.manager.remove(mark(g.stored, g))],
  ["delete", "takes the row away", (g) => g.manager.delete(g.entity, g.where)],
  [
    "the query builder's delete",
    "takes the row away",
    (g) => g.manager.createQueryBuilder().delete().from(g.entity).whereInIds(g.stored.id).execute(),
  ],
  ["save of what was not changed", "writes nothing", (g) => g.manager.save(g.stored)],
  [
    "save rolled back",
    "writes nothing",
    (g) =>
      g.manager
        .transaction(async (inner) => {
          await inner.save(mark(g.stored, g));
          throw new Error("the caller changed its mind");
        })
        .catch(() => undefined),
  ],
  [
    "save of a row with a changed customer in its relation",
    "writes nothing",
    (g) => {
      const id: unknown = g.stored["customerId"];
      const customer = Object.assign(new Customer(), { id, name: MARKER });
      return g.manager.save(Object.assign(g.stored, { customer }));
    },
    hasRelation,
  ],
  [
    "save of a row with a plain customer in its relation",
    "writes nothing",
    (g) =>
      g.manager.save(
        Object.assign(g.stored, { customer: { id: String(g.stored["customerId"]), name: MARKER } }),
      ),
    hasRelation,
  ],
];
