import type { DataSource } from "typeorm";
import { databaseParts } from "../installation";
import type { Settings } from "../config";
import { openDataSource } from "../database/data-source";
import { findDrift, migrate } from "../database/migrate";
import { DATABASES, type DatabaseName } from "../database/target";
import { StartupError } from "../domain/errors";
import { databaseFault } from "./failure";
import { report, type ReportOptions } from "./terminal";

/** Opens one database alone; where that cannot be done, the error names its setting. */
export async function openNamed(name: DatabaseName, settings: Settings): Promise<DataSource> {
  try {
    return await openDataSource({ ...databaseParts(name, settings), unbounded: true });
  } catch (error) {
    const fault = databaseFault(error);
    if (fault === undefined) throw error;
    throw new StartupError(`FIELDWARD_${name.toUpperCase()}_URL: the database cannot be used: ${fault}.`);
  }
}

/** Runs the pending migrations of all three databases. */
export async function migrateAll(settings: Settings): Promise<Record<string, readonly string[]>> {
  const ran: Record<string, readonly string[]> = {};
  for (const name of DATABASES) {
    const source = await openNamed(name, settings);
    try {
      ran[name] = await migrate(source);
    } finally {
      await source.destroy();
    }
  }
  return ran;
}

/** `fieldward migrate` */
export async function runMigrations(settings: Settings, options: ReportOptions): Promise<void> {
  const ran = await migrateAll(settings);
  const lines = Object.entries(ran).map(
    ([name, names]) => `${name}: ${names.length === 0 ? "up to date" : names.join(", ")}`,
  );
  report(options, { migrations: ran }, lines.join("\n"));
}

/** `fieldward migrate --check`: exits 1 where migrations are pending or the schema is not that of the entities. */
export async function checkMigrations(settings: Settings, options: ReportOptions): Promise<void> {
  const found: Record<string, { pending: boolean; statements: readonly string[] }> = {};
  for (const name of DATABASES) {
    const source = await openNamed(name, settings);
    try {
      const { pending, statements } = await findDrift(source);
      // Before they have run, every table they make would be told as missing.
      found[name] = { pending, statements: pending ? [] : statements };
    } finally {
      await source.destroy();
    }
  }
  const wrong = Object.entries(found).filter(([, drift]) => drift.pending || drift.statements.length > 0);
  const lines = wrong.flatMap(([name, { pending, statements }]) => [
    ...(pending ? [`${name}: migrations are pending. Run "fieldward migrate".`] : []),
    ...statements.map((statement) => `${name}: the schema differs; this would mend it: ${statement}`),
  ]);
  report(
    options,
    { ok: wrong.length === 0, databases: found },
    lines.length === 0 ? "No drift." : lines.join("\n"),
  );
  if (wrong.length > 0) process.exitCode = 1;
}
