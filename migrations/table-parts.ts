import {
  type QueryRunner,
  Table,
  TableCheck,
  TableColumn,
  type TableColumnOptions,
  TableIndex,
} from "typeorm";

// Frozen with the migrations that use it: it imports nothing of src, so that a change there cannot rewrite history.

/**
 * Compared without folding case or accents: MySQL's default collation finds 'ann' for 'ANN'. Trailing spaces still count for
 * nothing (no collation without that has one name on MySQL and MariaDB): input is checked to have none.
 */
const BINARY_TEXT = { charset: "utf8mb4", collation: "utf8mb4_bin" };

function isSqlite(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === "better-sqlite3";
}

/** The columns of a table, written so that all three engines read them. */
export function columnsFor(runner: QueryRunner) {
  const binary = isSqlite(runner) ? {} : BINARY_TEXT;
  const nullable = { isNullable: true };
  return {
    id: (): TableColumnOptions => ({ name: "id", type: "varchar", length: "36", isPrimary: true, ...binary }),
    text: (name: string, length: number): TableColumnOptions => ({
      name,
      type: "varchar",
      length: String(length),
      ...binary,
    }),
    instant: (name: string): TableColumnOptions => ({ name, type: "bigint" }),
    whole: (name: string): TableColumnOptions => ({ name, type: isSqlite(runner) ? "integer" : "int" }),
    flag: (name: string): TableColumnOptions => ({ name, type: isSqlite(runner) ? "boolean" : "tinyint" }),
    list: (name: string): TableColumnOptions => ({
      name,
      type: "text",
      ...(isSqlite(runner) ? {} : BINARY_TEXT),
    }),
    bytes: (name: string): TableColumnOptions => ({ name, type: "blob" }),
    /** An envelope and, where the field can be looked up, its blind index. */
    sealed: (name: string, indexed = false): TableColumnOptions[] => [
      { name: `${name}_ct`, type: "blob", ...nullable },
      ...(indexed ? [{ name: `${name}_bi`, type: "varchar", length: "32", ...nullable, ...binary }] : []),
    ],
    nullable: (column: TableColumnOptions): TableColumnOptions => ({ ...column, ...nullable }),
  };
}

/** What a sealed column must look like: an envelope of at least one padded bucket, and an index exactly where there is one. */
function sealedCheck(name: string, indexed: boolean): string {
  const ct = `${name}_ct`;
  const bi = `${name}_bi`;
  const envelope = `(${ct} is null or (substr(${ct}, 1, 1) = X'E1' and length(${ct}) >= 78))`;
  return indexed
    ? `${envelope} and ((${ct} is null) = (${bi} is null)) and (${bi} is null or length(${bi}) = 32)`
    : envelope;
}

/** A sealed field of a table, and whether it has a blind index. */
export type SealedFields = Readonly<Record<string, boolean>>;

/** Creates a table with a CHECK on each of its sealed fields. TypeORM writes CHECKs on SQLite only; MySQL gets them by hand. */
export async function createTable(
  runner: QueryRunner,
  table: ConstructorParameters<typeof Table>[0] & { name: string },
  sealed: SealedFields = {},
): Promise<void> {
  const checks = Object.entries(sealed).map(([field, indexed]) => ({
    name: `ck_${table.name}_${field}`,
    expression: sealedCheck(field, indexed),
  }));
  // Re-runnable: DDL commits by itself on MySQL, so a migration that failed half-way leaves tables behind.
  await runner.createTable(
    new Table({ ...table, engine: "InnoDB", checks: isSqlite(runner) ? checks : [] }),
    true,
  );
  if (isSqlite(runner)) return;
  for (const check of checks) {
    if (await hasConstraint(runner, check.name)) continue;
    await runner.query(`ALTER TABLE ${table.name} ADD CONSTRAINT ${check.name} CHECK (${check.expression})`);
  }
}

async function hasConstraint(runner: QueryRunner, name: string): Promise<boolean> {
  const found: unknown = await runner.query(
    "SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_schema = DATABASE() AND constraint_name = ?",
    [name],
  );
  return Array.isArray(found) && found.length > 0;
}

