import { explainedRead } from "../access/customer-explanation";
import { Customer } from "../domain/customer";
import { StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import { newId } from "../installation";
import type { Fieldward } from "../main";
import type { SubjectState } from "../policy/gate";

/** What is looked at of a customer: no personal value. */
const STATE = { id: true, tenantId: true, status: true, consentBits: true, consentExpiry: true } as const;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A customer, as far as an explanation looks at it. */
export type ExplainedCustomer = SubjectState & { readonly id: string };

/** Whose sight of which field is explained, as the access log tells it. */
interface Asked {
  /** The id of a principal, or the name of a kind of them, such as `role:support`. */
  readonly about: string;
  readonly field: string;
}

/**
 * The state of a customer whom somebody's sight of is to be explained. That it was asked for is on the access log before it
 * is looked for.
 *
 * @throws StartupError where there is no such customer, FieldwardError AUDIT_UNAVAILABLE
 */
export async function customerState(
  { services, databases }: Fieldward,
  id: string,
  { about, field }: Asked,
): Promise<ExplainedCustomer> {
  const missing = new StartupError("There is no customer with this id.");
  if (!UUID.test(id)) throw missing;
  await services.accessLog.append({
    kind: "EXPLAIN",
    requestId: newId(),
    principal: OPERATOR,
    purpose: null,
    operationName: "policy explain",
    operationHash: null,
    reads: [explainedRead(field, id)],
    denials: [],
    ip: null,
    about,
  });
  const found = await databases.data.reader.manager.findOne(Customer, { where: { id }, select: STATE });
  if (found === null) throw missing;
  return found;
}
