import type { DataSource } from "typeorm";

/** Runs the migrations that are pending and answers their names. */
export async function migrate(source: DataSource): Promise<readonly string[]> {
  const run = await source.runMigrations({
    transaction: source.options.type === "better-sqlite3" ? "each" : "none",
  });
  return run.map((migration) => migration.name);
}

/** What stands between the database and the entities. */
export interface Drift {
  readonly pending: boolean;
  /** The statements that would make the schema equal to the entities. Empty: it is. */
  readonly statements: readonly string[];
}

/** Compares the schema of a database with the entities, without changing anything. */
export async function findDrift(source: DataSource): Promise<Drift> {
  const pending = await source.showMigrations();
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  return { pending, statements: upQueries.map(({ query }) => query) };
}
