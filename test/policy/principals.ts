import { join } from "node:path";
import { PACKAGE_DIR } from "../../src/config";
import type { Principal } from "../../src/domain/principal";
import { loadPolicy } from "../../src/policy/policy";

export const NOW = new Date("2026-06-15T12:00:00Z");
const NEXT_YEAR = new Date("2027-06-15T12:00:00Z");

/** The policy that the package comes with. */
export const defaultPolicy = loadPolicy(join(PACKAGE_DIR, "policy"));

export function staff(role: string | null, trained = true): Principal {
  return {
    id: "staff-1",
    kind: "STAFF",
    tenantId: null,
    role,
    scopes: [],
    purposes: [],
    trainedUntil: trained ? NEXT_YEAR : null,
  };
}

export function partner(
  scopes: readonly string[],
  purposes: readonly string[],
  tenantId: string | null = "tenant-1",
): Principal {
  return { id: "token-1", kind: "PARTNER", tenantId, role: null, scopes, purposes, trainedUntil: null };
}
