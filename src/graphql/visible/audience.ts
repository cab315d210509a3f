import type { Principal } from "../../domain/principal";
import type { Policy } from "../../policy/policy";

/** All callers who could ever be served the same, whatever they declare and whether their training is current. */
export interface Audience {
  /** Equal for equal audiences. */
  readonly key: string;
  /** Stands for each of them: trained, and nobody in particular; null: whoever has not signed in. */
  readonly principal: Principal | null;
}

/** Whoever has not signed in. */
export const PUBLIC: Audience = { key: "public", principal: null };

/** When an audience is looked at. Its training ends after that: only training runs out. */
export const AUDIENCE_NOW = new Date(0);
const TRAINED_UNTIL = new Date(1);

const inOrder = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** The audience that a principal belongs to. Nothing of the principal itself goes into it but its role, scopes and purposes. */
export function audienceOf(
  principal: Pick<Principal, "kind" | "role" | "scopes" | "purposes"> | null,
): Audience {
  if (principal === null) return PUBLIC;
  const { kind, role } = principal;
  const scopes = inOrder(principal.scopes);
  const purposes = inOrder(principal.purposes);
  const tenantId = kind === "STAFF" ? null : "any";
  return {
    key: JSON.stringify([kind, role, scopes, purposes]),
    principal: { id: "", kind, tenantId, role, scopes, purposes, trainedUntil: TRAINED_UNTIL },
  };
}

/** The audiences that a policy names, by the names of their files: `public`, `role-support`, `scopes-partner-basic`. */
export function namedAudiences({
  roles,
  scopeSets,
}: Pick<Policy, "roles" | "scopeSets">): ReadonlyMap<string, Audience> {
  const staff = [...roles.keys()].map((role): [string, Audience] => [
    `role-${role}`,
    audienceOf({ kind: "STAFF", role, scopes: [], purposes: [] }),
  ]);
  const partners = [...scopeSets].map(([name, set]): [string, Audience] => [
    `scopes-${name}`,
    audienceOf({ kind: "PARTNER", role: null, ...set }),
  ]);
  return new Map([["public", PUBLIC], ...staff, ...partners]);
}
