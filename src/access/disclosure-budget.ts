import type { DisclosureCounts, DisclosureOrder } from "../database/disclosure-counts";

const HOUR_MS = 3_600_000;

/** How many disclosures are remembered; beyond it all are forgotten, which costs statements and nothing else. */
const REMEMBERED = 200_000;

export interface BudgetParts {
  readonly counts: DisclosureCounts;
  /** Told once in this process for each principal and hour, when its budget turns somebody away. */
  readonly onExceeded: (exceeded: ExceededBudget) => Promise<void>;
  /** Where a fault goes that must not stand in the way of an answer. */
  readonly logFault: (error: unknown) => void;
}

/** A budget that was used up. */
export interface ExceededBudget {
  readonly principalId: string;
  readonly limit: number;
  /** The start of the hour (UTC). */
  readonly hourMs: number;
}

interface Waiting {
  readonly order: DisclosureOrder;
  readonly resolve: (refused: ReadonlySet<string>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counts how many distinct customers each principal is served at CLEAR in an hour (of UTC), across replicas.
 *
 * What is counted is remembered here, so that it costs no statement twice. While the store is asked, others queue, and go
 * together in the next call.
 */
export class DisclosureBudget {
  #hourMs = Number.NEGATIVE_INFINITY;
  /** Who has been counted for whom in this hour. */
  #counted = new Map<string, Set<string>>();
  #size = 0;
  #told = new Set<string>();
  #queue: Waiting[] = [];
  #asking = false;

  constructor(private readonly parts: BudgetParts) {}

  /**
   * Which of these customers, in this order, are beyond a principal's budget of this hour; the others are counted now. Who
   * has been counted in this hour is free.
   *
   * @returns null where none is
   * @throws FieldwardError DATABASE_UNAVAILABLE where the store cannot be asked: nobody is let through uncounted
   */
  async beyond(
    principalId: string,
    limit: number,
    customerIds: readonly string[],
    nowMs: number,
  ): Promise<ReadonlySet<string> | null> {
    const hourMs = nowMs - (nowMs % HOUR_MS);
    this.#turnTo(hourMs);
    const known = hourMs === this.#hourMs ? this.#counted.get(principalId) : undefined;
    const unknown = [...new Set(customerIds)].filter((id) => known?.has(id) !== true);
    if (unknown.length === 0) return null;
    const refused = await this.#ask({ principalId, limit, hourMs, customerIds: unknown });
    this.#remember(principalId, hourMs, unknown, refused);
    if (refused.size === 0) return null;
    await this.#tell({ principalId, limit, hourMs });
    return refused;
  }

  /**
   * Whether a customer could be served to a principal at CLEAR now: it has been counted in this hour, or there is room for one
   * more. Nobody is counted.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE
   */
  reaches(principalId: string, limit: number, customerId: string, nowMs: number): Promise<boolean> {
    const hourMs = nowMs - (nowMs % HOUR_MS);
    return this.parts.counts.reaches({ principalId, limit, hourMs }, customerId);
  }

  /** A new hour forgets the old one, here and in the store. A request that began before it asks the store for its own. */
  #turnTo(hourMs: number): void {
    if (hourMs <= this.#hourMs) return;
    this.#hourMs = hourMs;
    this.#forget();
    this.#told = new Set();
    this.parts.counts.sweep(hourMs - HOUR_MS).catch(this.parts.logFault);
  }

  #forget(): void {
    this.#counted = new Map();
    this.#size = 0;
  }

  #remember(
    principalId: string,
    hourMs: number,
    asked: readonly string[],
    refused: ReadonlySet<string>,
  ): void {
    if (hourMs !== this.#hourMs) return;
    if (this.#size + asked.length > REMEMBERED) this.#forget();
    const known = this.#counted.get(principalId) ?? new Set();
    const before = known.size;
    for (const id of asked) if (!refused.has(id)) known.add(id);
    this.#size += known.size - before;
    this.#counted.set(principalId, known);
  }

  /** Waited for: the alert is there before the masked answer is. It is one row an hour. */
  async #tell(exceeded: ExceededBudget): Promise<void> {
    const occasion = `${exceeded.principalId}:${String(exceeded.hourMs)}`;
    if (this.#told.has(occasion)) return;
    this.#told.add(occasion);
    try {
      await this.parts.onExceeded(exceeded);
    } catch (error) {
      // The next one who is turned away tries again.
      this.#told.delete(occasion);
      this.parts.logFault(error);
    }
  }

  #ask(order: DisclosureOrder): Promise<ReadonlySet<string>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ order, resolve, reject });
      void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.#queue.length > 0) {
      const together = this.#queue;
      this.#queue = [];
      try {
        const refused = await this.parts.counts.count(together.map(({ order }) => order));
        together.forEach(({ resolve }, i) => {
          resolve(refused[i] ?? new Set());
        });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#asking = false;
  }
}
