import { copied, envelopeOf, hasRelation, insertSql, values, type Given, type WritePath } from "./given";

function move(g: Given, id: string, envelope: unknown): Promise<unknown> {
  const { table, textCt } = g.specimen;
  return g.sql(`UPDATE ${table} SET ${textCt} = ? WHERE id = ?`, [envelope, id]);
}

/** The envelope of the other row. */
const otherEnvelope = (g: Given): unknown => g.otherColumns[g.specimen.textCt];

/** Ways that put an envelope where it was not sealed. No CHECK can tell; opening does. */
export const MOVES: readonly WritePath[] = [
  [
    "an UPDATE in SQL that swaps the envelopes of two rows",
    "opens nowhere else",
    async (g) => {
      await move(g, g.stored.id, otherEnvelope(g));
      await move(g, String(g.otherColumns["id"]), g.storedColumns[g.specimen.textCt]);
    },
  ],
  [
    "an UPDATE in SQL from another column of the row",
    "opens nowhere else",
    (g) => {
      const { table, textCt, otherCt } = g.specimen;
      return g.sql(`UPDATE ${table} SET ${textCt} = ${String(otherCt)} WHERE id = ?`, [g.stored.id]);
    },
    ({ otherCt }) => otherCt !== null,
  ],
  [
    "an UPDATE in SQL from the customer that the row is of",
    "opens nowhere else",
    (g) => {
      const { table, textCt } = g.specimen;
      const name = "SELECT name_ct FROM customer WHERE id = ?";
      return g.sql(`UPDATE ${table} SET ${textCt} = (${name}) WHERE id = ?`, [
        g.stored["customerId"],
        g.stored.id,
      ]);
    },
    hasRelation,
  ],
  [
    "an INSERT in SQL of a copy",
    "opens nowhere else",
    (g) => {
      const insert = insertSql(g.specimen.table, copied(g));
      return g.sql(insert.text, insert.values);
    },
  ],
  [
    "an INSERT in SQL of what it selects",
    "opens nowhere else",
    (g) => {
      const { id, ...others } = copied(g);
      const { table } = g.specimen;
      const names = Object.keys(others);
      const given = names.map((name) => (others[name] === g.storedColumns[name] ? name : "?"));
      const parameters = names
        .filter((name) => others[name] !== g.storedColumns[name])
        .map((name) => others[name]);
      const text = `INSERT INTO ${table} (id, ${names.join(", ")}) SELECT ?, ${given.join(", ")} FROM ${table} WHERE id = ?`;
      return g.sql(text, [id, ...parameters, g.stored.id]);
    },
  ],
  [
    "a REPLACE in SQL with the envelope of another row",
    "opens nowhere else",
    (g) => {
      const row = { ...g.storedColumns, [g.specimen.textCt]: otherEnvelope(g) };
      const replace = insertSql(g.specimen.table, row, "REPLACE INTO");
      return g.sql(replace.text, replace.values);
    },
  ],
  [
    "an UPDATE in SQL of the row's id",
    "opens nowhere else",
    (g) => g.sql(`UPDATE ${g.specimen.table} SET id = ? WHERE id = ?`, [g.fresh.id, g.stored.id]),
  ],
  [
    "update of the row's id",
    "opens nowhere else",
    (g) => g.manager.update(g.entity, g.where, values({ id: g.fresh.id })),
  ],
  [
    "update of the row's subject",
    "opens nowhere else",
    (g) => g.manager.update(g.entity, g.where, values({ customerId: g.otherCustomerId })),
    hasRelation,
  ],
  [
    "save with another subject",
    "opens nowhere else",
    (g) => g.manager.save(Object.assign(g.stored, { customerId: g.otherCustomerId })),
    hasRelation,
  ],
  [
    "the query builder's relation to another subject",
    "opens nowhere else",
    (g) =>
      g.manager.createQueryBuilder().relation(g.entity, "customer").of(g.stored.id).set(g.otherCustomerId),
    hasRelation,
  ],
  [
    "the query builder's update with the envelope of another row",
    "opens nowhere else",
    (g) =>
      g.manager
        .createQueryBuilder()
        .update(g.entity)
        .set(values({ [envelopeOf(g)]: otherEnvelope(g) }))
        .whereInIds(g.stored.id)
        .execute(),
  ],
  [
    "the query builder's insert of what it selects",
    "opens nowhere else",
    (g) => {
      const metadata = g.source.getMetadata(g.entity);
      const row = copied(g);
      const { columns } = metadata;
      const changed = (name: string): boolean => row[name] !== g.storedColumns[name];
      const given = columns.map(({ databaseName: name }) => (changed(name) ? `:${name}` : `(r.${name})`));
      const parameters = Object.fromEntries(Object.entries(row).filter(([name]) => changed(name)));
      const select = g.manager
        .createQueryBuilder()
        .select(given)
        .setParameters(parameters)
        .from(g.entity, "r")
        .where({ id: g.stored.id });
      const properties = columns.map(({ propertyName }) => propertyName);
      return g.manager
        .createQueryBuilder()
        .insert()
        .into(g.entity, properties)
        .valuesFromSelect(select)
        .execute();
    },
  ],
  [
    "save of an instance whose envelope was set to another row's",
    "opens nowhere else",
    (g) => g.manager.save(Object.assign(g.stored, { [envelopeOf(g)]: otherEnvelope(g) })),
  ],
];
