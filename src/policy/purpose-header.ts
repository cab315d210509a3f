import { FieldwardError } from "../domain/errors";
import type { DeclaredPurpose, Principal } from "../domain/principal";
import { purposesOf } from "./decide";
import type { Policy } from "./policy";

const HEADER = /^\s*([a-z][a-z0-9-]{0,31})\s*(?:;\s*case=([\w./#-]{1,64})\s*)?$/;

/**
 * Reads `Fieldward-Purpose: support; case=T-1042`. A principal that has exactly one purpose may leave it out.
 *
 * @returns null where none is declared and there is no single one to assume
 * @throws FieldwardError BAD_USER_INPUT where it cannot be read, PURPOSE_NOT_ALLOWED where it is not the principal's
 */
export function declaredPurpose(
  header: string | undefined,
  principal: Principal,
  policy: Policy,
): DeclaredPurpose | null {
  const allowed = purposesOf(principal, policy);
  if (header === undefined) {
    const [only] = allowed;
    return allowed.length === 1 && only !== undefined ? { purpose: only, caseId: null } : null;
  }
  const [, purpose, caseId = null] = HEADER.exec(header) ?? [];
  if (purpose === undefined) {
    throw new FieldwardError(
      "BAD_USER_INPUT",
      'Fieldward-Purpose must look like "support" or "support; case=T-1042".',
    );
  }
  if (!allowed.includes(purpose)) throw new FieldwardError("PURPOSE_NOT_ALLOWED");
  return { purpose, caseId };
}
