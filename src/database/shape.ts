import type { DataSource } from "typeorm";
import type { Row } from "./rows";

/** A class of entity. */
export type EntityClass<T extends object> = new () => T;

type Convert = (stored: unknown) => unknown;

interface ShapeColumn {
  readonly property: string;
  readonly name: string;
  readonly convert: Convert | undefined;
}

/** Which columns of an entity are read, and how a row of them becomes an instance. */
export interface Shape<T extends object> {
  readonly entity: EntityClass<T>;
  readonly table: string;
  readonly columns: readonly ShapeColumn[];
}

const toBoolean: Convert = (stored) => (stored === null ? null : Number(stored) === 1);
const fromJson: Convert = (stored) => (typeof stored === "string" ? (JSON.parse(stored) as unknown) : stored);

/** The shape of an entity with some of its properties, always in the order in which the class declares them. */
export function shapeOf<T extends object>(
  source: DataSource,
  entity: EntityClass<T>,
  properties: ReadonlySet<string>,
): Shape<T> {
  const metadata = source.getMetadata(entity);
  const columns = metadata.columns
    .filter((column) => properties.has(column.propertyName))
    .map((column): ShapeColumn => {
      const { transformer, type } = column;
      const transform =
        transformer !== undefined && !Array.isArray(transformer)
          ? transformer.from.bind(transformer)
          : undefined;
      const convert =
        transform ?? (type === "boolean" ? toBoolean : type === "simple-json" ? fromJson : undefined);
      return { property: column.propertyName, name: column.databaseName, convert };
    });
  return { entity, table: metadata.tableName, columns };
}

/** Makes an instance of a row, reading its columns from `offset` on. */
export function hydrate<T extends object>(shape: Shape<T>, row: Row, offset = 0): T {
  const made = new shape.entity();
  const target = made as Record<string, unknown>;
  let place = offset;
  for (const { property, convert } of shape.columns) {
    const stored = row[place];
    target[property] = convert === undefined ? stored : convert(stored);
    place += 1;
  }
  return made;
}
