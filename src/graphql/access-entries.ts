import type { AccessEntry } from "../audit/access-entry";
import type { GatewayContext } from "./context";
import type { OperationPlan } from "./plan/operation-plan";

/** An entry of the access log about the operation of a request. */
export function entryOf(
  context: GatewayContext,
  plan: OperationPlan | undefined,
  what: Pick<AccessEntry, "kind" | "reads" | "filters" | "denials">,
): AccessEntry {
  const { requestId, principal, purpose, ip } = context;
  const { operationName = null, hash: operationHash = null } = plan ?? {};
  return { ...what, requestId, principal, purpose, ip, operationName, operationHash };
}
