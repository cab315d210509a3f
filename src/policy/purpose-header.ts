import { FieldwardError } from "../domain/errors";
import type { DeclaredPurpose, Principal } from "../domain/principal";
import { purposesOf } from "./decide";
import type { Policy } from "./policy";
import { CASE, type CasePattern } from "./purposes-file";

const HEADER = new RegExp(String.raw`^\s*([a-z][a-z0-9-]{0,31})\s*(?:;\s*case=(${CASE.source})\s*)?$`);

/**
 * Checks a case against what its purpose asks for.
 *
 * @throws FieldwardError PURPOSE_REQUIRED where it is missing, BAD_USER_INPUT where it looks otherwise
 */
export function checkCase(pattern: CasePattern | null | undefined, caseId: string | null): void {
  if (pattern === null || pattern === undefined) return;
  if (caseId === null) {
    if (!pattern.required) return;
    throw new FieldwardError("PURPOSE_REQUIRED", `This purpose needs a case, such as ${pattern.example}.`);
  }
  if (!pattern.pattern.test(caseId))
    throw new FieldwardError("BAD_USER_INPUT", `The case of this purpose looks like ${pattern.example}.`);
}

/** A principal that has exactly one purpose need not declare it, unless that takes a case. */
function assumedPurpose(
  allowed: readonly string[],
  policy: Pick<Policy, "purposes">,
): DeclaredPurpose | null {
  const [only] = allowed;
  if (allowed.length !== 1 || only === undefined) return null;
  return policy.purposes.get(only)?.case?.required === true ? null : { purpose: only, caseId: null };
}

/**
 * Reads `Fieldward-Purpose: support; case=T-1042`. A principal that has exactly one purpose may leave it out, unless that
 * purpose needs a case.
 *
 * @returns null where none is declared and there is no single one to assume
 * @throws FieldwardError BAD_USER_INPUT where it cannot be read or its case looks otherwise, PURPOSE_NOT_ALLOWED where it
 *   is not the principal's, PURPOSE_REQUIRED where it lacks its case
 */
export function declaredPurpose(
  header: string | undefined,
  principal: Principal,
  policy: Pick<Policy, "roles" | "purposes">,
): DeclaredPurpose | null {
  const allowed = purposesOf(principal, policy);
  if (header === undefined) return assumedPurpose(allowed, policy);
  const [, purpose, caseId = null] = HEADER.exec(header) ?? [];
  if (purpose === undefined) {
    throw new FieldwardError(
      "BAD_USER_INPUT",
      'Fieldward-Purpose must look like "support" or "support; case=T-1042".',
    );
  }
  if (!allowed.includes(purpose)) throw new FieldwardError("PURPOSE_NOT_ALLOWED");
  checkCase(policy.purposes.get(purpose)?.case, caseId);
  return { purpose, caseId };
}
