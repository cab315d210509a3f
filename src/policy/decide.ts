import { CATEGORIES, Level, levelName, lowest, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import type { CustomerStatus } from "../domain/vocabulary";
import type { Levels, Policy, Purpose, Records } from "./policy";
import { grantsOf } from "./scopes";

/** What was decided for a category, by which rule, and what would raise it. Texts name rules, never a person. */
export interface Decision {
  readonly level: Level;
  readonly because: string;
  readonly toRaise: string | null;
}

/** All that is the same for every row of an operation: decided once. */
export interface Standing {
  readonly decisions: Readonly<Record<Category, Decision>>;
  readonly canElevate: ReadonlySet<Category>;
  readonly lookup: ReadonlySet<Category>;
  readonly writes: ReadonlySet<Records>;
  /** The one tenant that is seen; null: all. */
  readonly tenantId: string | null;
  /** The consent that each row must have, as a bit; null: none. */
  readonly consentBit: number | null;
  readonly seesRestricted: boolean;
}

/** What was given to the principal before purpose, training and row. */
interface Given {
  readonly levels: Levels;
  readonly by: string;
  readonly canElevate: readonly Category[];
  readonly lookup: readonly Category[];
  readonly writes: readonly Records[];
  readonly seesRestricted: boolean;
}

const NOTHING: Given = {
  levels: {},
  by: "no role or scope",
  canElevate: [],
  lookup: [],
  writes: [],
  seesRestricted: false,
};

function givenTo(principal: Principal, policy: Policy): Given {
  if (principal.kind === "PARTNER") {
    return { ...grantsOf(principal.scopes), by: "the token", canElevate: [], seesRestricted: false };
  }
  const role = principal.role === null ? undefined : policy.roles.get(principal.role);
  if (principal.kind !== "STAFF" || role === undefined) return NOTHING;
  return {
    ...role,
    by: `role ${principal.role ?? ""}`,
    canElevate: role.elevate,
    seesRestricted: role.restricted,
  };
}

/** The purposes that a principal may declare. */
export function purposesOf(principal: Principal, policy: Policy): readonly string[] {
  if (principal.kind === "PARTNER")
    return principal.purposes.filter((purpose) => policy.purposes.has(purpose));
  const role = principal.role === null ? undefined : policy.roles.get(principal.role);
  return principal.kind === "STAFF" ? (role?.purposes ?? []) : [];
}

/**
 * A rule: the most that it lets through, and why. The lowest of all rules decides; of equals, the first in this order.
 */
interface Cap {
  readonly level: Level;
  readonly because: string;
  readonly toRaise: string | null;
}

function givenCap(given: Given, category: Category): Cap {
  const level = given.levels[category] ?? Level.HIDDEN;
  const elevate = given.canElevate.includes(category) ? "an approved elevation for this customer" : null;
  const wider = given.by === "the token" ? `the scope ${category}:clear` : null;
  return {
    level,
    because: `${levelName(level)} on ${category} is what ${given.by} allows`,
    toRaise: elevate ?? wider,
  };
}

function purposeCap(purpose: Purpose | undefined, name: string | null, category: Category): Cap {
  if (category === "account") return { level: Level.CLEAR, because: "account is open", toRaise: null };
  if (purpose === undefined) {
    return { level: Level.HIDDEN, because: "no purpose was declared", toRaise: "declare a purpose" };
  }
  const level = purpose.levels[category] ?? Level.HIDDEN;
  return {
    level,
    because: `${levelName(level)} on ${category} is what purpose ${name ?? ""} allows`,
    toRaise: "another purpose",
  };
}

function trainingCap(principal: Principal, category: Category, now: Date): Cap {
  const untrained =
    principal.kind === "STAFF" &&
    (principal.trainedUntil === null || principal.trainedUntil.getTime() <= now.getTime());
  if (!untrained || category === "account")
    return { level: Level.CLEAR, because: "training is current", toRaise: null };
  return { level: Level.MASKED, because: "no current training", toRaise: "complete the training" };
}

function strictest(caps: readonly Cap[]): Decision {
  const level = lowest(...caps.map((cap) => cap.level));
  const decisive = caps.find((cap) => cap.level === level) ?? { because: "nothing limits it", toRaise: null };
  return { level, because: decisive.because, toRaise: level === Level.CLEAR ? null : decisive.toRaise };
}

/**
 * Decides what a principal gets under a purpose, for all rows alike: the lowest of what role or scopes give, what the
 * purpose allows, and what training permits. Pure: the same answer for the same arguments.
 */
export function decide(
  policy: Policy,
  principal: Principal,
  purposeName: string | null,
  now: Date,
): Standing {
  const given = givenTo(principal, policy);
  const allowed = purposeName !== null && purposesOf(principal, policy).includes(purposeName);
  const purpose = allowed ? policy.purposes.get(purposeName) : undefined;
  const decisions = CATEGORIES.map((category): [Category, Decision] => [
    category,
    strictest([
      givenCap(given, category),
      purposeCap(purpose, purposeName, category),
      trainingCap(principal, category, now),
    ]),
  ]);
  return {
    decisions: Object.fromEntries(decisions) as Record<Category, Decision>,
    canElevate: new Set(given.canElevate),
    lookup: new Set(purpose === undefined ? [] : given.lookup),
    writes: new Set(given.writes),
    // A partner without a tenant sees nothing rather than everything.
    tenantId: principal.kind === "STAFF" ? null : (principal.tenantId ?? "none"),
    consentBit: purpose?.basis === "CONSENT" ? (purpose.bit ?? null) : null,
    seesRestricted: given.seesRestricted,
  };
}

/** What the gate of a row asks about the customer that the row is about. */
export interface SubjectState {
  readonly tenantId: string;
  readonly status: CustomerStatus;
  readonly consentBits: number;
  readonly consentExpiry: string | null;
}

/** Why a row's customer lowers a level. `null` where it does not. */
export type GateReason = "ERASED" | "CONSENT_MISSING" | "RESTRICTED" | "TENANT" | null;

/** The most that a row lets through, whatever was decided for all rows. */
export interface Gate {
  readonly cap: Level;
  readonly reason: GateReason;
}

const OPEN: Gate = { cap: Level.CLEAR, reason: null };
const RESTRICTED: Gate = { cap: Level.MASKED, reason: "RESTRICTED" };
const ERASED: Gate = { cap: Level.HIDDEN, reason: "ERASED" };
const NO_CONSENT: Gate = { cap: Level.HIDDEN, reason: "CONSENT_MISSING" };
const OTHER_TENANT: Gate = { cap: Level.HIDDEN, reason: "TENANT" };

/** Whether a consent bit is set and has not run out. */
export function hasConsent(
  subject: Pick<SubjectState, "consentBits" | "consentExpiry">,
  bit: number,
  nowMs: number,
): boolean {
  if ((subject.consentBits & (1 << bit)) === 0) return false;
  if (subject.consentExpiry === null) return true;
  const pairs = subject.consentExpiry.split(",").map((pair) => pair.split(":"));
  const until = pairs.find(([ofBit]) => Number(ofBit) === bit)?.[1];
  return until === undefined || nowMs < Number(until);
}

/** The gate of a row: one cheap synchronous look at its customer's state. */
export function gateOf(standing: Standing, subject: SubjectState, nowMs: number): Gate {
  if (standing.tenantId !== null && subject.tenantId !== standing.tenantId) return OTHER_TENANT;
  if (subject.status === "ERASED") return ERASED;
  if (standing.consentBit !== null && !hasConsent(subject, standing.consentBit, nowMs)) return NO_CONSENT;
  if (subject.status === "RESTRICTED" && !standing.seesRestricted) return RESTRICTED;
  return OPEN;
}
