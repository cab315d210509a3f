import type { Condition, Order } from "../../database/reader";
import type { Customer } from "../../domain/customer";
import { Level } from "../../domain/category";
import { Message } from "../../domain/message";
import type { Position } from "../cursors";
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

/** An order of messages, and the name of the list whose cursors go on in it. */
interface Listing {
  readonly list: string;
  readonly order: Order;
  readonly positionOf: (row: Message) => Position;
}

const NEWEST_FIRST: Listing = {
  list: "messages",
  order: { properties: ["sentAt", "id"], descending: true },
  positionOf: (row) => [row.sentAt.getTime(), row.id],
};

/** For who may not know when a message was sent: the order by time would tell, and so would a cursor. */
const LAST_STORED_FIRST: Listing = {
  list: "messages by id",
  order: { properties: ["id"], descending: true },
  positionOf: (row) => [row.id],
};

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
  { list, positionOf }: Listing,
  { context }: Operation,
) {
  const { cursors } = context.services;
  return new Page(nodes, (row) => cursors.make(list, positionOf(row)), place, total);
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
 * Leaves out the messages of customers whose state hides them: the number of rows could tell what their fields do not, and
 * where they stand among the others tells when they were sent.
 */
function visibleConditions({ context }: Operation): Condition[] {
  const { consentBit } = context.standing;
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
    ...visibleConditions(operation),
  ];
  const listing = standing.decisions.traffic.level >= Level.MASKED ? NEWEST_FIRST : LAST_STORED_FIRST;
  const after = afterCursor(cursors, listing.list, args.after);
  const [rows, total] = await Promise.all([
    reader.page({
      entity: Message,
      properties: columnsOf(plan),
      where,
      order: listing.order,
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
    listing,
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
  const after = afterCursor(cursors, NEWEST_FIRST.list, args.after);
  const parentIds = [...new Set(parents.map(({ id }) => id))];
  const lists = { entity: Message, parent: "customerId", parentIds, where } as const;
  const [byParent, totals] = await Promise.all([
    reader.pagePerParent({
      ...lists,
      properties: columnsOf(plan),
      order: NEWEST_FIRST.order,
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
    const place = { hasNextPage, hasPreviousPage: after !== undefined };
    return pageOf(shown[i] ?? [], place, total, NEWEST_FIRST, operation);
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
