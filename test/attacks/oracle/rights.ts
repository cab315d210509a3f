import type { Category } from "../../../src/domain/category";
import type { Records } from "../../../src/policy/roles-file";
import { levelFor, type Asker, type LevelName } from "../../graphql/level-model";
import { defaultPolicy } from "../../policy/principals";
import type { Caller } from "../../support/gateway";
import { ELEVATED, NO_PURPOSE, type CallerPlan } from "./callers";
import type { Person } from "./people";
import type { Secret } from "./secrets";

/** A caller that can ask. */
export interface OracleCaller {
  readonly plan: CallerPlan;
  /** null: it has not signed in. */
  readonly credential: Caller | null;
  readonly principalId: string | null;
  /** What `me` says that it gets, by category. Empty where `me` is not to be had. */
  readonly told: ReadonlyMap<string, LevelName>;
}

type AskerPlan = Exclude<CallerPlan, { nobody: true }>;

const LEVELS: readonly LevelName[] = ["HIDDEN", "TOKEN", "MASKED", "CLEAR"];

function lowest(...levels: readonly LevelName[]): LevelName {
  return LEVELS[Math.min(...levels.map((level) => LEVELS.indexOf(level)))] ?? "HIDDEN";
}

/** Who asks with any right at all. */
function askerOf(plan: CallerPlan): (Asker & AskerPlan) | null {
  return "nobody" in plan || plan.standing === "to enrol" ? null : plan;
}

function restsOnConsent({ purpose }: AskerPlan): boolean {
  return defaultPolicy.purposes.get(purpose)?.basis === "CONSENT";
}

function isElevated({ standing }: AskerPlan, { number }: Person, category: Category): boolean {
  return standing === "elevated" && number === 0 && ELEVATED.includes(category);
}

/** The most that is left by the state of a customer and by the budget. */
function capOf(plan: AskerPlan, { status, consent }: Person): LevelName {
  if (status === "ERASED" || (restsOnConsent(plan) && consent !== "given")) return "HIDDEN";
  const restricted = "role" in plan && defaultPolicy.roles.get(plan.role)?.restricted === true;
  if (status === "RESTRICTED" && !restricted) return "MASKED";
  return plan.standing === "beyond its budget" ? "MASKED" : "CLEAR";
}

/** The level of a category of one customer; null: the caller is not to know of the customer at all. */
function levelIn({ plan, told }: OracleCaller, person: Person, category: Category): LevelName | null {
  const asker = askerOf(plan);
  if (asker === null || levelFor(asker, "account") === "HIDDEN") return null;
  if ("tenant" in asker && asker.tenant !== person.tenant) return null;
  if (isElevated(asker, person, category)) return "CLEAR";
  const given = lowest(levelFor(asker, category), told.get(category) ?? "HIDDEN");
  return category === "account" ? given : lowest(given, capOf(asker, person));
}

/**
 * The level at which a caller may have something of a customer: the lower of what the policy files say, read in another way
 * than the gateway reads them, and what the gateway itself says.
 */
export function levelOf(caller: OracleCaller, person: Person, { name, category, form }: Secret): LevelName {
  // Whether a text is stored shows where the text is served: without one it is null.
  const ofText = name === "Message.bodyStored" ? levelIn(caller, person, "content") : null;
  if (ofText !== null && lowest(ofText, "MASKED") === "MASKED") return "CLEAR";
  const level = levelIn(caller, person, category) ?? "HIDDEN";
  // An open field has no lower form: it is shown whole from MASKED up.
  if (form === "open") return lowest(level, "MASKED") === "MASKED" ? "CLEAR" : "HIDDEN";
  return level;
}

/** Whether a caller is told of a consent by right: under a purpose that rests on it, by who is served and who is not. */
export function isToldByRight({ plan }: OracleCaller, { name }: Secret): boolean {
  return name === "Customer.consentState" && !("nobody" in plan) && restsOnConsent(plan);
}

function hasLookUp(plan: AskerPlan, tenant: string): boolean {
  if ("role" in plan) return defaultPolicy.roles.get(plan.role)?.lookup.includes("contact") === true;
  return plan.scopes.includes("contact:lookup") && plan.tenant === tenant;
}

/** Whether a caller may look a customer up by number or address: then its guesses are answered, as they are meant to be. */
export function mayLookUp({ plan }: OracleCaller, { tenant, status, consent }: Person): boolean {
  const asker = askerOf(plan);
  if (asker === null || asker.purpose === NO_PURPOSE || !hasLookUp(asker, tenant)) return false;
  return status !== "ERASED" && (consent === "given" || !restsOnConsent(asker));
}

/** Whether what a caller writes is taken. */
export function mayWrite({ plan }: OracleCaller, records: Records): boolean {
  const asker = askerOf(plan);
  if (asker === null) return false;
  if ("scopes" in asker) return asker.scopes.includes(`${records}:write`);
  // Messages are stored by partners.
  return records !== "messages" && defaultPolicy.roles.get(asker.role)?.writes.includes(records) === true;
}
