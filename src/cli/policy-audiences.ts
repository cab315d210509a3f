import type { Principal } from "../domain/principal";
import { decide, purposesOf, type Standing } from "../policy/decide";
import type { Policy } from "../policy/policy";

/** Somebody whom the policy gives something: a role, or a named set of scopes. */
export interface Audience {
  readonly name: string;
  readonly principal: Principal;
  /** What it may declare. */
  readonly purposes: readonly string[];
}

/** What an audience gets under one purpose. */
export interface AudienceStanding {
  readonly purpose: string;
  readonly standing: Standing;
}

/** The policy says the same at any time; only training runs out, and this one never does. */
const NOW = new Date(0);
const TRAINED_UNTIL = new Date(8.64e15);

/** A principal of no tenant in particular. Staff have the role; who has none is a partner with the scopes. */
export function principalOf(given: {
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly purposes?: readonly string[];
  readonly trained?: boolean;
}): Principal {
  const { role, scopes = [], purposes = [], trained = true } = given;
  return {
    id: "policy",
    kind: role === undefined ? "PARTNER" : "STAFF",
    tenantId: null,
    role: role ?? null,
    scopes,
    purposes,
    trainedUntil: trained && role !== undefined ? TRAINED_UNTIL : null,
  };
}

/** What a principal gets under a purpose, its training taken as it was made. */
export function standingOf(policy: Policy, principal: Principal, purpose: string | null): Standing {
  return decide(policy, principal, purpose, NOW);
}

/** The roles and the named scope sets of a policy, in its own order. */
export function audiencesOf(policy: Policy): readonly Audience[] {
  const staff = [...policy.roles.keys()].map((role) => ({ name: role, principal: principalOf({ role }) }));
  const partners = [...policy.scopeSets].map(([name, set]) => ({ name, principal: principalOf(set) }));
  return [...staff, ...partners].map(({ name, principal }) => ({
    name,
    principal,
    purposes: purposesOf(principal, policy),
  }));
}

/** What an audience gets under each purpose that it may declare. */
export function standingsOf(policy: Policy, { principal, purposes }: Audience): readonly AudienceStanding[] {
  return purposes.map((purpose) => ({ purpose, standing: standingOf(policy, principal, purpose) }));
}
