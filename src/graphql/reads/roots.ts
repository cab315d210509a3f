import type { Operation } from "../operation";
import type { FieldPlan } from "../plan/operation-plan";
import { readCustomer, readCustomers } from "./customers";
import { readMessage, readMessages } from "./messages";

/** Loads what a root field answers. */
export type RootRead = (args: object, field: FieldPlan, operation: Operation) => Promise<unknown>;

/** The root fields that read customers' data. */
export const ROOTS: Readonly<Record<string, RootRead>> = {
  "Query.customer": readCustomer,
  "Query.customers": readCustomers,
  "Query.message": readMessage,
  "Query.messages": readMessages,
};
