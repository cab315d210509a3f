import { In, type EntityManager } from "typeorm";
import type { DataStore } from "../database/databases";
import { erasedAmong, forUpdate } from "../database/subject-lock";
import { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import { Message } from "../domain/message";
import { knownOf, type TwinOrder, type Twins } from "./twins";

/** What became of some messages whose twins were to be made again. */
export interface RenewedTwins {
  /** Dealt with, with a twin or without. */
  readonly made: number;
  /** Of these, those whose text could not be anonymised: it is withheld. */
  readonly withheld: number;
  /** Left alone, since they were changed or erased meanwhile. */
  readonly moved: number;
  /** Left alone, since their text could not be opened. */
  readonly failed: number;
}

/** A message as it was read, and what its twin is made of; null: it has no text. */
interface Seen {
  readonly row: Message;
  readonly order: TwinOrder | null;
}

const SELECT = { id: true, tenantId: true, customerId: true, bodyCt: true, twinVersion: true } as const;

/** Makes the twins of some messages again: anonymises without holding a lock, and writes where nothing has changed since. */
export class TwinBatch {
  constructor(
    private readonly data: DataStore,
    private readonly twins: Twins,
  ) {}

  /** The version that twins get. */
  get version(): number {
    return this.twins.version;
  }

  /** @throws FieldwardError DATABASE_UNAVAILABLE */
  async renew(ids: readonly string[]): Promise<RenewedTwins> {
    const seen = await this.#read(ids);
    const withText = seen.filter(({ order }) => order !== null);
    const texts = await this.twins.make(withText.flatMap(({ order }) => order ?? []));
    const twins = new Map(withText.map(({ row }, i) => [row.id, texts[i]?.text ?? null]));
    const written = seen.length === 0 ? [] : await this.#write(seen, twins);
    return {
      made: written.length,
      withheld: written.filter((id) => twins.get(id) === null).length,
      moved: seen.length - written.length,
      failed: ids.length - seen.length,
    };
  }

  /** The messages as they are, without those whose text cannot be opened. */
  async #read(ids: readonly string[]): Promise<readonly Seen[]> {
    try {
      return await this.data.read(async (manager) => {
        const rows = await manager.find(Message, { select: SELECT, where: { id: In([...ids]) } });
        const customerIds = [...new Set(rows.map(({ customerId }) => customerId))];
        const select = { id: true, country: true, nameCt: true } as const;
        const customers = await manager.find(Customer, { select, where: { id: In(customerIds) } });
        const byId = new Map(customers.map((customer) => [customer.id, customer]));
        return rows.flatMap((row) => seenOf(row, byId) ?? []);
      });
    } catch (error) {
      // The keys of none of them can be had: others may be under another provider's key.
      if (error instanceof FieldwardError && error.code === "VAULT_UNAVAILABLE") return [];
      throw error;
    }
  }

  /** Writes those that are as they were, and answers their ids. */
  #write(seen: readonly Seen[], twins: ReadonlyMap<string, string | null>): Promise<readonly string[]> {
    return this.data.write(async (manager) => {
      // Customers first, as shredding does; and a customer whose keys are gone by now is erased by then.
      const erased = await erasedAmong(manager, [...new Set(seen.map(({ row }) => row.customerId))]);
      const current = await currentRows(manager, seen);
      const changed = seen.flatMap(({ row, order }) => {
        const now = current.get(row.id);
        if (now === undefined || !isSame(now, row) || (order !== null && erased.has(row.customerId)))
          return [];
        now.bodyTwin = twins.get(row.id) ?? null;
        now.twinVersion = this.version;
        return [now];
      });
      await manager.save(changed);
      return changed.map(({ id }) => id);
    });
  }
}

/** A message with what its twin is made of; undefined where its text cannot be opened. */
function seenOf(row: Message, customers: ReadonlyMap<string, Customer>): Seen | undefined {
  const { tenantId, customerId } = row;
  const customer = customers.get(customerId);
  if (row.bodyCt === null || customer === undefined) return { row, order: null };
  try {
    const { body } = row;
    return body === null
      ? { row, order: null }
      : { row, order: { tenantId, customerId, body, customer: knownOf(customer) } };
  } catch (error) {
    if (error instanceof FieldwardError) return undefined;
    throw error;
  }
}

async function currentRows(
  manager: EntityManager,
  seen: readonly Seen[],
): Promise<ReadonlyMap<string, Message>> {
  const where = { id: In(seen.map(({ row }) => row.id)) };
  const rows = await manager.find(Message, { select: SELECT, where, ...forUpdate(manager) });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Whether text and version are what they were: compared by the envelope, so that even one sealed anew is left alone. */
function isSame(now: Message, before: Message): boolean {
  if (now.twinVersion !== before.twinVersion) return false;
  if (now.bodyCt === null || before.bodyCt === null) return now.bodyCt === before.bodyCt;
  return Buffer.compare(now.bodyCt, before.bodyCt) === 0;
}
