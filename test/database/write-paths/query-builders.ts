import type { StoredRow } from "../customers";
import {
  copied,
  envelopeOf,
  mark,
  MARKER,
  plaintextEnvelope,
  values,
  type Given,
  type WritePath,
} from "./given";

const builder = ({ manager }: Given) => manager.createQueryBuilder();

/** The columns in which the values to be written are sealed. */
function sealedColumns({ specimen }: Given): string[] {
  const { textCt, lookup } = specimen;
  return [textCt, ...(lookup === null ? [] : [`${lookup.column}_ct`, `${lookup.column}_bi`])];
}

/** The query builder: the subscriber sees instances, the CHECKs see the rest. */
export const BUILT: readonly WritePath[] = [
  [
    "the query builder's insert of an instance",
    "sealed",
    (g) => builder(g).insert().into(g.entity).values(mark(g.fresh, g)).execute(),
  ],
  [
    "the query builder's insert of a list",
    "sealed",
    (g) =>
      builder(g)
        .insert()
        .into(g.entity)
        .values([mark(g.fresh, g)])
        .execute(),
  ],
  [
    "a repository's query builder's insert of an instance",
    "sealed",
    (g) => g.manager.getRepository(g.entity).createQueryBuilder().insert().values(mark(g.fresh, g)).execute(),
  ],
  [
    "the query builder's insert, or ignore",
    "sealed",
    (g) => builder(g).insert().into(g.entity).values(mark(g.fresh, g)).orIgnore().execute(),
  ],
  [
    "the query builder's insert, or update",
    "sealed",
    (g) => {
      const again = Object.assign(new g.entity(), g.plain, { id: g.stored.id });
      return builder(g).insert().into(g.entity).values(again).orUpdate(sealedColumns(g), ["id"]).execute();
    },
  ],
  [
    "the query builder's insert of a plain object",
    "refused by the subscriber",
    (g) => builder(g).insert().into(g.entity).values(g.plain).execute(),
  ],
  [
    "the query builder's insert of plaintext bytes",
    "refused by the subscriber",
    (g) =>
      builder(g)
        .insert()
        .into(g.entity)
        .values(values({ ...g.plain, ...plaintextEnvelope(g) }))
        .execute(),
  ],
  [
    "the query builder's insert by table",
    "refused by the subscriber",
    (g) => builder(g).insert().into(g.specimen.table).values(g.plain).execute(),
  ],
  [
    "the query builder's update of a sealed field",
    "refused by TypeORM",
    (g) => builder(g).update(g.entity).set(values(g.marked)).whereInIds(g.stored.id).execute(),
  ],
  [
    "updateAll of an envelope",
    "refused by the database",
    (g) => g.manager.updateAll(g.entity, plaintextEnvelope(g)),
  ],
  [
    "the query builder's update of an envelope",
    "refused by the database",
    (g) => builder(g).update(g.entity).set(plaintextEnvelope(g)).whereInIds(g.stored.id).execute(),
  ],
  [
    "the query builder's update of an envelope without listeners",
    "refused by the database",
    (g) =>
      builder(g)
        .update(g.entity)
        .set(plaintextEnvelope(g))
        .callListeners(false)
        .whereInIds(g.stored.id)
        .execute(),
  ],
  [
    "the query builder's function value",
    "refused by the database",
    (g) =>
      builder(g)
        .update(g.entity)
        .set({ [envelopeOf(g)]: () => `'${MARKER.padEnd(100)}'` })
        .whereInIds(g.stored.id)
        .execute(),
  ],
  [
    "the query builder's insert without listeners",
    "refused by the database",
    (g) => builder(g).insert().into(g.entity).values(mark(g.fresh, g)).callListeners(false).execute(),
  ],
  [
    "the query builder's insert of plaintext bytes without listeners",
    "refused by the database",
    (g) => {
      const row = values({ ...g.plain, ...plaintextEnvelope(g) });
      return builder(g).insert().into(g.entity).values(row).callListeners(false).execute();
    },
  ],
  [
    "the query builder's insert of plaintext bytes, or update, without listeners",
    "refused by the database",
    (g) => {
      const row = values({ ...g.plain, ...g.where, ...plaintextEnvelope(g) });
      const insert = builder(g).insert().into(g.entity).values(row).callListeners(false);
      return insert.orUpdate([g.specimen.textCt], ["id"]).execute();
    },
  ],
  [
    "the query builder's insert of what it selects, with plaintext in it",
    "refused by the database",
    (g) => {
      const row: StoredRow = { ...copied(g), [g.specimen.textCt]: MARKER.padEnd(100) };
      const metadata = g.source.getMetadata(g.entity);
      const columns = metadata.columns.map((column) => column.propertyName);
      const names = metadata.columns.map(({ databaseName }) => databaseName);
      const select = builder(g)
        .select(names.map((name) => `:${name}`))
        .setParameters(row)
        .from(g.entity, "r")
        .limit(1);
      return builder(g).insert().into(g.entity, columns).valuesFromSelect(select).execute();
    },
  ],
];
