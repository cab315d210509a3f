import { In, type EntityManager } from "typeorm";
import { personalFieldsOf } from "../domain/classified";
import { Customer } from "../domain/customer";
import { Message } from "../domain/message";
import type { IndexedValue } from "../vault/blind-indexes";
import type { Vault } from "../vault/vault";
import type { Customers, LifecycleParts } from "./customers";
import type { IncomingMessage, StoredMessage } from "./message-input";
import { knownOf, NOTHING_KNOWN, type KnownCustomer, type TwinOrder } from "./twins";

interface Subject {
  readonly id: string;
  readonly erased: boolean;
  readonly known: KnownCustomer;
}

/** What one try to store messages is about. */
export interface Batch {
  readonly messages: readonly IncomingMessage[];
  readonly tenantId: string;
  /** The ids of customers that this try makes, by their numbers' indexes: the same before and in the transaction. */
  readonly newIds: Map<string, string>;
}

/** A message that is to be stored, with what its twin is made of. */
interface NewMessage {
  readonly row: Message;
  readonly order: TwinOrder;
}

/** What is to be done for a batch. */
interface Plan {
  readonly outcomes: StoredMessage[];
  readonly made: readonly NewMessage[];
  readonly newCustomers: readonly Customer[];
}

/** Which of some customers have been erased. */
type ErasedAmong = (customerIds: readonly string[]) => Promise<ReadonlySet<string>>;

/** A batch with what the database already knows of it. */
interface Known {
  readonly idsByExternalId: ReadonlyMap<string, string>;
  readonly subjectsByIndex: ReadonlyMap<string, Subject>;
  readonly subjectsById: ReadonlyMap<string, Subject>;
}

/** Works out what storing a batch of messages comes to: once before the transaction, and in it once more. */
export class MessagePlans {
  readonly #phone = personalFieldsOf("Customer").find(({ sealed }) => sealed.property === "phone");

  constructor(
    private readonly parts: LifecycleParts,
    private readonly vault: Vault,
    private readonly customers: Customers,
  ) {}

  /** Looks at what is there already; makes rows, and writes nothing. */
  async make(manager: EntityManager, batch: Batch, erased: ErasedAmong): Promise<Plan> {
    const { messages, tenantId } = batch;
    const found = await this.#indexesOf(messages);
    const known = await this.#look(manager, batch, found, erased);
    const newCustomers = new Map<string, Customer>();
    const made: NewMessage[] = [];
    const stored = new Map(known.idsByExternalId);
    const outcomes = messages.map((message, i): StoredMessage => {
      const { externalId, body } = message;
      const duplicateOf = stored.get(externalId);
      if (duplicateOf !== undefined)
        return { externalId, id: duplicateOf, bodyStored: true, reason: null, duplicate: true };
      const subject = this.#subjectOf(message, found[i]?.index ?? "", known, newCustomers, batch);
      if (subject === undefined || subject.erased) {
        const reason = subject === undefined ? "NOT_FOUND" : "ERASED";
        return { externalId, id: null, bodyStored: false, reason, duplicate: false };
      }
      const row = this.#row(message, tenantId, subject.id);
      made.push({ row, order: { tenantId, customerId: subject.id, body, customer: subject.known } });
      stored.set(externalId, row.id);
      return { externalId, id: row.id, bodyStored: true, reason: null, duplicate: false };
    });
    return { outcomes, made, newCustomers: [...newCustomers.values()] };
  }

  async #indexesOf(messages: readonly IncomingMessage[]): Promise<readonly IndexedValue[]> {
    const phone = this.#phone?.sealed;
    if (phone === undefined) throw new Error("Customer.phone is not a sealed field");
    const indexes = await this.vault.indexes.now();
    return messages.map(({ customerNumber }) => indexes.find(phone, customerNumber));
  }

  /** What is there already, in three statements whatever the size of the batch. */
  async #look(
    manager: EntityManager,
    { messages, tenantId }: Batch,
    found: readonly IndexedValue[],
    erasedOf: ErasedAmong,
  ): Promise<Known> {
    const externalIds = messages.map(({ externalId }) => externalId);
    const customerIds = messages.flatMap(({ customerId }) => customerId ?? []);
    const select = { id: true, status: true, country: true, nameCt: true } as const;
    const known = await manager.find(Message, {
      select: { id: true, externalId: true },
      where: { tenantId, externalId: In(externalIds) },
    });
    // One property for all of them: they were made by one state of the indexes.
    const property = found[0]?.property === "phoneBi2" ? "phoneBi2" : "phoneBi";
    const byIndex = await manager.find(Customer, {
      select: { ...select, [property]: true },
      where: { tenantId, [property]: In([...new Set(found.map(({ index }) => index))]) },
    });
    const byId =
      customerIds.length === 0
        ? []
        : await manager.find(Customer, { select, where: { tenantId, id: In(customerIds) } });
    const erased = await erasedOf([...new Set([...byIndex, ...byId].map(({ id }) => id))]);
    const subject = (row: Customer): Subject => ({
      id: row.id,
      erased: row.status === "ERASED" || erased.has(row.id),
      known: knownOf(row),
    });
    return {
      idsByExternalId: new Map(known.map(({ externalId, id }) => [externalId, id])),
      subjectsByIndex: new Map(byIndex.map((row) => [row[property] ?? "", subject(row)])),
      subjectsById: new Map(byId.map((row) => [row.id, subject(row)])),
    };
  }

  /** The customer of a message: the one it names, the one with its number, or a new one. */
  #subjectOf(
    message: IncomingMessage,
    index: string,
    known: Known,
    newCustomers: Map<string, Customer>,
    { tenantId, newIds }: Batch,
  ): Subject | undefined {
    if (message.customerId !== null) return known.subjectsById.get(message.customerId.toLowerCase());
    const found = known.subjectsByIndex.get(index);
    if (found !== undefined) return found;
    let made = newCustomers.get(index);
    if (made === undefined) {
      made = this.customers.blank(tenantId);
      made.id = newIds.get(index) ?? made.id;
      newIds.set(index, made.id);
      made.phone = message.customerNumber;
      newCustomers.set(index, made);
    }
    return { id: made.id, erased: false, known: NOTHING_KNOWN };
  }

  #row(message: IncomingMessage, tenantId: string, customerId: string): Message {
    const row = new Message();
    row.id = this.parts.newId();
    row.tenantId = tenantId;
    row.customerId = customerId;
    row.externalId = message.externalId;
    row.direction = message.direction;
    row.senderId = message.senderId;
    row.customerNumber = message.customerNumber;
    row.body = message.body;
    row.bodyStored = true;
    row.status = message.status;
    row.encoding = message.encoding;
    row.segments = message.segments;
    row.errorCode = message.errorCode;
    row.sentAt = message.sentAt;
    row.deliveredAt = message.deliveredAt;
    row.legalHold = false;
    return row;
  }
}
