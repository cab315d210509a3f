import type { AccessRead } from "../audit/access-entry";
import { Level, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import type { Cap, Grants } from "../policy/caps";
import { decide } from "../policy/decide";
import { explanationOf, type Explanation } from "../policy/explanation";
import { BEYOND_BUDGET, type SubjectState } from "../policy/gate";
import { customerCap } from "./customer-cap";
import type { DisclosureBudget } from "./disclosure-budget";
import type { Elevations } from "./elevations";
import { gateRaisedBy, gateReason } from "./row-gate";

/** Whose sight of what is explained. */
export interface CustomerQuestion {
  readonly principal: Principal;
  readonly maySignIn: boolean;
  readonly purpose: string | null;
  readonly category: Category;
  /** Whether the field has levels. One that is open discloses nobody: it is never counted. */
  readonly isPersonal: boolean;
  readonly customer: SubjectState & { readonly id: string };
  readonly nowMs: number;
}

/** What is asked beside the policy and the customer's own state. */
export interface CustomerControls {
  readonly elevations: Pick<Elevations, "activeFor">;
  readonly budget: Pick<DisclosureBudget, "reaches">;
}

function budgetCap(isReached: boolean): Cap {
  if (isReached) {
    const because = "the disclosure budget of this hour reaches this customer";
    return { level: Level.CLEAR, because, toRaise: null };
  }
  const { cap, reason } = BEYOND_BUDGET;
  return { level: cap, because: gateReason(reason), toRaise: gateRaisedBy(reason) };
}

/**
 * What somebody would get of one customer now, by every rule that a read asks. The budget is asked last and where a read would
 * count: in the clear, and without an elevation that lifts something of this customer. Nobody is counted for being explained.
 *
 * @throws FieldwardError DATABASE_UNAVAILABLE
 */
export async function customerExplanation(
  policy: Grants,
  { elevations, budget }: CustomerControls,
  question: CustomerQuestion,
): Promise<Explanation> {
  const { principal, maySignIn, purpose, category, isPersonal, customer, nowMs } = question;
  const now = new Date(nowMs);
  const standing = decide(policy, principal, purpose, now);
  const active = (await elevations.activeFor(principal)).filter(
    ({ customerId, expiresAtMs }) => customerId === customer.id && nowMs < expiresAtMs,
  );
  const isElevated = active.some((elevation) => elevation.category === category);
  const cap = customerCap(standing, customer, category, nowMs);
  const order = { principal, maySignIn, purpose, category, now, customer: cap, isElevated };
  const explanation = explanationOf(policy, order);
  const isLifted = active.some((elevation) => standing.elevated[elevation.category] !== undefined);
  const isCounted = isPersonal && !isLifted && explanation.level === Level.CLEAR;
  if (!isCounted || standing.budget === null) return explanation;
  const isReached = await budget.reaches(principal.id, standing.budget, customer.id, nowMs);
  return explanationOf(policy, { ...order, budget: budgetCap(isReached) });
}

/** What is on the access log of an explanation: of which field of whom. Nothing was shown, and no record read. */
export function explainedRead(coordinate: string, customerId: string): AccessRead {
  const [type = "", field = ""] = coordinate.split(".");
  return { type, fields: new Map([[field, Level.HIDDEN]]), subjects: new Map([[customerId, 0]]) };
}
