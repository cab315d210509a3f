import type { AccessEntry } from "../audit/access-entry";
import type { GatewayContext } from "./context";
import type { OperationPlan } from "./plan/operation-plan";

const LONGEST_NAME = 128;

/** An entry of the access log about the operation of a request. */
export function entryOf(
  context: GatewayContext,
  plan: OperationPlan | undefined,
  what: Pick<AccessEntry, "kind" | "reads" | "denials">,
): AccessEntry {
  const { requestId, principal, purpose, ip } = context;
  const { operationName = null, hash: operationHash = null } = plan ?? {};
  // The caller chooses it, and an entry that does not fit its column would fail all that are committed with it.
  const name = operationName?.slice(0, LONGEST_NAME) ?? null;
  return { ...what, requestId, principal, purpose, ip, operationName: name, operationHash };
}
