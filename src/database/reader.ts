import type { DataSource } from "typeorm";
import { columnName, sealedColumnsOf } from "../domain/classified";
import { consentKey } from "../domain/consent-state";
import { Customer } from "../domain/customer";
import type { Vault } from "../vault/vault";
import { placeholders, rowSource, type Row, type RowSource, type Sql, type SqlValue } from "./rows";
import { hydrate, shapeOf, type EntityClass, type Shape } from "./shape";

/** A condition on one entity's own columns, by property. Conditions are joined by AND. */
export interface Condition {
  readonly property: string;
  readonly is: "=" | "<>" | "<" | ">" | "<=" | ">=" | "in" | "has consent";
  /** For `has consent`: the consent's bit and the time now. */
  readonly value: SqlValue | readonly SqlValue[];
  /** Of the customer that the row is about, instead of the row itself. */
  readonly ofSubject?: boolean;
}

/** Where a page goes on: after the row with these values of the order's properties. */
export interface After {
  readonly values: readonly SqlValue[];
}

/** The order of a list; the last property is the id, so that it is total. All run in one direction. */
export interface Order {
  readonly properties: readonly string[];
  readonly descending: boolean;
}

export interface Query<T extends object> {
  readonly entity: EntityClass<T>;
  readonly properties: ReadonlySet<string>;
  readonly where: readonly Condition[];
  readonly order: Order;
  readonly after?: After | undefined;
  readonly limit: number;
  /** Also reads what a row's gate asks of its subject, into `customer`. */
  readonly withSubject?: boolean;
}

/** What the gate of a row asks of the customer that it is about. */
const SUBJECT_PROPERTIES = new Set(["tenantId", "status", "consentBits", "consentExpiry"]);

/**
 * Whether a consent stands, in SQL as in `hasConsent`: its bit is set, and where it has an expiry (`bit:milliseconds`, two
 * and thirteen digits) that is later than now.
 */
function consentSql(table: string, [bit, now]: readonly SqlValue[]): Sql {
  const key = consentKey(Number(bit));
  const expiry = `${table}.consent_expiry`;
  const text = `(${table}.consent_bits & ?) <> 0 AND (${expiry} IS NULL OR INSTR(${expiry}, ?) = 0 OR SUBSTR(${expiry}, INSTR(${expiry}, ?) + ${String(key.length)}, 13) > ?)`;
  return { text: `(${text})`, values: [1 << Number(bit), key, key, String(now).padStart(13, "0")] };
}

function conditionSql(table: string, { property, is, value, ofSubject }: Condition): Sql {
  const alias = ofSubject === true ? "s" : table;
  const list = Array.isArray(value) ? (value as readonly SqlValue[]) : [value as SqlValue];
  if (is === "has consent") return consentSql(alias, list);
  const own = `${alias}.${columnName(property)}`;
  // As a function of it: a bare comparison with the joined row makes the join an inner one, and MariaDB then starts from
  // the customers and sorts all their messages.
  const column = ofSubject === true ? `COALESCE(${own}, '')` : own;
  return {
    text: is === "in" ? `${column} IN (${placeholders(list.length)})` : `${column} ${is} ?`,
    values: list,
  };
}

function whereSql(table: string, conditions: readonly Condition[]): Sql {
  const parts = conditions.map((condition) => conditionSql(table, condition));
  return { text: parts.map(({ text }) => text).join(" AND "), values: parts.flatMap(({ values }) => values) };
}

/** Joins the customer that a row is about. From the left, so that the optimizer starts from the rows and their order. */
const SUBJECT_JOIN = "LEFT JOIN customer s ON s.id = r.customer_id";

/**
 * The keyset condition. Not `(a, b) < (?, ?)`: MariaDB does not use an index for row comparisons.
 * `a <= ? AND (a < ? OR b < ?)` says the same and does.
 */
function afterSql(table: string, order: Order, after: After): Sql {
  const than = order.descending ? "<" : ">";
  const [first = "id", second] = order.properties.map((property) => `${table}.${columnName(property)}`);
  const [a = null, b = null] = after.values;
  if (second === undefined) return { text: `${first} ${than} ?`, values: [a] };
  return { text: `${first} ${than}= ? AND (${first} ${than} ? OR ${second} ${than} ?)`, values: [a, a, b] };
}

function orderSql(table: string, order: Order): string {
  const direction = order.descending ? "DESC" : "ASC";
  return order.properties.map((property) => `${table}.${columnName(property)} ${direction}`).join(", ");
}

function allOf(parts: readonly Sql[]): Sql {
  const given = parts.filter(({ text }) => text !== "");
  if (given.length === 0) return { text: "", values: [] };
  return {
    text: `WHERE ${given.map(({ text }) => text).join(" AND ")}`,
    values: given.flatMap(({ values }) => values),
  };
}

/** Reads entities by one lean statement each: only the columns asked for, still sealed, with the means to be opened. */
export class Reader {
  readonly #rows: RowSource;
  /** By the set of properties itself: a plan keeps its own as long as it lives. */
  readonly #shapes = new WeakMap<ReadonlySet<string>, Shape<object>>();

  constructor(
    private readonly source: DataSource,
    private readonly vault: Vault,
  ) {
    this.#rows = rowSource(source);
  }

