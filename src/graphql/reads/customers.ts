import type { Condition, Order } from "../../database/reader";
import { personalFieldsOf } from "../../domain/classified";
import { Customer } from "../../domain/customer";
import { selectionOf, type Operation } from "../operation";
import { Page } from "../page";
import type { FieldPlan, RowsPlan } from "../plan/operation-plan";
import {
  afterCursor,
  filterInstant,
  filterText,
  idConditions,
  pageSize,
  rowIdOf,
  tenantConditions,
} from "./arguments";

/** UUIDv7 ids are in the order of creation, so the id alone orders the list. */
const BY_ID: Order = { properties: ["id"], descending: false };
const LIST = "customers";
const STANDARD_PAGE = 25;

/** Lets customers in; each is its own subject. */
function admit(operation: Operation, plan: RowsPlan, rows: readonly Customer[]): Promise<Customer[]> {
  return operation.admit(plan, rows, (row) => row);
}

function indexed(operation: Operation, property: string, value: unknown): Condition[] {
  const field = personalFieldsOf("Customer").find(({ sealed }) => sealed.property === property);
  if (field === undefined) throw new Error(`${property} cannot be looked up`);
  const { context } = operation;
  const found = context.indexes.find(field.sealed, filterText(value, 320));
  const { consentBit } = context.standing;
  // Under a purpose that rests on consent, even whether we know a number is for those to say who consented.
  const consent: Condition[] =
    consentBit === null
      ? []
      : [{ property: "consentBits", is: "has consent", value: [consentBit, context.nowMs] }];
  // What is erased is found by nothing, whether or not its index is gone by now.
  const there: Condition = { property: "status", is: "<>", value: "ERASED" };
  return [{ property: found.property, is: "=", value: found.index }, there, ...consent];
}

type FilterField = (value: unknown, operation: Operation) => Condition[];

const CONDITIONS: Readonly<Record<string, FilterField>> = {
  phone: (value, operation) => indexed(operation, "phone", value),
  email: (value, operation) => indexed(operation, "email", value),
  externalRef: (value) => [{ property: "externalRef", is: "=", value: filterText(value, 64) }],
  status: (value) => [{ property: "status", is: "=", value: filterText(value, 24) }],
  country: (value) => [{ property: "country", is: "=", value: filterText(value, 2) }],
  createdAfter: (value) => [{ property: "createdAt", is: ">", value: filterInstant(value) }],
  createdBefore: (value) => [{ property: "createdAt", is: "<", value: filterInstant(value) }],
};

/** The conditions of a filter whose fields have been permitted. */
export function conditionsOf(
  table: Readonly<Record<string, FilterField>>,
  filter: object,
  operation: Operation,
): Condition[] {
  return Object.entries(filter).flatMap(([field, value]) =>
    value === null || value === undefined ? [] : (table[field]?.(value, operation) ?? []),
  );
}

/** `Query.customer` */
export async function readCustomer(args: { id?: unknown }, field: FieldPlan, operation: Operation) {
  const id = rowIdOf(args.id);
  if (id === undefined) return null;
  const { reader } = operation.context.services;
  const { rows: plan } = selectionOf(field);
  const where = idConditions(operation.standing, [id]);
  const rows = await reader.page({
    entity: Customer,
    properties: plan.columns,
    where,
    order: BY_ID,
    limit: 1,
  });
  return (await admit(operation, plan, rows))[0] ?? null;
}

/** `Query.customers` */
export async function readCustomers(
  args: { filter?: object | null; first?: unknown; after?: unknown },
  field: FieldPlan,
  operation: Operation,
) {
  const { reader, cursors } = operation.context.services;
  const { standing } = operation.context;
  const filter = args.filter ?? {};
  operation.filterBy("CustomerFilter", filter);
  const first = pageSize(args.first, STANDARD_PAGE);
  const selection = selectionOf(field);
  const where = [...tenantConditions(standing), ...conditionsOf(CONDITIONS, filter, operation)];
  const after = afterCursor(cursors, LIST, args.after);
  const [rows, total] = await Promise.all([
    reader.page({
      entity: Customer,
      properties: selection.rows.columns,
      where,
      order: BY_ID,
      after,
      limit: first + 1,
    }),
    wantsCount(field) ? reader.count(Customer, where) : null,
  ]);
  const nodes = await admit(operation, selection.rows, rows.slice(0, first));
  const place = { hasNextPage: rows.length > first, hasPreviousPage: after !== undefined };
  return new Page(nodes, (row) => cursors.make(LIST, [row.id]), place, total);
}

/** Whether a connection's `totalCount` is asked for: it costs a statement of its own. */
export function wantsCount(field: FieldPlan): boolean {
  return selectionOf(field).fields.some(({ name }) => name === "totalCount");
}

/** `Message.customer` for many messages in one statement. */
export async function readCustomersOfMessages(
  parents: readonly { readonly customerId: string }[],
  _args: object,
  field: FieldPlan,
  operation: Operation,
): Promise<(Customer | null)[]> {
  const ids = [...new Set(parents.map(({ customerId }) => customerId))];
  const { rows: plan } = selectionOf(field);
  const where = idConditions(operation.standing, ids);
  const { reader } = operation.context.services;
  const rows = await reader.page({
    entity: Customer,
    properties: plan.columns,
    where,
    order: BY_ID,
    limit: ids.length,
  });
  const byId = new Map((await admit(operation, plan, rows)).map((row) => [row.id, row]));
  return parents.map(({ customerId }) => byId.get(customerId) ?? null);
}
