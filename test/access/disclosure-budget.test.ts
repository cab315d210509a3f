import fc from "fast-check";
import { DisclosureBudget, type ExceededBudget } from "../../src/access/disclosure-budget";
import type { DisclosureCounts, DisclosureHour, DisclosureOrder } from "../../src/database/disclosure-counts";
import { FieldwardError } from "../../src/domain/errors";

const HOUR_MS = 3_600_000;
const NOON = Date.parse("2026-06-15T12:00:00Z");

/** The store as it is meant to be: a set for each principal and hour. */
class CountsModel implements DisclosureCounts {
  readonly sets = new Map<string, Set<string>>();
  readonly calls: (readonly DisclosureOrder[])[] = [];
  readonly sweeps: number[] = [];
  fault: Error | undefined;

  count(orders: readonly DisclosureOrder[]): Promise<readonly ReadonlySet<string>[]> {
    this.calls.push(orders);
    if (this.fault !== undefined) return Promise.reject(this.fault);
    return Promise.resolve(orders.map((order) => this.#countOne(order)));
  }

  reaches({ principalId, hourMs, limit }: DisclosureHour, customerId: string): Promise<boolean> {
    const set = this.sets.get(`${principalId}|${String(hourMs)}`) ?? new Set();
    return Promise.resolve(set.has(customerId) || set.size < limit);
  }

  sweep(beforeMs: number): Promise<void> {
    this.sweeps.push(beforeMs);
    return Promise.resolve();
  }

  #countOne({ principalId, hourMs, limit, customerIds }: DisclosureOrder): ReadonlySet<string> {
    const key = `${principalId}|${String(hourMs)}`;
    const set = this.sets.get(key) ?? new Set<string>();
    this.sets.set(key, set);
    const refused = customerIds.filter((id) => {
      if (set.has(id)) return false;
      if (set.size >= limit) return true;
      set.add(id);
      return false;
    });
    return new Set(refused);
  }
}

function opened(counts: DisclosureCounts = new CountsModel()) {
  const exceeded: ExceededBudget[] = [];
  const faults: unknown[] = [];
  const budget = new DisclosureBudget({
    counts,
    onExceeded: (what) => {
      exceeded.push(what);
      return Promise.resolve();
    },
    logFault: (error) => faults.push(error),
  });
  return { budget, exceeded, faults };
}

describe("the disclosure budget", () => {
  it("lets a principal see so many customers in an hour and no more, whatever the replicas", async () => {
    const step = fc.record({
      replica: fc.nat({ max: 1 }),
      who: fc.constantFrom("staff-1", "staff-2"),
      customers: fc.array(fc.nat({ max: 7 }).map(String), { maxLength: 5 }),
      forward: fc.constantFrom(0, 0, 0, 60_000, HOUR_MS),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.nat({ max: 5 }), async (steps, limit) => {
        const counts = new CountsModel();
        const replicas = [opened(counts), opened(counts)] as const;
        const seen = new Map<string, Set<string>>();
        let now = NOON;
        for (const { replica, who, customers, forward } of steps) {
          now += forward;
          const key = `${who}|${String(Math.floor(now / HOUR_MS))}`;
          const known = seen.get(key) ?? new Set<string>();
          seen.set(key, known);
          const wanted = customers.filter((id) => {
            if (known.has(id)) return false;
            if (known.size >= limit) return true;
            known.add(id);
            return false;
          });
          const beyond = await (replica === 0 ? replicas[0] : replicas[1]).budget.beyond(
            who,
            limit,
            customers,
            now,
          );
          expect(beyond ?? new Set()).toEqual(new Set(wanted));
        }
      }),
    );
  });

  it("tells whether it reaches a customer in that hour, and counts nobody for that", async () => {
    const { budget } = opened();
    const reaches = (id: string, now = NOON) => budget.reaches("staff-1", 1, id, now);
    expect([await reaches("a"), await reaches("b")]).toEqual([true, true]);
    await budget.beyond("staff-1", 1, ["a"], NOON);
    expect([await reaches("a"), await reaches("b", NOON + HOUR_MS - 1)]).toEqual([true, false]);
    expect(await reaches("b", NOON + HOUR_MS)).toBe(true);
  });

  it("asks the store nothing about who has been counted already", async () => {
    const counts = new CountsModel();
    const { budget } = opened(counts);
    await budget.beyond("staff-1", 2, ["a", "b"], NOON);
    expect(await budget.beyond("staff-1", 2, ["b", "a", "b"], NOON + HOUR_MS - 1)).toBeNull();
    expect(await budget.beyond("staff-1", 2, [], NOON)).toBeNull();
    expect(counts.calls).toHaveLength(1);
  });

  it("begins anew with the hour, at the millisecond, and has the old one swept away", async () => {
    const counts = new CountsModel();
    const { budget } = opened(counts);
    await budget.beyond("staff-1", 1, ["a"], NOON);
    expect(await budget.beyond("staff-1", 1, ["b"], NOON + HOUR_MS - 1)).toEqual(new Set(["b"]));
    expect(await budget.beyond("staff-1", 1, ["b"], NOON + HOUR_MS)).toBeNull();
    expect(counts.sweeps).toEqual([NOON - HOUR_MS, NOON]);
  });

  it("counts a request that began in the old hour there, and forgets nothing of the new one", async () => {
    const counts = new CountsModel();
    const { budget } = opened(counts);
    await budget.beyond("staff-1", 1, ["a"], NOON);
    expect(await budget.beyond("staff-1", 1, ["b"], NOON - 1)).toBeNull();
    expect(await budget.beyond("staff-1", 1, ["b"], NOON)).toEqual(new Set(["b"]));
    expect(await budget.beyond("staff-1", 1, ["a"], NOON)).toBeNull();
  });

  it("takes together what arrives while the store is asked", async () => {
    const counts = new CountsModel();
    const { budget } = opened(counts);
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((id) => budget.beyond("staff-1", 2, [id], NOON)),
    );
    expect(answers).toEqual([null, null, new Set(["c"]), new Set(["d"])]);
    expect(counts.calls.map(({ length }) => length)).toEqual([1, 3]);
  });

  it("lets nobody through where the store is away, and goes on when it is back", async () => {
    const counts = new CountsModel();
    const { budget } = opened(counts);
    counts.fault = new FieldwardError("DATABASE_UNAVAILABLE");
    await expect(budget.beyond("staff-1", 2, ["a"], NOON)).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
    counts.fault = undefined;
    expect(await budget.beyond("staff-1", 2, ["a"], NOON)).toBeNull();
    expect(counts.calls).toHaveLength(2);
  });

  it("tells once an hour that somebody is beyond it", async () => {
    const { budget, exceeded } = opened();
    for (const now of [NOON, NOON + 1, NOON + HOUR_MS]) await budget.beyond("staff-1", 0, ["a"], now);
    expect(exceeded).toEqual([
      { principalId: "staff-1", limit: 0, hourMs: NOON },
      { principalId: "staff-1", limit: 0, hourMs: NOON + HOUR_MS },
    ]);
  });

  it("answers where that cannot be told, logs the fault, and tells it the next time", async () => {
    let tries = 0;
    const faults: unknown[] = [];
    const fault = new FieldwardError("DATABASE_UNAVAILABLE");
    const budget = new DisclosureBudget({
      counts: new CountsModel(),
      onExceeded: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(fault) : Promise.resolve();
      },
      logFault: (error) => faults.push(error),
    });
    expect(await budget.beyond("staff-1", 0, ["a"], NOON)).toEqual(new Set(["a"]));
    expect(faults).toEqual([fault]);
    for (let i = 0; i < 2; i += 1) await budget.beyond("staff-1", 0, ["a"], NOON);
    expect(tries).toBe(2);
  });
});
