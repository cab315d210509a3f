import { hash } from "node:crypto";
import { FieldwardError } from "../domain/errors";
import type { DataStore } from "./databases";
import { isDeadlock } from "./faults";
import { placeholders, rowSource, type Sql } from "./rows";

/** Customers to be counted for a principal in an hour, in their order, as far as its limit goes. */
export interface DisclosureOrder {
  readonly principalId: string;
  /** The start of the hour. */
  readonly hourMs: number;
  readonly limit: number;
  /** Each once. */
  readonly customerIds: readonly string[];
}

/** A principal's hour, and how many customers it has room for. */
export type DisclosureHour = Omit<DisclosureOrder, "customerIds">;

/** Where disclosures are counted, for all replicas. */
export interface DisclosureCounts {
  /**
   * Counts what is not counted yet, one order after the other. However many processes do so at once, never more than the
   * limit of an hour are counted for a principal.
   *
   * @returns for each order the customers that were refused
   * @throws FieldwardError DATABASE_UNAVAILABLE
   */
  count(orders: readonly DisclosureOrder[]): Promise<readonly ReadonlySet<string>[]>;
  /**
   * Whether a customer is counted in an hour, or there is room for one more. Nobody is counted.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE
   */
  reaches(hour: DisclosureHour, customerId: string): Promise<boolean>;
  /** Forgets the hours before one. */
  sweep(beforeMs: number): Promise<void>;
}

const ID_DIGITS = 32;

/** The id of a disclosure: of a hash, so that it tells nothing and the same one is the same row. */
export function disclosureId(principalId: string, hourMs: number, customerId: string): string {
  return hash("sha256", `${principalId}|${String(hourMs)}|${customerId}`).slice(0, ID_DIGITS);
}

interface Want {
  readonly order: number;
  readonly customerId: string;
  readonly id: string;
}

/** A row of the store's answer: a disclosure that is there, or the last place of a principal's hour. */
interface Found {
  readonly ids: ReadonlySet<string>;
  /** By principal and hour. */
  readonly lastPlaces: Map<string, number>;
}

const WANTS_PER_STATEMENT = 1_000;

/** Each attempt that fails is one in which another process took a place, so that with a few replicas this is plenty. */
const ATTEMPTS = 25;

const hourOf = ({ principalId, hourMs }: DisclosureOrder): string => `${principalId}|${String(hourMs)}`;

function selectSql(orders: readonly DisclosureOrder[], wants: readonly Want[]): Sql {
  const principals = [...new Set(orders.map(({ principalId }) => principalId))];
  const hours = [...new Set(orders.map(({ hourMs }) => hourMs))];
  const ids = wants.map(({ id }) => id);
  return {
    text: `SELECT id, NULL, NULL, place FROM disclosure WHERE id IN (${placeholders(ids.length)}) UNION ALL SELECT NULL, principal_id, hour, MAX(place) FROM disclosure WHERE hour IN (${placeholders(hours.length)}) AND principal_id IN (${placeholders(principals.length)}) GROUP BY principal_id, hour`,
    values: [...ids, ...hours, ...principals],
  };
}

interface Placed {
  readonly want: Want;
  readonly place: number;
}

function insertSql(orders: readonly DisclosureOrder[], placed: readonly Placed[]): Sql {
  const row = `(${placeholders(4)})`;
  return {
    text: `INSERT INTO disclosure (id, principal_id, hour, place) VALUES ${placed.map(() => row).join(", ")}`,
    values: placed.flatMap(({ want, place }) => {
      const { principalId = "", hourMs = 0 } = orders[want.order] ?? {};
      return [want.id, principalId, hourMs, place];
    }),
  };
}

/** Gives a place to each that is not counted yet, from the last one on; `undefined` for the others: refused. */
function distribute(orders: readonly DisclosureOrder[], wants: readonly Want[], found: Found) {
  const placed: Placed[] = [];
  const refused: Want[] = [];
  const taken = new Set(found.ids);
  for (const want of wants) {
    const order = orders[want.order];
    if (order === undefined || taken.has(want.id)) continue;
    const place = (found.lastPlaces.get(hourOf(order)) ?? 0) + 1;
    if (place > order.limit) {
      refused.push(want);
      continue;
    }
    taken.add(want.id);
    found.lastPlaces.set(hourOf(order), place);
    placed.push({ want, place });
  }
  return { placed, refused };
}

/** Whether another process was quicker, so that it is to be tried again on what is there now. */
function wasOvertaken(error: unknown): boolean {
  return isDeadlock(error) || (error instanceof FieldwardError && error.code === "CONFLICT");
}

/**
 * The table of disclosures. Each has a place in its principal's hour, from 1, and no two can have the same one: whoever
 * comes second with a place does not get it and looks again, so that no limit is passed, at any isolation level. An INSERT
 * is all or nothing, so that no place is left out.
 */
class SqlDisclosureCounts implements DisclosureCounts {
  constructor(private readonly data: DataStore) {}

  async count(orders: readonly DisclosureOrder[]): Promise<readonly ReadonlySet<string>[]> {
    const refused = orders.map(() => new Set<string>());
    const wants = orders.flatMap(({ principalId, hourMs, customerIds }, order) =>
      customerIds.map((customerId): Want => {
        return { order, customerId, id: disclosureId(principalId, hourMs, customerId) };
      }),
    );
    for (let from = 0; from < wants.length; from += WANTS_PER_STATEMENT) {
      const some = await this.#countSome(orders, wants.slice(from, from + WANTS_PER_STATEMENT));
      for (const { order, customerId } of some) refused[order]?.add(customerId);
    }
    return refused;
  }

  async reaches(hour: DisclosureHour, customerId: string): Promise<boolean> {
    const orders = [{ ...hour, customerIds: [customerId] }];
    const wants = [{ order: 0, customerId, id: disclosureId(hour.principalId, hour.hourMs, customerId) }];
    return distribute(orders, wants, await this.#find(orders, wants)).refused.length === 0;
  }

  async sweep(beforeMs: number): Promise<void> {
    await this.data.run({ text: "DELETE FROM disclosure WHERE hour < ?", values: [beforeMs] });
  }

  async #countSome(orders: readonly DisclosureOrder[], wants: readonly Want[]): Promise<readonly Want[]> {
    for (let attempt = 1; ; attempt += 1) {
      const { placed, refused } = distribute(orders, wants, await this.#find(orders, wants));
      if (placed.length === 0) return refused;
      try {
        await this.data.run(insertSql(orders, placed));
        return refused;
      } catch (error) {
        if (!wasOvertaken(error)) throw error;
        if (attempt === ATTEMPTS)
          throw new FieldwardError("DATABASE_UNAVAILABLE", undefined, { cause: error });
      }
    }
  }

  async #find(orders: readonly DisclosureOrder[], wants: readonly Want[]): Promise<Found> {
    const rows = await rowSource(this.data.reader).rows(selectSql(orders, wants));
    const ids = rows.flatMap(([id]) => (typeof id === "string" ? [id] : []));
    const last = rows
      .filter(([id]) => id === null)
      .map(([, principal, hour, place]) => [`${String(principal)}|${String(hour)}`, Number(place)] as const);
    return { ids: new Set(ids), lastPlaces: new Map(last) };
  }
}

/** Disclosures in the data database. */
export function sqlDisclosureCounts(data: DataStore): DisclosureCounts {
  return new SqlDisclosureCounts(data);
}
