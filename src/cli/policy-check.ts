import type { Settings } from "../config";
import { CATEGORIES, type Category } from "../domain/category";
import { fieldsOf } from "../domain/classified";
import { StartupError } from "../domain/errors";
import type { RuleTable } from "../graphql/rules/field-rules";
import { buildSchemas } from "../graphql/schema";
import { loadPolicy, type Policy } from "../policy/policy";
import { policyFaults, type PolicyFault } from "../policy/policy-faults";
import { grantsOf } from "../policy/scopes";
import { fieldsOfSchema, type PolicyField } from "./policy-fields";
import { report, type ReportOptions } from "./terminal";

/** What a check of the policy found. */
interface Check {
  readonly ok: boolean;
  readonly revision: string;
  readonly fields: number;
  readonly faults: readonly PolicyFault[];
}

const SCHEMA = "the schema";

/** Every field of the schema has a rule, and every rule has its field. */
export function ruleFaults(fields: readonly PolicyField[], rules: RuleTable): PolicyFault[] {
  const known = new Set(fields.map(({ coordinate }) => coordinate));
  const ruled = new Set(
    Object.entries(rules).flatMap(([type, ofType]) => Object.keys(ofType).map((field) => `${type}.${field}`)),
  );
  const without = [...known].filter((coordinate) => !ruled.has(coordinate));
  const dangling = [...ruled].filter((coordinate) => !known.has(coordinate));
  return [
    ...without.map((coordinate) => ({ of: SCHEMA, text: `has ${coordinate}, which has no rule.` })),
    ...dangling.map((coordinate) => ({ of: SCHEMA, text: `has no ${coordinate}, which has a rule.` })),
  ];
}

/** The schema's fields and faults; where it cannot even be built, the fault says which field is without a rule. */
function checkSchema(): { readonly fields: readonly PolicyField[]; readonly faults: readonly PolicyFault[] } {
  try {
    const { schema, rules } = buildSchemas();
    const fields = fieldsOfSchema(schema);
    return { fields, faults: ruleFaults(fields, rules) };
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    return { fields: [], faults: [{ of: SCHEMA, text: `cannot be built: ${error.message}` }] };
  }
}

function ownersOf(fields: readonly PolicyField[]): ReadonlySet<string> {
  return new Set(fields.map(({ coordinate }) => coordinate.split(".")[0] ?? ""));
}

/** The categories that some field can be looked up by. */
function lookupCategories(fields: readonly PolicyField[]): ReadonlySet<Category> {
  const all = [...ownersOf(fields)].flatMap((owner) => [...(fieldsOf(owner)?.values() ?? [])]);
  const found = all.flatMap(({ category, personal }) =>
    category === null || personal?.sealed.bi === undefined ? [] : [category],
  );
  return new Set(found);
}

/** A right to look up by a category that no index serves is a rule for what does not exist. */
function lookupFaults(policy: Policy, fields: readonly PolicyField[]): PolicyFault[] {
  const possible = lookupCategories(fields);
  const given: readonly (readonly [string, readonly Category[]])[] = [
    ...[...policy.roles].map(([name, { lookup }]) => [`role ${name}`, lookup] as const),
    ...[...policy.scopeSets].map(
      ([name, { scopes }]) => [`scope set ${name}`, grantsOf(scopes).lookup] as const,
    ),
  ];
  const names = CATEGORIES.filter((category) => possible.has(category)).join(", ");
  return given.flatMap(([of, lookup]) =>
    lookup
      .filter((category) => !possible.has(category))
      .map((category) => ({
        of,
        text: `looks up by ${category}, which no field can be looked up by (${names} can). Leave it out.`,
      })),
  );
}

/** Checks a policy against itself and against the schema of this build. */
export function checkOf(policy: Policy): Check {
  const { fields, faults } = checkSchema();
  const all = [
    ...faults,
    ...policyFaults(policy),
    ...(fields.length === 0 ? [] : lookupFaults(policy, fields)),
  ];
  return { ok: all.length === 0, revision: policy.revision, fields: fields.length, faults: all };
}

/** `fieldward policy check`: exits 1 where the policy can be read but is not sound. */
export function checkPolicy(settings: Settings, options: ReportOptions): Promise<void> {
  const policy = loadPolicy(settings.FIELDWARD_POLICY_DIR);
  const check = checkOf(policy);
  const counts = `${String(policy.roles.size)} roles, ${String(policy.purposes.size)} purposes, ${String(policy.scopeSets.size)} scope sets, ${String(check.fields)} fields`;
  const verdict = check.ok ? "sound" : `${String(check.faults.length)} faults`;
  const lines = check.faults.map(({ of, text }) => `${of} ${text}`);
  report(options, check, [...lines, `Policy ${check.revision}: ${counts}: ${verdict}.`].join("\n"));
  if (!check.ok) process.exitCode = 1;
  return Promise.resolve();
}
