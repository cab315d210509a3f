import { Level, type Category } from "../domain/category";
import type { CustomerStatus } from "../domain/vocabulary";
import type { Standing } from "./decide";

/** What the gate of a row asks about the customer that the row is about. */
export interface SubjectState {
  readonly tenantId: string;
  readonly status: CustomerStatus;
  readonly consentBits: number;
  readonly consentExpiry: string | null;
}

/** Why a row's customer lowers a level. `null` where it does not. */
export type GateReason = "ERASED" | "CONSENT_MISSING" | "RESTRICTED" | "TENANT" | "BUDGET" | null;

/** What approved elevations lift of one customer. */
export interface Lift {
  readonly categories: ReadonlySet<Category>;
  /** The ids of the elevations. */
  readonly elevations: readonly string[];
}

/** The most that a row lets through, whatever was decided for all rows, and what is lifted of it before. */
export interface Gate {
  readonly cap: Level;
  readonly reason: GateReason;
  readonly lift?: Lift;
}

const OPEN: Gate = { cap: Level.CLEAR, reason: null };
const RESTRICTED: Gate = { cap: Level.MASKED, reason: "RESTRICTED" };
const ERASED: Gate = { cap: Level.HIDDEN, reason: "ERASED" };
const NO_CONSENT: Gate = { cap: Level.HIDDEN, reason: "CONSENT_MISSING" };
const OTHER_TENANT: Gate = { cap: Level.HIDDEN, reason: "TENANT" };

/** The gate of a customer beyond the disclosure budget of the hour. */
export const BEYOND_BUDGET: Gate = { cap: Level.MASKED, reason: "BUDGET" };

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
