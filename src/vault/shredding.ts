import { areEqual, hmac } from "../crypto/derive";
import { FieldwardError } from "../domain/errors";
import { NO_SUBJECT } from "../domain/subject";
import type { KeyRing } from "./key-ring";

/** The order to destroy one customer's keys. Ids and a time; nothing in it tells who the customer was. */
export interface ShredOrder {
  readonly id: string;
  readonly subjectId: string;
  readonly tenantId: string | null;
  /** The id of the principal, or `operator` for the command line. */
  readonly orderedBy: string;
  readonly atMs: number;
  /** HMAC-SHA-256 over all of the above in hex, under a root key of its own: what somebody else wrote is no order. */
  readonly mac: string;
}

/** An order in the vault's ledger, and whether it has been carried out to the end. */
export interface LedgerOrder extends ShredOrder {
  readonly done: boolean;
}

/** The ledger in the vault database: what was ordered, and whether it has been carried out to the end. */
export interface ShredLedger {
  /** Does nothing, by the right to do all the rest. Throws where that is missing. */
  prove(): Promise<void>;
  /** Destroys the subject's keys and notes the order, in one transaction. Doing it twice is doing it once. */
  destroy(order: ShredOrder): Promise<void>;
  /** Notes that every sealed value of the subject is gone. */
  complete(orderId: string, atMs: number): Promise<void>;
  orders(): Promise<readonly LedgerOrder[]>;
  ordersOf(subjectId: string): Promise<readonly LedgerOrder[]>;
  /** The subjects of the ledger that have keys: a table came back from a backup. */
  revived(): Promise<readonly string[]>;
  /** How many orders before this time are carried out to the end. */
  countDone(beforeMs: number): Promise<number>;
}

/** The copy of the ledger in the audit database, where nothing can be taken back and a restored vault changes nothing. */
export interface ShredNotes {
  /** Notes an order; one that is there already stays. */
  add(order: ShredOrder): Promise<void>;
  orders(sinceMs: number): Promise<readonly ShredOrder[]>;
  ordersOf(subjectId: string): Promise<readonly ShredOrder[]>;
  count(beforeMs: number): Promise<number>;
}

/** The data database, as shredding needs it. */
export interface ShreddableData {
  /** The tenant of a customer; undefined: there is none. */
  tenantOf(subjectId: string): Promise<string | undefined>;
  /**
   * Nulls every envelope and every blind index of a subject and marks it erased, in one transaction; `record` is awaited
   * before it commits. Answers how many rows that concerned.
   */
  clear(subjectId: string, record: (rows: number) => Promise<void>): Promise<number>;
  /** Which of these are there and not marked erased: a restored database has them again. */
  notErased(subjectIds: readonly string[]): Promise<readonly string[]>;
}

export interface ShredderParts {
  readonly ledger: ShredLedger;
  readonly notes: ShredNotes;
  readonly data: ShreddableData;
  readonly keyRing: KeyRing;
  /** Puts a shredding on the access log. */
  readonly record: (order: ShredOrder, rows: number) => Promise<void>;
  /** The root key that orders are signed with. */
  readonly macKey: Uint8Array;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** The MAC of an order. */
function macOf(key: Uint8Array, order: Omit<ShredOrder, "mac">): string {
  const { id, subjectId, tenantId, orderedBy, atMs } = order;
  return hmac(key, JSON.stringify([id, subjectId, tenantId, orderedBy, atMs])).toString("hex");
}

/** An order with its MAC. */
export function signOrder(key: Uint8Array, order: Omit<ShredOrder, "mac">): ShredOrder {
  return { ...order, mac: macOf(key, order) };
}

/** The orders of both ledgers, each once, and the ids of those that have been carried out to the end. */
function joined(noted: readonly ShredOrder[], known: readonly LedgerOrder[]) {
  const all: ReadonlyMap<string, ShredOrder> = new Map(
    [...noted, ...known].map((order) => [order.id, order]),
  );
  return { all: [...all.values()], done: new Set(known.filter((order) => order.done).map(({ id }) => id)) };
}

const CLEAR_ATTEMPTS = 3;

/** What a shredding did. */
export interface Shredded {
  readonly subjectId: string;
  /** Rows whose sealed values were nulled. */
  readonly rows: number;
  /** From then on no process can have the keys in memory; every other copy of the data has been unreadable since `at`. */
  readonly effectiveBy: Date;
}

/**
 * Destroys a customer's keys, so that every copy of its sealed values is unreadable, and then the values.
 *
 * The order of steps is what makes it safe to be cut off anywhere: the order is noted in the audit database before anything
 * is destroyed, and whatever has not been carried out is by `replay`. What it does not reach are backups that hold the
 * wrapped key together with the key-encryption key that it is under: those end with that key.
 *
 * @see GDPR Art. 17(1), NIST SP 800-88 Rev. 1 §2.6 (cryptographic erase)
 */
export class Shredder {
  constructor(private readonly parts: ShredderParts) {}

