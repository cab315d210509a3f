import type { Detector, KnownOfSubject } from "../../src/anonymise/detector";
import { SmsDetector } from "../../src/anonymise/sms-detector";
import type { Span } from "../../src/anonymise/span";
import type { Customer } from "../../src/domain/customer";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import type { Engine } from "../support/engines";

const NAMES = ["Amira Novak", "Bruno Castell", "Chiara Lindqvist", "Dario Weller", "Elif Sandoval"];
/** In a week that is over by every clock, a test's and the machine's. */
export const MONDAY = Date.parse("2025-06-16T12:00:00Z");

const unrecorded = (): Promise<void> => Promise.resolve();

/**
 * Finds international numbers and the customer's own name, and nothing else, at once: what an export holds shall not hang on
 * how busy the machine is. Of the shipped one's version, which the command compares with.
 */
class PlainDetector implements Detector {
  readonly version = new SmsDetector().version;

  detect(message: string, { names }: KnownOfSubject): readonly Span[] {
    const persons = names.flatMap((name): Span[] => {
      const start = message.toLowerCase().indexOf(name.toLowerCase());
      return start < 0 ? [] : [{ start, end: start + name.length, type: "PERSON" }];
    });
    const phones = [...message.matchAll(/\+\d{12}/g)].map(({ index, 0: found }): Span => ({
      start: index,
      end: index + found.length,
      type: "PHONE",
    }));
    return [...persons, ...phones].sort((one, other) => one.start - other.start);
  }
}

/** Customers and messages of one sender. */
export interface SenderGroup {
  readonly customers: readonly Customer[];
  readonly messageIds: readonly string[];
}

/**
 * A small tenant around the limit of five: Lark has five customers in one group, Nest four, and Wren five of whom one is
 * restricted. Besides, a customer who was erased, a message that is withheld, and one twin of an older detector.
 */
export interface SmallTenant {
  readonly gateway: TestGateway;
  readonly id: string;
  readonly lark: SenderGroup;
  /** All whose messages are in the databases, another tenant's too. */
  readonly groups: readonly SenderGroup[];
}

/** What an export of the small tenant comes to. */
export const OF_SMALL_TENANT = { read: 29, exported: 10, suppressed: 16, suppressedGroups: 2, olderTwins: 1 };

/** Stores messages of a customer, a minute apart, and answers their ids. */
export async function storeFrom(
  { fieldward }: TestGateway,
  customer: Customer,
  senderId: string,
  bodies: readonly string[],
  sentAtMs = MONDAY,
): Promise<string[]> {
  const { messages } = fieldward.services;
  const rows = bodies.map((body, i) => ({
    externalId: `SM-${customer.id.slice(-12)}-${String(sentAtMs + i)}`,
    customerId: customer.id,
    customerNumber: customer.phone,
    direction: "INBOUND",
    status: "RECEIVED",
    segments: 1,
    body,
    senderId,
    sentAt: new Date(sentAtMs + i * 60_000),
  }));
  const stored = await messages.store(messages.check(rows), customer.tenantId, unrecorded);
  return stored.map(({ id }) => id ?? "");
}

async function addGroup(
  gateway: TestGateway,
  tenant: string,
  sender: string,
  count: number,
  bodies: readonly string[],
): Promise<SenderGroup> {
  const customers: Customer[] = [];
  const messageIds: string[] = [];
  for (const name of NAMES.slice(0, count)) {
    const customer = await addCustomer(gateway, tenant, { name });
    customers.push(customer);
    const told = bodies.map((body) => `${body} This is ${name.toLowerCase()}, ${String(customer.phone)}.`);
    messageIds.push(...(await storeFrom(gateway, customer, sender, told)));
  }
  return { customers, messageIds };
}

/** Makes the small tenant, named larkfield, in a gateway of its own. */
export async function openSmallTenant(engine: Engine): Promise<SmallTenant> {
  const gateway = await openTestGateway(engine, {}, { detector: new PlainDetector() });
  const id = await addTenant(gateway, "larkfield");
  const lark = await addGroup(gateway, id, "Lark", 5, ["Where is my parcel?", "=1+1"]);
  const nest = await addGroup(gateway, id, "Nest", 4, ["One.", "Two.", "Three."]);
  const wren = await addGroup(gateway, id, "Wren", 5, ["Please call."]);
  const other = await addTenant(gateway, "northgate");
  const gate = await addGroup(gateway, other, "Gate", 5, ["Not of this tenant."]);
  const sql = (text: string, value: string) => pastTheGateway(gateway, "data", text, [value]);
  await sql("UPDATE customer SET status = 'RESTRICTED' WHERE id = ?", wren.customers[0]?.id ?? "");
  await sql("UPDATE message SET twin_version = 0 WHERE id = ?", lark.messageIds[0] ?? "");
  const erased = await addCustomer(gateway, id);
  await storeFrom(gateway, erased, "Lark", ["Forget me."]);
  await gateway.fieldward.services.shredder.shred(erased.id, id, "operator");
  // Too long for a twin.
  await storeFrom(gateway, await addCustomer(gateway, id), "Lark", ["a ".repeat(2_001)]);
  return { gateway, id, lark, groups: [lark, nest, wren, gate] };
}
