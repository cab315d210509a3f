import type { Customer } from "../../domain/customer";
import type { Message } from "../../domain/message";
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

/**
 * The fields that are loaded for all parents at once. The casts say what the schema does: above a field of `Customer` there
 * are only customers.
 */
export const CHILDREN: Readonly<Record<string, ChildRead>> = {
  "Customer.messages": (parents, args, field, operation) =>
    readMessagesOfCustomers(parents as readonly Customer[], args, field, operation),
  "Customer.consents": (parents, args, field, operation) =>
    readConsentsOfCustomers(parents as readonly Customer[], args, field, operation),
  "Customer.consentState": (parents, args, field, operation) =>
    readConsentStates(parents as readonly Customer[], args, field, operation),
  "Message.customer": (parents, args, field, operation) =>
    readCustomersOfMessages(parents as readonly Message[], args, field, operation),
};
