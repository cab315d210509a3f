import { In, type EntityManager } from "typeorm";
import { z } from "zod";
import { insertInBatches } from "../database/insert";
import { erasedAmong } from "../database/subject-lock";
import { personalFieldsOf } from "../domain/classified";
import { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import { Message } from "../domain/message";
import type { MessageStatus } from "../domain/vocabulary";
import type { IndexedValue } from "../vault/blind-indexes";
import type { Vault } from "../vault/vault";
import type { Customers, LifecycleParts } from "./customers";
import { checked } from "./input";
import {
  incomingMessage,
  statusChange,
  type IncomingMessage,
  type StatusChange,
  type StoredMessage,
} from "./message-input";
import { knownOf, NOTHING_KNOWN, type KnownCustomer, type Twins } from "./twins";
import { countSubjects, type RecordWrite } from "./write-record";

/** How many messages one call may bring. */
const LARGEST_BATCH = 1_000;

const ATTEMPTS = 3;

interface Subject {
  readonly id: string;
  readonly erased: boolean;
  readonly known: KnownCustomer;
}

/** A message that is to be stored, with what its twin is made of. */
interface NewMessage {
  readonly row: Message;
  readonly body: string;
  readonly customer: KnownCustomer;
}

/** A batch with what the database already knows of it. */
interface Known {
  readonly idsByExternalId: ReadonlyMap<string, string>;
  readonly subjectsByIndex: ReadonlyMap<string, Subject>;
  readonly subjectsById: ReadonlyMap<string, Subject>;
}

/** How far on its way a message is. Receipts arrive in any order. */
const PROGRESS: Readonly<Record<MessageStatus, number>> = {
  QUEUED: 0,
  SENT: 1,
  DELIVERED: 2,
  UNDELIVERED: 2,
  FAILED: 2,
  RECEIVED: 2,
};

/** Whether a receipt tells of an earlier stage than what is known: it must not take "delivered" back to "sent". */
function isLate(known: MessageStatus | null, told: MessageStatus): boolean {
  return known !== null && PROGRESS[told] < PROGRESS[known];
}

/** Stores messages and their delivery receipts. Everything happens within one tenant. */
export class Messages {
  readonly #phone = personalFieldsOf("Customer").find(({ sealed }) => sealed.property === "phone");

  constructor(
    private readonly parts: LifecycleParts,
    private readonly vault: Vault,
    private readonly customers: Customers,
    private readonly twins: Twins,
  ) {}

  /**
   * Checks messages that come in; one that is wrong refuses the batch, with its place in it.
   *
   * @throws FieldwardError BAD_USER_INPUT
   */
  check(input: unknown): IncomingMessage[] {
    return checked(
      z.array(incomingMessage).max(LARGEST_BATCH, `has at most ${String(LARGEST_BATCH)} messages`),
      input,
    );
  }

  /**
   * Stores messages, all or none. Idempotent by (tenant, external id): what is there already is answered as a duplicate.
   * A number that no customer has becomes a new customer.
   */
  async store(
    messages: readonly IncomingMessage[],
    tenantId: string,
    record: RecordWrite,
  ): Promise<StoredMessage[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.parts.data.write((manager) => this.#storeIn(manager, messages, tenantId, record));
      } catch (error) {
        // Another call stored the same message or made the same customer at this moment: look again.
        const raced = error instanceof FieldwardError && error.code === "CONFLICT";
        if (!raced || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Notes what became of messages. Unknown ids are reported, not created; a receipt that comes late changes nothing and is
   * answered as a duplicate.
   */
  async updateStatuses(input: unknown, tenantId: string, record: RecordWrite): Promise<StoredMessage[]> {
    const changes = checked(z.array(statusChange).max(LARGEST_BATCH), input);
    return this.parts.data.write(async (manager) => {
      const externalIds = changes.map(({ externalId }) => externalId);
      const found = await manager.find(Message, {
        select: { id: true, externalId: true, customerId: true, bodyStored: true, status: true },
        where: { tenantId, externalId: In(externalIds) },
      });
      const byExternalId = new Map(found.map((row) => [row.externalId, row]));
      const outcomes: StoredMessage[] = [];
      for (const receipt of changes) {
        const row = byExternalId.get(receipt.externalId);
        const { externalId } = receipt;
        if (row === undefined) {
          outcomes.push({ externalId, id: null, bodyStored: false, reason: "NOT_FOUND", duplicate: false });
          continue;
        }
        const late = isLate(row.status, receipt.status);
        if (!late) await this.#applyReceipt(manager, row, receipt);
        outcomes.push({ externalId, id: row.id, bodyStored: row.bodyStored, reason: null, duplicate: late });
      }
      const subjects = countSubjects(found.map(({ customerId }) => customerId));
      await record({ type: "Message", fields: ["status"], subjects });
      return outcomes;
    });
  }

  /** Sets what the receipt says; what it leaves out stays. */
  async #applyReceipt(manager: EntityManager, row: Message, receipt: StatusChange): Promise<void> {
    const { status, errorCode, deliveredAt } = receipt;
    row.status = status;
    const said = {
      ...(errorCode === null ? {} : { errorCode }),
      ...(deliveredAt === null ? {} : { deliveredAt }),
    };
    await manager.update(Message, { id: row.id }, { status, ...said });
  }

  async #storeIn(
    manager: EntityManager,
    messages: readonly IncomingMessage[],
    tenantId: string,
    record: RecordWrite,
  ): Promise<StoredMessage[]> {
    const found = await this.#indexesOf(messages);
    const indexes = found.map(({ index }) => index);
    const known = await this.#look(manager, messages, found, tenantId);
    const newCustomers = new Map<string, Customer>();
    const made: NewMessage[] = [];
    const stored = new Map(known.idsByExternalId);
    const outcomes = messages.map((message, i): StoredMessage => {
      const { externalId } = message;
      const duplicateOf = stored.get(externalId);
      if (duplicateOf !== undefined)
        return { externalId, id: duplicateOf, bodyStored: true, reason: null, duplicate: true };
      const subject = this.#subjectOf(message, indexes[i] ?? "", known, newCustomers, tenantId);
      if (subject === undefined || subject.erased) {
        const reason = subject === undefined ? "NOT_FOUND" : "ERASED";
        return { externalId, id: null, bodyStored: false, reason, duplicate: false };
      }
      const row = this.#row(message, tenantId, subject.id);
      made.push({ row, body: message.body, customer: subject.known });
      stored.set(externalId, row.id);
      return { externalId, id: row.id, bodyStored: true, reason: null, duplicate: false };
    });
    const rows = await this.#withTwins(made);
    await this.#insert(manager, [...newCustomers.values()], rows);
    const subjects = countSubjects(rows.map(({ customerId }) => customerId));
    if (rows.length > 0) await record({ type: "Message", fields: ["customerNumber", "body"], subjects });
    return outcomes;
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
    messages: readonly IncomingMessage[],
    found: readonly IndexedValue[],
    tenantId: string,
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
    const erased = await erasedAmong(manager, [...new Set([...byIndex, ...byId].map(({ id }) => id))]);
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
    tenantId: string,
  ): Subject | undefined {
    if (message.customerId !== null) return known.subjectsById.get(message.customerId.toLowerCase());
    const found = known.subjectsByIndex.get(index);
    if (found !== undefined) return found;
    let made = newCustomers.get(index);
    if (made === undefined) {
      made = this.customers.blank(tenantId);
      made.phone = message.customerNumber;
      newCustomers.set(index, made);
    }
    return { id: made.id, erased: false, known: NOTHING_KNOWN };
  }

  async #withTwins(made: readonly NewMessage[]): Promise<Message[]> {
    const twins = await this.twins.make(
      made.map(({ row: { tenantId, customerId }, ...rest }) => ({ tenantId, customerId, ...rest })),
    );
    return made.map(({ row }, i) => {
      const twin = twins[i];
      row.bodyTwin = twin?.text ?? null;
      // What was late is tried once more later, with all those that have no version.
      row.twinVersion = twin?.isLate === true ? null : this.twins.version;
      return row;
    });
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

  async #insert(
    manager: EntityManager,
    customers: readonly Customer[],
    rows: readonly Message[],
  ): Promise<void> {
    if (customers.length > 0) await this.vault.keyRing.create(customers);
    await insertInBatches(manager, Customer, customers);
    await insertInBatches(manager, Message, rows);
  }
}
