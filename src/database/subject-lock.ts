import { In, type EntityManager, type FindOneOptions } from "typeorm";
import { Customer } from "../domain/customer";

function isSqlite(manager: EntityManager): boolean {
  return manager.dataSource.options.type === "better-sqlite3";
}

/** Reads one row for changing it: no other transaction can, until this one ends. SQLite has one writer anyway. */
export function forUpdate(manager: EntityManager): Pick<FindOneOptions, "lock"> {
  return isSqlite(manager) ? {} : { lock: { mode: "pessimistic_write" } };
}

/**
 * Which of these customers have been erased, by now and until the transaction ends: between this look and its commit none
 * of them can be shredded, so that no value is stored under a key that is destroyed. By primary key, which locks the rows
 * and no gap between them.
 */
export async function erasedAmong(
  manager: EntityManager,
  customerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (customerIds.length === 0 || isSqlite(manager)) return new Set();
  const rows = await manager.find(Customer, {
    select: { id: true, status: true },
    where: { id: In([...customerIds]) },
    lock: { mode: "pessimistic_read" },
  });
  return new Set(rows.filter(({ status }) => status === "ERASED").map(({ id }) => id));
}
