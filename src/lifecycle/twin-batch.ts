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
  /** Left alone with the twin that they have, since their text could not be opened or the detector failed or was late. */
  readonly failed: number;
  /** Left alone, since their customer is restricted: their data are to be stored and nothing else. */
  readonly restricted: number;
}

/** A message as it was read, and what its twin is made of; null: it has no text. */
interface Seen {
  readonly row: Message;
  readonly customer: Customer | undefined;
  readonly order: TwinOrder | null;
}

interface Read {
  readonly seen: readonly Seen[];
  readonly restricted: number;
}

const SELECT = { id: true, tenantId: true, customerId: true, bodyCt: true, twinVersion: true } as const;
const OF_CUSTOMER = { id: true, status: true, country: true, nameCt: true } as const;

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

  /**
   * Makes them again, or those until the signal: the others count nowhere.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE
   */
  async renew(ids: readonly string[], signal: AbortSignal): Promise<RenewedTwins> {
    const { seen, restricted } = await this.#read(ids);
    const withText = seen.filter(({ order }) => order !== null);
    const orders = withText.flatMap(({ order }) => order ?? []);
    const made = await this.twins.make(orders, this.twins.pace(Infinity, signal));
    const twins = new Map(withText.map(({ row }, i) => [row.id, made[i]]));
    // An older twin is better than none: whoever is late keeps it, and is tried again by the next run.
    const done = seen.filter(({ row }) => twins.get(row.id)?.isLate !== true);
    const texts = new Map(withText.map(({ row }) => [row.id, twins.get(row.id)?.text ?? null]));
    const written = done.length === 0 ? [] : await this.#write(done, texts);
    return {
      made: written.length,
      withheld: written.filter((id) => texts.get(id) === null).length,
      moved: done.length - written.length,
      failed: ids.length - restricted - (signal.aborted ? seen.length : done.length),
      restricted,
    };
  }

  /** The messages as they are, without those whose text cannot be opened. */
  async #read(ids: readonly string[]): Promise<Read> {
    try {
      return await this.data.read(async (manager) => {
        const rows = await manager.find(Message, { select: SELECT, where: { id: In([...ids]) } });
        const customers = await customersOf(manager, rows);
        const free = rows.filter(({ customerId }) => customers.get(customerId)?.status !== "RESTRICTED");
        const seen = free.flatMap((row) => seenOf(row, customers.get(row.customerId)) ?? []);
        return { seen, restricted: rows.length - free.length };
      });
    } catch (error) {
      // The keys of none of them can be had: others may be under another provider's key.
      if (error instanceof FieldwardError && error.code === "VAULT_UNAVAILABLE")
        return { seen: [], restricted: 0 };
      throw error;
    }
  }

  /** Writes those that are as they were, and answers their ids. */
  #write(seen: readonly Seen[], twins: ReadonlyMap<string, string | null>): Promise<readonly string[]> {
    return this.data.write(async (manager) => {
      const rows = seen.map(({ row }) => row);
      // Customers first, as shredding does; and a customer whose keys are gone by now is erased by then.
      const erased = await erasedAmong(manager, [...new Set(rows.map(({ customerId }) => customerId))]);
      // Behind their locks, so that no name comes in between.
      const customers = await customersOf(manager, rows);
      const current = await currentRows(manager, rows);
      const changed = seen.flatMap(({ row, customer, order }) => {
        const now = current.get(row.id);
        if (now === undefined || !isSame(now, row) || (order !== null && erased.has(row.customerId)))
          return [];
        if (!isSameCustomer(customers.get(row.customerId), customer)) return [];
        now.bodyTwin = twins.get(row.id) ?? null;
        now.twinVersion = this.version;
        return [now];
      });
      await manager.save(changed);
      return changed.map(({ id }) => id);
    });
  }
}

async function customersOf(
  manager: EntityManager,
  rows: readonly Message[],
): Promise<ReadonlyMap<string, Customer>> {
  const where = { id: In([...new Set(rows.map(({ customerId }) => customerId))]) };
  const customers = await manager.find(Customer, { select: OF_CUSTOMER, where });
  return new Map(customers.map((customer) => [customer.id, customer]));
}

/** A message with what its twin is made of; undefined where its text cannot be opened. */
function seenOf(row: Message, customer: Customer | undefined): Seen | undefined {
  const { tenantId, customerId } = row;
  if (row.bodyCt === null || customer === undefined) return { row, customer, order: null };
  try {
    const { body } = row;
    const order = body === null ? null : { tenantId, customerId, body, customer: knownOf(customer) };
    return { row, customer, order };
  } catch (error) {
    if (error instanceof FieldwardError) return undefined;
    throw error;
  }
}

async function currentRows(
  manager: EntityManager,
  rows: readonly Message[],
): Promise<ReadonlyMap<string, Message>> {
  const where = { id: In(rows.map(({ id }) => id)) };
  const found = await manager.find(Message, { select: SELECT, where, ...forUpdate(manager) });
  return new Map(found.map((row) => [row.id, row]));
}

/** Whether text and version are what they were: compared by the envelope, so that even one sealed anew is left alone. */
function isSame(now: Message, before: Message): boolean {
  if (now.twinVersion !== before.twinVersion) return false;
  return isSameEnvelope(now.bodyCt, before.bodyCt);
}

/** Whether what is known of a customer is what it was, and it may still be used. */
function isSameCustomer(now: Customer | undefined, before: Customer | undefined): boolean {
  if (now === undefined || before === undefined) return now === before;
  if (now.status !== before.status || now.country !== before.country) return false;
  return isSameEnvelope(now.nameCt, before.nameCt);
}

function isSameEnvelope(now: Uint8Array | null, before: Uint8Array | null): boolean {
  if (now === null || before === null) return now === before;
  return Buffer.compare(now, before) === 0;
}
