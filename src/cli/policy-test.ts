import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import type { Settings } from "../config";
import { CATEGORIES } from "../domain/category";
import { StartupError } from "../domain/errors";
import { buildSchemas } from "../graphql/schema";
import { loadPolicy, type Policy } from "../policy/policy";
import { readPolicyFile, suggestion, type PolicyFile } from "../policy/read-policy-file";
import { SCOPES } from "../policy/scopes";
import { testsFile } from "../policy/tests-file";
import { fieldsOfSchema, type PolicyField } from "./policy-fields";
import { PolicyTables, type FailedCell } from "./policy-tables";
import { report, type ReportOptions } from "./terminal";

type Tables = PolicyFile<z.output<typeof testsFile>>;

/** What a file of tables came to. */
interface Outcome {
  readonly cells: number;
  readonly failures: readonly (FailedCell & { readonly text: string })[];
}

/** The files of tables: one, or every YAML file of a directory. */
async function tableFiles(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (names.length === 0) throw new StartupError(`${path} holds no tables (*.yaml).`);
  return names.map((name) => join(path, name));
}

/** @throws StartupError with file and line for a name that nothing has */
function checkNames(
  file: Tables,
  where: readonly PropertyKey[],
  names: readonly string[],
  known: Iterable<string>,
): void {
  const all = [...known];
  const unknown = names.find((name) => !all.includes(name));
  if (unknown === undefined) return;
  throw file.fault(where, `names "${unknown}", which there is not.${suggestion(unknown, all)}`);
}

function checkPrincipals(file: Tables, policy: Policy): void {
  for (const [name, given] of Object.entries(file.content.principals)) {
    const where = ["principals", name];
    checkNames(file, [...where, "role"], given.role === undefined ? [] : [given.role], policy.roles.keys());
    checkNames(file, [...where, "set"], given.set === undefined ? [] : [given.set], policy.scopeSets.keys());
    checkNames(file, [...where, "scopes"], given.scopes ?? [], SCOPES);
    checkNames(file, [...where, "purposes"], given.purposes ?? [], policy.purposes.keys());
  }
}

/** A table that named what does not exist would be a test of nothing. */
function checkTables(file: Tables, policy: Policy, fields: ReadonlyMap<string, PolicyField>): void {
  const principals = Object.keys(file.content.principals);
  const consents = [...policy.purposes].filter(([, { bit }]) => bit !== undefined).map(([name]) => name);
  for (const [i, table] of file.content.tests.entries()) {
    const where = ["tests", i];
    checkNames(file, [...where, "principal"], table.principal, principals);
    checkNames(file, [...where, "purpose"], table.purpose ?? [], policy.purposes.keys());
    checkNames(file, [...where, "customer", "consents"], table.customer?.consents ?? [], consents);
    for (const of of Object.keys(table.expect)) {
      checkNames(file, [...where, "expect", of], [of], [...CATEGORIES, ...fields.keys()]);
    }
    if (table.elevated.length > 0 && table.customer === undefined) {
      throw file.fault([...where, "elevated"], "needs a `customer`: an elevation is for one customer.");
    }
  }
}

function failureText(file: Tables, cell: FailedCell): string {
  const { name } = file.content.tests[cell.table] ?? {};
  const what = `${cell.of} of ${cell.who} is ${cell.got}, expected ${cell.expected} (${cell.because})`;
  return file.fault(["tests", cell.table, "expect", cell.of], name === undefined ? what : `${name}: ${what}`)
    .message;
}

async function checkFile(
  path: string,
  policy: Policy,
  fields: ReadonlyMap<string, PolicyField>,
): Promise<Outcome> {
  const file: Tables = readPolicyFile({ path, text: await readFile(path, "utf8") }, testsFile);
  checkPrincipals(file, policy);
  checkTables(file, policy, fields);
  const tables = new PolicyTables(policy, fields, file.content.principals);
  const outcomes = file.content.tests.map((table, i) => tables.check(table, i));
  return {
    cells: outcomes.reduce((sum, { cells }) => sum + cells, 0),
    failures: outcomes.flatMap(({ failed }) =>
      failed.map((cell) => ({ ...cell, text: failureText(file, cell) })),
    ),
  };
}

/** `fieldward policy test`: holds the policy against tables written by hand; exits 1 where a cell is not so. */
export async function testPolicy(
  settings: Settings,
  path: string | undefined,
  options: ReportOptions,
): Promise<void> {
  const policy = loadPolicy(settings.FIELDWARD_POLICY_DIR);
  const fields = new Map(fieldsOfSchema(buildSchemas().schema).map((field) => [field.coordinate, field]));
  const files = await tableFiles(path ?? join(settings.FIELDWARD_POLICY_DIR, "tests"));
  const outcomes: Outcome[] = [];
  for (const file of files) outcomes.push(await checkFile(file, policy, fields));
  const cells = outcomes.reduce((sum, outcome) => sum + outcome.cells, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  const summary = `${String(cells)} cells in ${String(files.length)} ${files.length === 1 ? "file" : "files"}: ${failures.length === 0 ? "all as expected" : `${String(failures.length)} not as expected`}.`;
  const result = { ok: failures.length === 0, revision: policy.revision, files, cells, failures };
  report(options, result, [...failures.map(({ text }) => text), summary].join("\n"));
  if (failures.length > 0) process.exitCode = 1;
}
