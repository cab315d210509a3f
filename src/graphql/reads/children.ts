import type { Operation } from "../operation";
import type { FieldPlan } from "../plan/operation-plan";
import { readConsentsOfCustomers, readConsentStates } from "./consents";
import { readCustomersOfMessages } from "./customers";
import { readMessagesOfCustomers } from "./messages";

/** Loads a field for all its parents in one statement, and answers in their order. */
export type ChildRead = (
  parents: readonly object[],
  args: object,
  field: FieldPlan,
  operation: Operation,
) => Promise<unknown[]>;

/** Ties a read to the type of its parents: the schema says that a field of `Customer` only ever has customers above it. */
function over<Parent extends object>(
  read: (
    parents: readonly Parent[],
    args: object,
    field: FieldPlan,
    operation: Operation,
  ) => Promise<unknown[]>,
): ChildRead {
  return (parents, args, field, operation) => read(parents as readonly Parent[], args, field, operation);
}

/** The fields that are loaded for all parents at once. */
export const CHILDREN: Readonly<Record<string, ChildRead>> = {
  "Customer.messages": over(readMessagesOfCustomers),
  "Customer.consents": over(readConsentsOfCustomers),
  "Customer.consentState": over(readConsentStates),
  "Message.customer": over(readCustomersOfMessages),
};
