import type { Category } from "../domain/category";
import { Customer } from "../domain/customer";
import { StartupError } from "../domain/errors";
import { OPERATOR, type Principal } from "../domain/principal";
import { newId } from "../installation";
import type { Fieldward } from "../main";
import type { SubjectState } from "../policy/gate";

/** What is looked at of a customer: no personal value. */
const STATE = { id: true, tenantId: true, status: true, consentBits: true, consentExpiry: true } as const;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The state of a customer whom somebody's sight of is to be explained. That it was asked for is on the access log before it
 * is looked for.
 *
 * @throws StartupError where there is no such customer, FieldwardError AUDIT_UNAVAILABLE
 */
export async function customerState({ services, databases }: Fieldward, id: string): Promise<SubjectState> {
  const missing = new StartupError("There is no customer with this id.");
  if (!UUID.test(id)) throw missing;
  await services.accessLog.append({
    kind: "EXPLAIN",
    requestId: newId(),
    principal: OPERATOR,
    purpose: null,
    operationName: "policy explain",
    operationHash: null,
    reads: [],
    denials: [],
    ip: null,
    about: id,
  });
  const found = await databases.data.reader.manager.findOne(Customer, { where: { id }, select: STATE });
  if (found === null) throw missing;
  return found;
}

/** Whether an approved elevation lets a principal see a category of a customer now. */
export async function isElevated(
  { services }: Fieldward,
  principal: Principal,
  customerId: string,
  category: Category,
): Promise<boolean> {
  const active = await services.elevations.activeFor(principal);
  return active.some((elevation) => elevation.customerId === customerId && elevation.category === category);
}
