import type { DataSource, EntityMetadata, QueryRunner } from "typeorm";
import { sealedColumnsOf } from "../domain/classified";
import { StartupError } from "../domain/errors";
import type { SealingSubscriber } from "../vault/sealing-subscriber";
import { isCheckViolation } from "./faults";

/** What stands in a NOT NULL column of the probe row. */
function filler(type: unknown): string | number {
  return type === "bigint" || type === "int" || type === "boolean" ? 0 : "-";
}

function probeRow(metadata: EntityMetadata, column: string): Map<string, string | number> {
  const required = metadata.columns.filter(
    (candidate) => !candidate.isNullable && candidate.databaseName !== column,
  );
  const row = new Map(required.map((candidate) => [candidate.databaseName, filler(candidate.type)]));
  return row.set(column, "plaintext");
}

async function refusesPlaintext(
  runner: QueryRunner,
  metadata: EntityMetadata,
  column: string,
): Promise<boolean> {
  const row = probeRow(metadata, column);
  const places = [...row.keys()].map(() => "?").join(", ");
  try {
    await runner.query(
      `INSERT INTO ${metadata.tableName} (${[...row.keys()].join(", ")}) VALUES (${places})`,
      [...row.values()],
    );
    return false;
  } catch (error) {
    return isCheckViolation(error);
  }
}

/**
 * Proves that the database itself refuses plaintext in every sealed column, by a write that is rolled back. Reading the
 * schema would not be enough: MySQL before 8.0.16 reads CHECKs and ignores them.
 *
 * @throws StartupError that names the column.
 */
export async function proveChecks(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    for (const metadata of source.entityMetadatas) {
      for (const sealed of sealedColumnsOf(metadata.targetName)) {
        const column = metadata.findColumnWithPropertyName(sealed.ct)?.databaseName ?? sealed.ct;
        await runner.startTransaction();
        const refused = await refusesPlaintext(runner, metadata, column).finally(() =>
          runner.rollbackTransaction(),
        );
        if (!refused) {
          throw new StartupError(
            `The database takes plaintext in ${metadata.tableName}.${column}: its CHECK is missing. Run "fieldward migrate --check".`,
          );
        }
      }
    }
  } finally {
    await runner.release();
  }
}

/**
 * Proves that a live subscriber seals what TypeORM writes. TypeORM ignores one that it does not know without a word.
 *
 * @throws StartupError where there is none.
 */
export function proveSubscriber(source: DataSource, subscriber: SealingSubscriber): void {
  if (!source.subscribers.includes(subscriber)) {
    throw new StartupError("No sealing subscriber listens to the data source: nothing would be sealed.");
  }
}