  /**
   * @param tenantId confines it to one tenant's customers; null: any
   * @throws FieldwardError NOT_FOUND; AUDIT_UNAVAILABLE, VAULT_UNAVAILABLE or DATABASE_UNAVAILABLE where a step could not be
   * done: done again, it goes on there
   */
  async shred(subjectId: string, tenantId: string | null, orderedBy: string): Promise<Shredded> {
    const owner = subjectId === NO_SUBJECT ? undefined : await this.parts.data.tenantOf(subjectId);
    if (owner === undefined || (tenantId !== null && owner !== tenantId))
      throw new FieldwardError("NOT_FOUND", "There is no such customer.");
    // Once it is noted it has to be done: until then no gateway serves. So first the rights to do it.
    await this.parts.ledger.prove();
    // One that was cut off is gone on with: a second order would leave the first one open for ever.
    const open = await this.#openOrdersOf(subjectId);
    const orders = open.length > 0 ? open : [await this.#order(subjectId, owner, orderedBy)];
    let shredded: Shredded | undefined;
    for (const order of orders) shredded = await this.#carryOut(order);
    if (shredded === undefined) throw new Error("there is at least one order");
    return shredded;
  }

  /**
   * Carries out every order that the two ledgers hold and whose effect is not there: the vault or the data came back from a
   * backup, or a shredding was cut off.
   *
   * @param report is told after each
   */
  async replay(report: (done: number, total: number) => void): Promise<readonly Shredded[]> {
    const orders = await this.pending();
    const shredded: Shredded[] = [];
    for (const order of orders) {
      shredded.push(await this.#carryOut(order));
      report(shredded.length, orders.length);
    }
    return shredded;
  }

  /**
   * The orders of either ledger whose effect is not there. What only the vault's ledger knows, since the audit database came
   * back from a backup, is noted there again.
   */
  async pending(): Promise<readonly ShredOrder[]> {
    const { notes, ledger, data } = this.parts;
    const { noted, known } = this.#genuine(await notes.orders(0), await ledger.orders());
    const isNoted = new Set(noted.map(({ id }) => id));
    for (const order of known) if (!isNoted.has(order.id)) await notes.add(order);
    const { all, done } = joined(noted, known);
    const back = new Set([
      ...(await ledger.revived()),
      ...(await data.notErased(all.map(({ subjectId }) => subjectId))),
    ]);
    return all.filter(({ id, subjectId }) => !done.has(id) || back.has(subjectId));
  }

  /** Whether an order was given by this installation: a row that somebody else wrote destroys nothing and stops nothing. */
  isGenuine(order: ShredOrder): boolean {
    return areEqual(Buffer.from(macOf(this.parts.macKey, order)), Buffer.from(order.mac));
  }

  async #order(subjectId: string, tenantId: string, orderedBy: string): Promise<ShredOrder> {
    const order = { id: this.parts.newId(), subjectId, tenantId, orderedBy, atMs: this.parts.clock() };
    const signed = signOrder(this.parts.macKey, order);
    await this.parts.notes.add(signed);
    return signed;
  }

  async #openOrdersOf(subjectId: string): Promise<readonly ShredOrder[]> {
    const { notes, ledger } = this.parts;
    const { noted, known } = this.#genuine(await notes.ordersOf(subjectId), await ledger.ordersOf(subjectId));
    const { all, done } = joined(noted, known);
    return all.filter(({ id }) => !done.has(id));
  }

  #genuine(noted: readonly ShredOrder[], known: readonly LedgerOrder[]) {
    const genuine = (order: ShredOrder): boolean => this.isGenuine(order);
    return { noted: noted.filter(genuine), known: known.filter(genuine) };
  }

  /** Empties the rows of a subject, again where a lock was in the way. */
  async #clear(order: ShredOrder): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.parts.data.clear(order.subjectId, (count) => this.parts.record(order, count));
      } catch (error) {
        const passes = error instanceof FieldwardError && error.code === "DATABASE_UNAVAILABLE";
        if (!passes || attempt === CLEAR_ATTEMPTS) throw error;
      }
    }
  }

  async #carryOut(order: ShredOrder): Promise<Shredded> {
    const { ledger, keyRing, clock } = this.parts;
    await ledger.destroy(order);
    const destroyedAtMs = clock();
    keyRing.shred(order.subjectId);
    const rows = await this.#clear(order);
    await ledger.complete(order.id, clock());
    return { subjectId: order.subjectId, rows, effectiveBy: new Date(destroyedAtMs + keyRing.ttlMs) };
  }
}
