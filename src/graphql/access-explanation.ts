import { customerExplanation } from "../access/customer-explanation";
import { Level, type Category } from "../domain/category";
import { classifiedField, type ClassifiedField } from "../domain/classified";
import { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import type { Principal } from "../domain/principal";
import { purposesOf } from "../policy/decide";
import type { Explanation } from "../policy/explanation";
import type { GatewayContext, Services } from "./context";

/** Whose sight of what is to be explained. */
export interface ExplanationQuestion {
  readonly principalId: string;
  /** `Customer.phone` */
  readonly field: string;
  readonly customerId: string;
  /** null: the one purpose that the principal may declare, where there is only one. */
  readonly purpose: string | null;
}

/** The types whose rows are about one customer and pass its gate. */
const CUSTOMER_TYPES: ReadonlySet<string> = new Set(["Customer", "Message", "ConsentRecord"]);

type CustomerField = ClassifiedField & { readonly category: Category };

/**
 * A field of what is held about a customer.
 *
 * @throws FieldwardError BAD_USER_INPUT
 */
export function customerField(coordinate: string): CustomerField {
  const [, type = "", name = ""] = /^(\w+)\.(\w+)$/.exec(coordinate) ?? [];
  const field = CUSTOMER_TYPES.has(type) ? classifiedField(type, name) : undefined;
  if (field === undefined || field.category === null || field.form === "internal") {
    throw new FieldwardError(
      "BAD_USER_INPUT",
      "`field` takes a field of customers' data, such as Customer.phone.",
    );
  }
  return { ...field, category: field.category };
}

const STATE = new Set(["id", "tenantId", "status", "consentBits", "consentExpiry"]);

async function customerById({ reader }: Services, id: string): Promise<Customer | null> {
  const [row] = await reader.page({
    entity: Customer,
    properties: STATE,
    where: [{ property: "id", is: "=", value: id }],
    order: { properties: ["id"], descending: false },
    limit: 1,
  });
  return row ?? null;
}

function purposeFor(principal: Principal, wanted: string | null, { policy }: GatewayContext): string | null {
  const allowed = purposesOf(principal, policy);
  if (wanted === null) return allowed.length === 1 ? (allowed[0] ?? null) : null;
  if (allowed.includes(wanted)) return wanted;
  throw new FieldwardError("BAD_USER_INPUT", "That principal may not declare this purpose.");
}

/** An open field has no mask and no pseudonym: it is served whole from MASKED up, or not at all. */
function served({ form }: ClassifiedField, level: Level): Level {
  if (form !== "open") return level;
  return level >= Level.MASKED ? Level.CLEAR : Level.HIDDEN;
}

/**
 * What a principal would get of a field of one customer now, and each rule that says so. Of the customer only its state is
 * looked at: no value is read.
 *
 * @throws FieldwardError NOT_FOUND where there is no such principal or no such customer: which, it does not say
 */
export async function explainAccess(
  { principalId, field: coordinate, customerId, purpose: wanted }: ExplanationQuestion,
  context: GatewayContext,
): Promise<Explanation> {
  const { services, policy, nowMs } = context;
  const field = customerField(coordinate);
  const [found, customer] = await Promise.all([
    services.principals.byId(principalId, policy, nowMs),
    customerById(services, customerId),
  ]);
  if (found === null || customer === null) throw new FieldwardError("NOT_FOUND");
  const explanation = await customerExplanation(policy, services, {
    ...found,
    purpose: purposeFor(found.principal, wanted, context),
    category: field.category,
    isPersonal: field.form === "personal",
    customer,
    nowMs,
  });
  const level = served(field, explanation.level);
  return { ...explanation, level, toRaise: level === Level.CLEAR ? null : explanation.toRaise };
}
