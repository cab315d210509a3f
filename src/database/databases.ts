import type { DataSource, EntityManager } from "typeorm";
import { asDatabaseError } from "./faults";
import { rowSource, type Sql } from "./rows";

/**
 * The data database as two doors: one to read, one to write.
 *
 * On MySQL they are one pool. On SQLite they are two connections, the reader unable to write: TypeORM shares a single
 * SQLite connection between all callers, so that a reader would see what a transaction has not committed, and a second
 * transaction would silently become a savepoint of the first. There, writes also queue up behind one another.
 */
export class DataStore {
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(
    readonly reader: DataSource,
    readonly writer: DataSource,
  ) {}

  /**
   * Runs some work in one transaction. It commits when the work resolves and rolls back when it throws.
   *
   * @throws FieldwardError: what the work threw, or DATABASE_UNAVAILABLE, CONFLICT or INTERNAL
   */
  async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      try {
        return await this.writer.transaction(work);
      } catch (error) {
        throw asDatabaseError(error);
      }
    };
    return this.inTurn(run);
  }

  /**
   * Runs one statement on rows that hold nothing sealed, in a transaction of its own.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE, CONFLICT or INTERNAL
   */
  async run(sql: Sql): Promise<void> {
    return this.inTurn(() => rowSource(this.writer).run(sql));
  }

  /** Does what writes by the writer itself: on SQLite once no other write is under way, elsewhere at once. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.reader === this.writer) return work();
    const mine = this.#lastWrite.then(work, work);
    this.#lastWrite = mine.catch(() => undefined);
    return mine;
  }

  /**
   * Reads by entities, outside a transaction.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE or INTERNAL
   */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await work(this.reader.manager);
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    await this.writer.destroy();
    if (this.reader !== this.writer) await this.reader.destroy();
  }
}
