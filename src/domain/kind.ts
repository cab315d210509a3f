import { GraphQLDateTime } from "graphql-scalars";
import { type Field, ID, Int } from "type-graphql";
import type { ColumnOptions, ColumnType, ValueTransformer } from "typeorm";

/** What type-graphql calls a return type function: `() => String`. */
type ReturnTypeFunc = NonNullable<Parameters<typeof Field>[0]>;

/**
 * What a field is, in the database and in GraphQL.
 *
 * The same column types stand on SQLite, MariaDB and MySQL, so that one set of entities and one migration serve all
 * three. Ids and codes are compared byte for byte: the tables have a binary collation (MySQL's default compares without
 * case).
 */
export interface Kind {
  readonly column?: ColumnOptions & { readonly type: ColumnType };
  readonly type: ReturnTypeFunc;
  readonly primary?: boolean;
  readonly nullable?: boolean;
}

interface Options {
  readonly nullable?: boolean;
}

/** Milliseconds since 1970 as BIGINT: no time zone to get wrong, and the same order and cursor on every engine. */
const instantColumn: ValueTransformer = {
  from: (stored: unknown) => (stored === null || stored === undefined ? stored : new Date(Number(stored))),
  to: (value: unknown) => (value instanceof Date ? value.getTime() : value),
};

/** libsql returns blobs as ArrayBuffer; everything else expects a Buffer. No copy is made. */
export const bytesColumn: ValueTransformer = {
  from: (stored: unknown) => (stored instanceof ArrayBuffer ? Buffer.from(stored) : stored),
  to: (value: unknown) => value,
};

const dbNull = (options: Options | undefined): { nullable: boolean } => ({
  nullable: options?.nullable ?? false,
});

/** The row's own id: a UUIDv7 that the application assigns, since the seal of every value is bound to it. */
export function rowId(): Kind {
  return { column: { type: "varchar", length: 36 }, type: () => ID, primary: true };
}

/** The id of another row. */
export function idOf(options?: Options): Kind {
  return { column: { type: "varchar", length: 36, ...dbNull(options) }, type: () => ID, ...options };
}

/** A short text that says nothing of a person. */
export function code(length: number, options?: Options): Kind {
  return { column: { type: "varchar", length, ...dbNull(options) }, type: () => String, ...options };
}

/** One of a closed list, stored by its name. */
export function oneOf(values: object, options?: Options): Kind {
  return { column: { type: "varchar", length: 24, ...dbNull(options) }, type: () => values, ...options };
}

/** A point in time. */
export function instant(options?: Options): Kind {
  return {
    column: { type: "bigint", transformer: instantColumn, ...dbNull(options) },
    type: () => GraphQLDateTime,
    ...options,
  };
}

/** A whole number. */
export function whole(options?: Options): Kind {
  return { column: { type: "int", ...dbNull(options) }, type: () => Int, ...options };
}

/** A whole number that counts rows. */
export function big(options?: Options): Kind {
  const from = (stored: unknown) => (stored === null || stored === undefined ? stored : Number(stored));
  return {
    column: { type: "bigint", transformer: { from, to: (value: unknown) => value }, ...dbNull(options) },
    type: () => Int,
    ...options,
  };
}

/** Yes or no. */
export function flag(options?: Options): Kind {
  return { column: { type: "boolean", ...dbNull(options) }, type: () => Boolean, ...options };
}

/** A short list of names, stored as JSON. */
export function names(options?: Options): Kind {
  return { column: { type: "simple-json", ...dbNull(options) }, type: () => [String], ...options };
}

/** A field that is computed, not stored. */
export function computed(type: ReturnTypeFunc, options?: Options): Kind {
  return { type, ...options };
}

/** Bytes. */
export function bytes(options?: Options): Kind {
  return {
    column: { type: "blob", transformer: bytesColumn, ...dbNull(options) },
    type: () => String,
    ...options,
  };
}
