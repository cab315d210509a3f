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
}

/** The ledger in the vault database: what was ordered, and whether it has been carried out to the end. */
export interface ShredLedger {
  /** Destroys the subject's keys and notes the order, in one transaction. Doing it twice is doing it once. */
  destroy(order: ShredOrder): Promise<void>;
  /** Notes that every sealed value of the subject is gone. */
  complete(orderId: string, atMs: number): Promise<void>;
  orders(): Promise<readonly (ShredOrder & { readonly done: boolean })[]>;
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
  readonly newId: () => string;
  readonly clock: () => number;
}

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
    const order = {
      id: this.parts.newId(),
      subjectId,
      tenantId: owner,
      orderedBy,
      atMs: this.parts.clock(),
    };
    await this.parts.notes.add(order);
    return this.#carryOut(order);
  }

  /**
   * Carries out every order that the two ledgers hold and whose effect is not there: the vault or the data came back from a
   * backup, or a shredding was cut off.
   *
   * @param report is told after each
   */
  async replay(report: (done: number, total: number) => void): Promise<readonly Shredded[]> {
    await this.noteAll();
    const orders = await this.pending();
    const shredded: Shredded[] = [];
    for (const order of orders) {
      shredded.push(await this.#carryOut(order));
      report(shredded.length, orders.length);
    }
    return shredded;
  }

  /** Notes in the audit database what only the vault's ledger knows, since the audit database came back from a backup. */
  async noteAll(): Promise<void> {
    const noted = new Set((await this.parts.notes.orders(0)).map(({ id }) => id));
    for (const order of await this.parts.ledger.orders()) {
      if (!noted.has(order.id)) await this.parts.notes.add(order);
    }
  }

  /** The orders of either ledger whose effect is not there. */
  async pending(): Promise<readonly ShredOrder[]> {
    const noted = await this.parts.notes.orders(0);
    const known = await this.parts.ledger.orders();
    const done = new Set(known.filter((order) => order.done).map(({ id }) => id));
    const all = new Map([...noted, ...known].map((order) => [order.id, order]));
    const back = new Set([
      ...(await this.parts.ledger.revived()),
      ...(await this.parts.data.notErased([...all.values()].map((order) => order.subjectId))),
    ]);
    return [...all.values()].filter(({ id, subjectId }) => !done.has(id) || back.has(subjectId));
  }

  async #carryOut(order: ShredOrder): Promise<Shredded> {
    const { ledger, keyRing, data, record, clock } = this.parts;
    await ledger.destroy(order);
    const destroyedAtMs = clock();
    keyRing.shred(order.subjectId);
    const rows = await data.clear(order.subjectId, (count) => record(order, count));
    await ledger.complete(order.id, clock());
    return { subjectId: order.subjectId, rows, effectiveBy: new Date(destroyedAtMs + keyRing.ttlMs) };
  }
}
