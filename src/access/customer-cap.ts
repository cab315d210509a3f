import { Level, type Category } from "../domain/category";
import type { Cap } from "../policy/caps";
import type { Standing } from "../policy/decide";
import { gateOf, type SubjectState } from "../policy/gate";
import { gateRaisedBy, gateReason } from "./row-gate";

/** What the gate of a customer's rows lets through of a category. An id is shown whatever the customer's state. */
export function customerCap(standing: Standing, state: SubjectState, category: Category, nowMs: number): Cap {
  const { cap, reason } = gateOf(standing, state, nowMs);
  if (reason === null || (category === "account" && reason !== "TENANT")) {
    return { level: Level.CLEAR, because: "the customer's state and consents allow it", toRaise: null };
  }
  return { level: cap, because: gateReason(reason), toRaise: gateRaisedBy(reason) };
}
