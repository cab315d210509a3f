import type { EntityManager, ObjectLiteral } from "typeorm";
import type { EntityClass } from "./shape";

/** How many rows one INSERT takes: enough that a statement more or less does not count. */
const ROWS_PER_INSERT = 250;

/** Inserts instances of an entity, some hundreds in each statement. */
export async function insertInBatches<T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityClass<T>,
  rows: readonly T[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    await manager.insert(entity, rows.slice(from, from + ROWS_PER_INSERT));
  }
}
