import { EntityManager, Repository } from "typeorm";
import { mark, plainStored, plaintextEnvelope, type Given, type WritePath } from "./given";
import type { Row } from "./specimens";

/** A manager that no data source made: nothing of the guarded one is in it. */
const unguarded = ({ source }: Given) => new EntityManager(source);

/** A manager made by hand, which nothing but the subscriber and the CHECKs watch. */
export const UNGUARDED: readonly WritePath[] = [
  ["save by a manager made by hand", "sealed", (g) => unguarded(g).save(mark(g.fresh, g))],
  ["insert by a manager made by hand", "sealed", (g) => unguarded(g).insert(g.entity, mark(g.fresh, g))],
  [
    "upsert of an instance by a manager made by hand",
    "sealed",
    (g) => unguarded(g).upsert(g.entity, mark(g.fresh, g), ["id"]),
  ],
  [
    "save by a repository made by hand",
    "sealed",
    (g) => new Repository<Row>(g.entity, unguarded(g)).save(mark(g.stored, g)),
  ],
  [
    "insert of a plain object by a manager made by hand",
    "refused by the subscriber",
    (g) => unguarded(g).insert(g.entity, g.plain),
  ],
  [
    "save of a plain object by a manager made by hand",
    "refused by the subscriber",
    (g) => unguarded(g).save(g.entity, g.plain),
  ],
  [
    "upsert of a plain object by a manager made by hand",
    "refused by the subscriber",
    (g) => unguarded(g).upsert(g.entity, g.plain, ["id"]),
  ],
  [
    "update of an envelope by a manager made by hand",
    "refused by the database",
    (g) => unguarded(g).update(g.entity, g.where, plaintextEnvelope(g)),
  ],
  [
    "save without listeners by a manager made by hand",
    "refused by the database",
    (g) => unguarded(g).save(mark(g.fresh, g), { listeners: false }),
  ],
  [
    "save of a plain object that is stored by a manager made by hand",
    "writes nothing",
    (g) => unguarded(g).save(g.entity, plainStored(g)),
  ],
  [
    "create, then save by a manager made by hand",
    "loses the value",
    (g) => unguarded(g).save(unguarded(g).create(g.entity, g.plain)),
  ],
];
