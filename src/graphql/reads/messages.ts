import type { Condition, Order } from "../../database/reader";
import type { Customer } from "../../domain/customer";
import { Message } from "../../domain/message";
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
import { conditionsOf, wantsCount } from "./customers";

const NEWEST_FIRST: Order = { properties: ["sentAt", "id"], descending: true };
const LIST = "messages";
const STANDARD_PAGE = 50;

interface ListArguments {
  readonly filter?: object | null;
  readonly first?: unknown;
  readonly after?: unknown;
}

const CONDITIONS: Parameters<typeof conditionsOf>[0] = {
  // An id that can be none matches no row, rather than every row.
  customerId: (value) => [{ property: "customerId", is: "=", value: rowIdOf(value) ?? "-" }],
  direction: (value) => [{ property: "direction", is: "=", value: filterText(value, 24) }],
  status: (value) => [{ property: "status", is: "=", value: filterText(value, 24) }],
  senderId: (value) => [{ property: "senderId", is: "=", value: filterText(value, 32) }],
  sentAfter: (value) => [{ property: "sentAt", is: ">", value: filterInstant(value) }],
  sentBefore: (value) => [{ property: "sentAt", is: "<", value: filterInstant(value) }],
};

/** Lets messages in; the subject of each was read along with it. */
function admit(operation: Operation, plan: RowsPlan, rows: readonly Message[]): Promise<Message[]> {
  return operation.admit(plan, rows, (row) => {
    if (row.customer === undefined) throw new Error("a message was read without its subject");
    return row.customer;
  });
}

const withSentAt = new WeakMap<RowsPlan, ReadonlySet<string>>();

/** What the cursor of a message holds must have been read for it. One set for each plan, so that its shape is kept. */
function columnsOf(plan: RowsPlan): ReadonlySet<string> {
  const known = withSentAt.get(plan);
  if (known !== undefined) return known;
  const columns = new Set([...plan.columns, "sentAt"]);
  withSentAt.set(plan, columns);
  return columns;
}

function pageOf(
  nodes: readonly Message[],
  place: { hasNextPage: boolean; hasPreviousPage: boolean },
  total: number | null,
  operation: Operation,
) {
  const { cursors } = operation.context.services;
  return new Page(nodes, (row) => cursors.make(LIST, [row.sentAt.getTime(), row.id]), place, total);
}

/** `Query.message` */
export async function readMessage(args: { id?: unknown }, field: FieldPlan, operation: Operation) {
  const id = rowIdOf(args.id);
  if (id === undefined) return null;
  const { reader } = operation.context.services;
  const { rows: plan } = selectionOf(field);
  const where = idConditions(operation.standing, [id]);
  const order: Order = { properties: ["id"], descending: false };
  const rows = await reader.page({
    entity: Message,
    properties: plan.columns,
    where,
    order,
    limit: 1,
    withSubject: true,
  });
  return (await admit(operation, plan, rows))[0] ?? null;
}

/**
 * Leaves out the messages of customers whose state hides them, wherever the number of rows could tell what their fields do
 * not: under a filter, in a count, and under a purpose that rests on consent.
 */
function visibleConditions(filter: object, field: FieldPlan, { context }: Operation): Condition[] {
  const { consentBit } = context.standing;
  const filtered = Object.values(filter).some((value) => value !== null && value !== undefined);
  if (!filtered && consentBit === null && !wantsCount(field)) return [];
  const visible: Condition = { property: "status", is: "<>", value: "ERASED", ofSubject: true };
  if (consentBit === null) return [visible];
  const value = [consentBit, context.nowMs];
  return [visible, { property: "consentBits", is: "has consent", value, ofSubject: true }];
}

/** `Query.messages` */
export async function readMessages(args: ListArguments, field: FieldPlan, operation: Operation) {
  const { reader, cursors } = operation.context.services;
  const { standing } = operation.context;
  const filter = args.filter ?? {};
  operation.filterBy("MessageFilter", filter);
  const first = pageSize(args.first, STANDARD_PAGE);
  const { rows: plan } = selectionOf(field);
  const where = [
    ...tenantConditions(standing),
    ...conditionsOf(CONDITIONS, filter, operation),
    ...visibleConditions(filter, field, operation),
  ];
  const after = afterCursor(cursors, LIST, args.after);
  const [rows, total] = await Promise.all([
    reader.page({
      entity: Message,
      properties: columnsOf(plan),
      where,
      order: NEWEST_FIRST,
      after,
      limit: first + 1,
      withSubject: true,
    }),
    wantsCount(field) ? reader.count(Message, where) : null,
  ]);
  const nodes = await admit(operation, plan, rows.slice(0, first));
  return pageOf(
    nodes,
    { hasNextPage: rows.length > first, hasPreviousPage: after !== undefined },
    total,
    operation,
  );
}

/** `Customer.messages` for many customers in one statement. */
export async function readMessagesOfCustomers(
  parents: readonly Customer[],
  args: ListArguments,
  field: FieldPlan,
  operation: Operation,
) {
  const { reader, cursors } = operation.context.services;
  const filter = args.filter ?? {};
  operation.filterBy("MessageFilter", filter);
  const first = pageSize(args.first, STANDARD_PAGE);
  const { rows: plan } = selectionOf(field);
  const where = conditionsOf(CONDITIONS, filter, operation);
  const after = afterCursor(cursors, LIST, args.after);
  const parentIds = [...new Set(parents.map(({ id }) => id))];
  const lists = { entity: Message, parent: "customerId", parentIds, where } as const;
  const [byParent, totals] = await Promise.all([
    reader.pagePerParent({
      ...lists,
      properties: columnsOf(plan),
      order: NEWEST_FIRST,
      after,
      limit: first + 1,
    }),
    wantsCount(field) ? reader.countPerParent(lists) : null,
  ]);
  const found = parents.map((parent) => byParent.get(parent.id) ?? []);
  const shown = await admitOfCustomers(operation, plan, parents, found, first);
  return parents.map((parent, i) => {
    const hasNextPage = (found[i]?.length ?? 0) > first;
    const total = totals === null ? null : (totals.get(parent.id) ?? 0);
    return pageOf(shown[i] ?? [], { hasNextPage, hasPreviousPage: after !== undefined }, total, operation);
  });
}

/** Lets the first messages of each customer in, all at once: the budget is asked in one go, whatever the number of customers. */
async function admitOfCustomers(
  operation: Operation,
  plan: RowsPlan,
  customers: readonly Customer[],
  found: readonly (readonly Message[])[],
  first: number,
): Promise<readonly Message[][]> {
  const shown = found.map((rows) => rows.slice(0, first));
  customers.forEach((customer, i) => {
    for (const row of shown[i] ?? []) row.customer = customer;
  });
  const admitted = new Set(await admit(operation, plan, shown.flat()));
  return shown.map((rows) => rows.filter((row) => admitted.has(row)));
}
