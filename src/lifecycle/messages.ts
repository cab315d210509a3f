import { In, type EntityManager } from "typeorm";
import { z } from "zod";
import { insertInBatches } from "../database/insert";
import { erasedAmong } from "../database/subject-lock";
import { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import { Message } from "../domain/message";
import type { MessageStatus } from "../domain/vocabulary";
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
import { MessagePlans, type Batch } from "./message-plan";
import type { Twins } from "./twins";
import { TwinsAhead } from "./twins-ahead";
import { countSubjects, type RecordWrite } from "./write-record";

/** How many messages one call may bring. */
const LARGEST_BATCH = 1_000;

const ATTEMPTS = 3;

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
  readonly #plans: MessagePlans;

  constructor(
    private readonly parts: LifecycleParts,
    private readonly vault: Vault,
    customers: Customers,
    private readonly twins: Twins,
  ) {
    this.#plans = new MessagePlans(parts, vault, customers);
  }

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
    const twins = new TwinsAhead(this.twins);
    for (let attempt = 1; ; attempt += 1) {
      const batch = { messages, tenantId, newIds: new Map<string, string>() };
      try {
        const known = await this.#makeTwins(batch, twins);
        return await this.parts.data.write((manager) => this.#storeIn(manager, batch, known, twins, record));
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

  /** Makes the twins of what is likely to be stored, under no lock, and answers which customers are known already. */
  async #makeTwins(batch: Batch, twins: TwinsAhead): Promise<readonly string[]> {
    const known: string[] = [];
    const { made } = await this.parts.data.read((manager) =>
      this.#plans.make(manager, batch, (ids) => {
        known.push(...ids);
        return Promise.resolve(new Set());
      }),
    );
    await twins.make(made.map(({ order }) => order));
    return known;
  }

  async #storeIn(
    manager: EntityManager,
    batch: Batch,
    knownIds: readonly string[],
    twins: TwinsAhead,
    record: RecordWrite,
  ): Promise<StoredMessage[]> {
    // Locked before anything is read, so that no name that is given meanwhile comes in between.
    const erased = await erasedAmong(manager, knownIds);
    const locked = new Set(knownIds);
    const { outcomes, made, newCustomers } = await this.#plans.make(manager, batch, async (ids) => {
      const others = ids.filter((id) => !locked.has(id));
      return new Set([...erased, ...(await erasedAmong(manager, others))]);
    });
    for (const { row, order } of made) twins.give(row, order);
    const rows = made.map(({ row }) => row);
    await this.#insert(manager, newCustomers, rows);
    const subjects = countSubjects(rows.map(({ customerId }) => customerId));
    if (rows.length > 0) await record({ type: "Message", fields: ["customerNumber", "body"], subjects });
    return outcomes;
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
