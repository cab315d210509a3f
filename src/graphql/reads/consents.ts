import type { Condition, Order } from "../../database/reader";
import { ConsentRecord } from "../../domain/consent-record";
import type { Customer } from "../../domain/customer";
import type { ConsentState } from "../../domain/vocabulary";
import { selectionOf, type Operation } from "../operation";
import type { FieldPlan } from "../plan/operation-plan";
import { filterText } from "./arguments";

const NEWEST_FIRST: Order = { properties: ["recordedAt", "id"], descending: true };

/** A ledger grows by a few events a year; a longer one than this is cut, newest first. */
const LONGEST_LEDGER = 1_000;

function purposeConditions(purpose: unknown): Condition[] {
  if (purpose === undefined || purpose === null) return [];
  return [{ property: "purpose", is: "=", value: filterText(purpose, 32) }];
}

/** The subject of an event, which was read along with it. */
function customerOf({ customer }: ConsentRecord): Customer {
  if (customer === undefined) throw new Error("a consent was read without its subject");
  return customer;
}

/** `Customer.consents` for many customers in one statement: the ledger, newest first. */
export async function readConsentsOfCustomers(
  parents: readonly Customer[],
  args: { readonly purpose?: unknown },
  field: FieldPlan,
  operation: Operation,
) {
  operation.filterBy("ConsentFilter", { purpose: args.purpose });
  const { rows: plan } = selectionOf(field);
  const byParent = await operation.context.services.reader.pagePerParent({
    entity: ConsentRecord,
    properties: plan.columns,
    where: purposeConditions(args.purpose),
    order: NEWEST_FIRST,
    limit: LONGEST_LEDGER,
    parent: "customerId",
    parentIds: [...new Set(parents.map(({ id }) => id))],
  });
  const ledgers = parents.map((parent) => {
    const rows = byParent.get(parent.id) ?? [];
    for (const row of rows) row.customer = parent;
    return rows;
  });
  const admitted = new Set(await operation.admit(plan, ledgers.flat(), customerOf));
  return ledgers.map((rows) => rows.filter((row) => admitted.has(row)));
}

/** What the newest event of a ledger says now. */
function stateOf(
  newest: Pick<ConsentRecord, "state" | "validUntil"> | undefined,
  nowMs: number,
): ConsentState {
  if (newest === undefined) return "NONE";
  const over = newest.validUntil !== null && newest.validUntil.getTime() <= nowMs;
  return newest.state === "GRANTED" && over ? "EXPIRED" : newest.state;
}

const STATE_COLUMNS: ReadonlySet<string> = new Set(["id", "customerId", "state", "validUntil"]);

/** `Customer.consentState` for many customers in one statement. */
export async function readConsentStates(
  parents: readonly Customer[],
  args: { readonly purpose?: unknown },
  _field: FieldPlan,
  operation: Operation,
): Promise<ConsentState[]> {
  const byParent = await operation.context.services.reader.pagePerParent({
    entity: ConsentRecord,
    properties: STATE_COLUMNS,
    where: purposeConditions(args.purpose),
    order: NEWEST_FIRST,
    limit: 1,
    parent: "customerId",
    parentIds: [...new Set(parents.map(({ id }) => id))],
  });
  return parents.map(({ id }) => stateOf(byParent.get(id)?.[0], operation.context.nowMs));
}

/** `Mutation.recordConsent`: the event that was just added. */
export async function readRecordedConsent(id: string, field: FieldPlan, operation: Operation) {
  const { rows: plan } = selectionOf(field);
  const [row] = await operation.context.services.reader.page({
    entity: ConsentRecord,
    properties: plan.columns,
    where: [{ property: "id", is: "=", value: id }],
    order: { properties: ["id"], descending: false },
    limit: 1,
    withSubject: true,
  });
  if (row === undefined) throw new Error("the consent was recorded and cannot be found");
  return (await operation.admit(plan, [row], customerOf))[0] ?? null;
}