  /** One page of a list, in order. */
  async page<T extends object>(query: Query<T>): Promise<T[]> {
    const shape = this.#shape(query.entity, query.properties);
    const subject = query.withSubject === true ? this.#shape(Customer, SUBJECT_PROPERTIES) : undefined;
    const { text, values } = this.#pageSql(query, shape, subject);
    const rows = await this.#rows.rows({ text, values });
    const entities = rows.map((row) => hydrateWithSubject(shape, subject, row));
    await this.#attach(shape, entities);
    return entities;
  }

  /** The first rows of each parent's list, for many parents in one statement. */
  async pagePerParent<T extends object>(
    query: Query<T> & { readonly parent: string; readonly parentIds: readonly string[] },
  ): Promise<Map<string, T[]>> {
    const byParent = new Map<string, T[]>(query.parentIds.map((id) => [id, []]));
    if (query.parentIds.length === 0) return byParent;
    const { properties, parent } = query;
    const shape = this.#shape(
      query.entity,
      properties.has(parent) ? properties : new Set([...properties, parent]),
    );
    const rows = await this.#rows.rows(this.#perParentSql(query, shape));
    const entities = rows.map((row) => hydrate(shape, row));
    await this.#attach(shape, entities);
    for (const entity of entities) byParent.get(String(Reflect.get(entity, query.parent)))?.push(entity);
    return byParent;
  }

  /** How many rows there are. */
  async count<T extends object>(entity: EntityClass<T>, where: readonly Condition[]): Promise<number> {
    const { tableName } = this.source.getMetadata(entity);
    const { text, values } = allOf([whereSql("r", where)]);
    const join = where.some(({ ofSubject }) => ofSubject === true) ? SUBJECT_JOIN : "";
    const [row] = await this.#rows.rows({
      text: `SELECT COUNT(*) FROM ${tableName} r ${join} ${text}`,
      values,
    });
    return Number(row?.[0] ?? 0);
  }

  /** How many rows each parent's list has, for many parents in one statement. */
  async countPerParent<T extends object>(query: {
    readonly entity: EntityClass<T>;
    readonly parent: string;
    readonly parentIds: readonly string[];
    readonly where: readonly Condition[];
  }): Promise<Map<string, number>> {
    const { tableName } = this.source.getMetadata(query.entity);
    const parent = columnName(query.parent);
    const ofParents: Condition = { property: query.parent, is: "in", value: query.parentIds };
    const { text, values } = allOf([whereSql("r", [ofParents, ...query.where])]);
    const rows = await this.#rows.rows({
      text: `SELECT r.${parent}, COUNT(*) FROM ${tableName} r ${text} GROUP BY r.${parent}`,
      values,
    });
    return new Map(rows.map(([id, count]) => [String(id), Number(count)]));
  }

  #pageSql<T extends object>(query: Query<T>, shape: Shape<T>, subject: Shape<Customer> | undefined): Sql {
    const { text, values } = allOf([
      whereSql("r", query.where),
      ...(query.after === undefined ? [] : [afterSql("r", query.order, query.after)]),
    ]);
    const columns = [
      ...shape.columns.map(({ name }) => `r.${name}`),
      ...(subject?.columns.map(({ name }) => `s.${name}`) ?? []),
    ];
    const join = subject === undefined ? "" : SUBJECT_JOIN;
    return {
      text: `SELECT ${columns.join(", ")} FROM ${shape.table} r ${join} ${text} ORDER BY ${orderSql("r", query.order)} LIMIT ?`,
      values: [...values, query.limit],
    };
  }

  #perParentSql<T extends object>(
    query: Query<T> & { readonly parent: string; readonly parentIds: readonly string[] },
    shape: Shape<T>,
  ): Sql {
    const { text, values } = allOf([
      whereSql("k", [{ property: query.parent, is: "in", value: query.parentIds }, ...query.where]),
      ...(query.after === undefined ? [] : [afterSql("k", query.order, query.after)]),
    ]);
    const ranked = `SELECT k.id, ROW_NUMBER() OVER (PARTITION BY k.${columnName(query.parent)} ORDER BY ${orderSql("k", query.order)}) AS place FROM ${shape.table} k ${text}`;
    const columns = shape.columns.map(({ name }) => `r.${name}`).join(", ");
    return {
      text: `SELECT ${columns} FROM ${shape.table} r JOIN (${ranked}) p ON p.id = r.id WHERE p.place <= ? ORDER BY ${orderSql("r", query.order)}`,
      values: [...values, query.limit],
    };
  }

  #attach(shape: Shape<object>, entities: readonly object[]): void | Promise<void> {
    const owner = shape.entity.name;
    const sealed = sealedColumnsOf(owner).some(({ ct }) =>
      shape.columns.some(({ property }) => property === ct),
    );
    if (sealed) return this.vault.attach(owner, entities);
  }

  #shape<T extends object>(entity: EntityClass<T>, properties: ReadonlySet<string>): Shape<T> {
    const known = this.#shapes.get(properties);
    if (known?.entity === entity) return known as Shape<T>;
    const shape = shapeOf(this.source, entity, properties);
    this.#shapes.set(properties, shape);
    return shape;
  }
}

function hydrateWithSubject<T extends object>(
  shape: Shape<T>,
  subject: Shape<Customer> | undefined,
  row: Row,
): T {
  const entity = hydrate(shape, row);
  if (subject !== undefined) Object.assign(entity, { customer: hydrate(subject, row, shape.columns.length) });
  return entity;
}