/** A table, and its fields that have a blind index. */
export type IndexedFields = Readonly<Record<string, readonly string[]>>;

/** What a field with two index columns must look like: an envelope exactly where at least one of them holds an index. */
function twiceIndexedCheck(name: string): string {
  const [ct, one, two] = [`${name}_ct`, `${name}_bi`, `${name}_bi2`];
  const envelope = `(${ct} is null or (substr(${ct}, 1, 1) = X'E1' and length(${ct}) >= 78))`;
  const indexes = [one, two].map(
    (bi) => `(${bi} is null or (unhex(${bi}) is not null and length(unhex(${bi})) = 16))`,
  );
  return `${envelope} and ((${ct} is null) = (${one} is null and ${two} is null)) and ${indexes.join(" and ")}`;
}

/** Gives fields that have a blind index a second column for one. Re-runnable. */
export async function addSecondIndexes(runner: QueryRunner, fields: IndexedFields): Promise<void> {
  const c = columnsFor(runner);
  for (const [table, names] of Object.entries(fields)) {
    for (const name of names) {
      await addColumn(runner, table, c.nullable(c.text(`${name}_bi2`, 32)));
      await replaceCheck(runner, table, `ck_${table}_${name}`, twiceIndexedCheck(name));
    }
  }
}

/** The way back: refused by the database where a row has an index in the second column only. */
export async function dropSecondIndexes(runner: QueryRunner, fields: IndexedFields): Promise<void> {
  for (const [table, names] of Object.entries(fields)) {
    for (const name of names) {
      await replaceCheck(runner, table, `ck_${table}_${name}`, sealedCheck(name, true));
      await runner.dropColumn(table, `${name}_bi2`);
    }
  }
}

/** Adds a column, where it is not there yet. */
export async function addColumn(
  runner: QueryRunner,
  table: string,
  column: TableColumnOptions,
): Promise<void> {
  if (!(await runner.hasColumn(table, column.name))) await runner.addColumn(table, new TableColumn(column));
}

/** Gives a table a sealed field that is not looked up by. */
export async function addSealed(runner: QueryRunner, table: string, field: string): Promise<void> {
  for (const column of columnsFor(runner).sealed(field)) await addColumn(runner, table, column);
  const name = `ck_${table}_${field}`;
  if (isSqlite(runner)) {
    const known = await runner.getTable(table);
    if (known?.checks.some((check) => check.name === name) === true) return;
    await runner.createCheckConstraint(
      table,
      new TableCheck({ name, expression: sealedCheck(field, false) }),
    );
    return;
  }
  await replaceCheck(runner, table, name, sealedCheck(field, false));
}

/** The way back from `addSealed`. */
export async function dropSealed(runner: QueryRunner, table: string, field: string): Promise<void> {
  const name = `ck_${table}_${field}`;
  if (isSqlite(runner)) await runner.dropCheckConstraint(table, name);
  else await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  await runner.dropColumn(table, `${field}_ct`);
}

/** Adds an index, where it is not there yet. */
export async function addIndex(
  runner: QueryRunner,
  table: string,
  index: { readonly name: string; readonly columnNames: string[]; readonly isUnique?: boolean },
): Promise<void> {
  const known = await runner.getTable(table);
  if (known?.indices.some(({ name }) => name === index.name) === true) return;
  await runner.createIndex(table, new TableIndex(index));
}

async function replaceCheck(
  runner: QueryRunner,
  table: string,
  name: string,
  expression: string,
): Promise<void> {
  if (isSqlite(runner)) {
    await runner.dropCheckConstraint(table, name);
    await runner.createCheckConstraint(table, new TableCheck({ name, expression }));
    return;
  }
  const drop = (await hasConstraint(runner, name)) ? `DROP CONSTRAINT ${name}, ` : "";
  await runner.query(`ALTER TABLE ${table} ${drop}ADD CONSTRAINT ${name} CHECK (${expression})`);
}
