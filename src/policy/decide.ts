import { CATEGORIES, lowest, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import type { Operators } from "./anonymiser-file";
import {
  elevationCap,
  givenCap,
  givenTo,
  purposeCap,
  raisedBy,
  trainingCap,
  type Cap,
  type Grants,
} from "./caps";
import { operatorsFor } from "./operators-for";
import type { Records, Right } from "./roles-file";

/** What was decided for a category, by which rule, and what would raise it. Texts name rules, never a person. */
export type Decision = Cap;

/** All that is the same for every row of an operation: decided once. */
export interface Standing {
  readonly decisions: Readonly<Record<Category, Decision>>;
  readonly canElevate: ReadonlySet<Category>;
  /**
   * What would be decided for a customer with an approved elevation: that replaces what the role gives, and nothing else.
   * Only what is then higher than the plain decision is here.
   */
  readonly elevated: Readonly<Partial<Record<Category, Decision>>>;
  readonly lookup: ReadonlySet<Category>;
  readonly writes: ReadonlySet<Records>;
  readonly rights: ReadonlySet<Right>;
  /** How many distinct customers are served at CLEAR in an hour; null: no limit. */
  readonly budget: number | null;
  /** The one tenant that is seen; null: all. */
  readonly tenantId: string | null;
  /** The consent that each row must have, as a bit; null: none. */
  readonly consentBit: number | null;
  readonly seesRestricted: boolean;
  /** What stands for personal data in message text at MASKED. */
  readonly operators: Operators;
}

/** The purposes that a principal may declare. */
export function purposesOf(
  principal: Principal,
  policy: Pick<Grants, "roles" | "purposes">,
): readonly string[] {
  if (principal.kind === "PARTNER")
    return principal.purposes.filter((purpose) => policy.purposes.has(purpose));
  const role = principal.role === null ? undefined : policy.roles.get(principal.role);
  return principal.kind === "STAFF" ? (role?.purposes ?? []) : [];
}

/** The lowest of all rules decides; of equals, the first in their order. */
function strictest(caps: readonly Cap[]): Decision {
  const level = lowest(...caps.map((cap) => cap.level));
  const decisive = caps.find((cap) => cap.level === level) ?? { because: "nothing limits it" };
  return { level, because: decisive.because, toRaise: raisedBy(level, caps) };
}

/** The purpose that a principal declares, where it may declare it. */
function purposeOf(policy: Grants, principal: Principal, name: string | null) {
  const allowed = name !== null && purposesOf(principal, policy).includes(name);
  return allowed ? policy.purposes.get(name) : undefined;
}

/**
 * The rules that hold for a category and every row, in the order in which they are asked: what role or scopes give, what
 * the purpose allows, what training permits.
 */
export function capsOf(
  policy: Grants,
  principal: Principal,
  purposeName: string | null,
  now: Date,
  category: Category,
): readonly Cap[] {
  const purpose = purposeOf(policy, principal, purposeName);
  return [
    givenCap(givenTo(principal, policy), category),
    purposeCap({ name: purposeName, purpose }, category, purposesOf(principal, policy), policy),
    trainingCap(principal, category, now),
  ];
}

type DecisionEntry = readonly [Category, Decision];

/**
 * Decides what a principal gets under a purpose, for all rows alike: the lowest of what role or scopes give, what the
 * purpose allows, and what training permits. Pure: the same answer for the same arguments.
 */
export function decide(
  policy: Grants,
  principal: Principal,
  purposeName: string | null,
  now: Date,
): Standing {
  const given = givenTo(principal, policy);
  const purpose = purposeOf(policy, principal, purposeName);
  const decisions: DecisionEntry[] = [];
  const elevated: DecisionEntry[] = [];
  for (const category of CATEGORIES) {
    const caps = capsOf(policy, principal, purposeName, now, category);
    const plain = strictest(caps);
    decisions.push([category, plain]);
    if (!given.canElevate.includes(category)) continue;
    const raised = strictest([elevationCap(category), ...caps.slice(1)]);
    if (raised.level > plain.level) elevated.push([category, raised]);
  }
  return {
    decisions: Object.fromEntries(decisions) as Record<Category, Decision>,
    canElevate: new Set(given.canElevate),
    elevated: Object.fromEntries(elevated),
    lookup: new Set(purpose === undefined ? [] : given.lookup),
    writes: new Set(given.writes),
    rights: new Set(given.rights),
    budget: given.budget,
    // A partner without a tenant sees nothing rather than everything.
    tenantId: principal.kind === "STAFF" ? null : (principal.tenantId ?? "none"),
    consentBit: purpose?.basis === "CONSENT" ? (purpose.bit ?? null) : null,
    seesRestricted: given.seesRestricted,
    operators: operatorsFor(principal, policy),
  };
}
