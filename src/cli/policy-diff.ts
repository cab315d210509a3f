import type { Settings } from "../config";
import { loadPolicy, type Policy } from "../policy/policy";
import { letsMoreThrough, type PolicyChange } from "./policy-change";
import { fieldChanges } from "./policy-field-changes";
import { policyFields, type PolicyField } from "./policy-fields";
import { grantChanges } from "./policy-grant-changes";
import { operatorChanges } from "./policy-operators";
import { otherPolicy } from "./policy-revision";
import { settingChanges } from "./policy-setting-changes";
import { report, type ReportOptions } from "./terminal";

/** What `fieldward policy diff` takes. */
export interface DiffOptions extends ReportOptions {
  /** `false` with --no-gains. */
  readonly gains: boolean;
}

/** Everything that differs between two policies, under the schema of this build. */
export function policyChanges(
  before: Policy,
  after: Policy,
  fields: readonly PolicyField[],
): readonly PolicyChange[] {
  return [
    ...fieldChanges(fields, before, after),
    ...grantChanges(before, after),
    ...operatorChanges(before, after),
    ...settingChanges(before, after),
  ];
}

/** `fieldward policy diff`: what this policy gives more or less than another; with --no-gains exits 1 where it gives more. */
export async function diffPolicy(settings: Settings, other: string, options: DiffOptions): Promise<void> {
  const dir = settings.FIELDWARD_POLICY_DIR;
  const before = await otherPolicy(dir, other);
  const after = loadPolicy(dir);
  const changes = policyChanges(before, after, policyFields());
  const more = changes.some(letsMoreThrough);
  const lines = changes.map(({ of, direction, what }) => `${of} ${direction} ${what}`);
  const text = lines.length === 0 ? `Nobody gains or loses anything against ${other}.` : lines.join("\n");
  report(options, { from: before.revision, to: after.revision, letsMoreThrough: more, changes }, text);
  if (more && !options.gains) process.exitCode = 1;
}
