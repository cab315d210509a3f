import "reflect-metadata";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { migrateAll } from "../../src/cli/migrate";
import type { DisclosureCounts } from "../../src/database/disclosure-counts";
import { disclosureId, sqlDisclosureCounts } from "../../src/database/disclosure-counts";
import { RedisConnection } from "../../src/database/redis";
import { redisDisclosureCounts } from "../../src/database/redis-disclosure-counts";
import { closeDatabases, openDatabases, type Databases } from "../../src/installation";
import { engines, freshInstallation, type Installation } from "../support/engines";

const HOUR_MS = 3_600_000;
const HOUR = Date.parse("2026-06-15T12:00:00Z");

/** Two connections to one store, as two gateways have them. */
interface Pair {
  readonly one: DisclosureCounts;
  readonly other: DisclosureCounts;
  close(): Promise<void>;
}

interface StoreKind {
  readonly name: string;
  open(): Promise<Pair>;
}

function sqlKind(engine: (typeof engines)[number]): StoreKind {
  return {
    name: `the data database on ${engine.name}`,
    async open() {
      const installation: Installation = await freshInstallation(engine);
      await migrateAll(installation.settings);
      const opened: readonly [Databases, Databases] = [
        await openDatabases(installation.settings),
        await openDatabases(installation.settings),
      ];
      return {
        one: sqlDisclosureCounts(opened[0].data),
        other: sqlDisclosureCounts(opened[1].data),
        close: async () => {
          for (const databases of opened) await closeDatabases(databases);
          await installation.remove();
        },
      };
    },
  };
}

const redisUrl = process.env["FIELDWARD_TEST_REDIS_FOUND"];

const redisKind = (url: string): StoreKind => ({
  name: "Redis",
  open() {
    const connections = [new RedisConnection(url), new RedisConnection(url)] as const;
    return Promise.resolve({
      one: redisDisclosureCounts(connections[0]),
      other: redisDisclosureCounts(connections[1]),
      close: async () => {
        for (const connection of connections) await connection.close();
      },
    });
  },
});

const kinds = [...engines.map(sqlKind), ...(redisUrl === undefined ? [] : [redisKind(redisUrl)])];

describe.each(kinds)("disclosures counted in $name", (kind) => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await kind.open();
  });
  afterAll(() => pair.close());

  const order = (principalId: string, customerIds: readonly string[], limit = 3, hourMs = HOUR) => {
    return { principalId, customerIds, limit, hourMs };
  };

  it("are let through up to the limit, in their order, and refused beyond it", async () => {
    const refused = await pair.one.count([order(randomUUID(), ["a", "b", "c", "d", "e"])]);
    expect(refused).toEqual([new Set(["d", "e"])]);
  });

  it("count once each, whichever gateway asks", async () => {
    const who = randomUUID();
    await pair.one.count([order(who, ["a", "b"])]);
    expect(await pair.other.count([order(who, ["b", "a", "c", "d"])])).toEqual([new Set(["d"])]);
    expect(await pair.one.count([order(who, ["d", "c", "b", "a"])])).toEqual([new Set(["d"])]);
  });

  it("count by principal and by hour", async () => {
    const [who, another] = [randomUUID(), randomUUID()];
    const answers = await pair.one.count([
      order(who, ["a"], 1),
      order(another, ["a"], 1),
      order(who, ["b"], 1),
      order(who, ["b"], 1, HOUR + HOUR_MS),
    ]);
    expect(answers).toEqual([new Set(), new Set(), new Set(["b"]), new Set()]);
  });

  it("are all refused with a limit of 0", async () => {
    expect(await pair.one.count([order(randomUUID(), ["a"], 0)])).toEqual([new Set(["a"])]);
  });

  it("of more customers than one statement takes are counted all", async () => {
    const who = randomUUID();
    const many = Array.from({ length: 2_345 }, (_, i) => `customer-${String(i)}`);
    const [refused] = await pair.one.count([order(who, many, 2_300)]);
    expect([...(refused ?? [])]).toEqual(many.slice(2_300));
  });

  it("never pass the limit, and use it up, however two gateways count at once", async () => {
    const customer = fc.integer({ min: 0, max: 9 }).map(String);
    const call = fc.record({ gateway: fc.boolean(), ids: fc.uniqueArray(customer, { minLength: 1 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 0, max: 8 }),
        async (calls, limit) => {
          const who = randomUUID();
          const answers = await Promise.all(
            calls.map(async ({ gateway, ids }) => {
              const [refused] = await (gateway ? pair.one : pair.other).count([order(who, ids, limit)]);
              return ids.filter((id) => refused?.has(id) === false);
            }),
          );
          const admitted = new Set(answers.flat());
          const asked = new Set(calls.flatMap(({ ids }) => ids));
          expect(admitted.size).toBe(Math.min(limit, asked.size));
          // Who was let through stays so; everybody else stays refused.
          const [after] = await pair.one.count([order(who, [...asked], limit)]);
          expect(after).toEqual(new Set([...asked].filter((id) => !admitted.has(id))));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are asked about without being counted: who is counted, and everybody while there is room", async () => {
    const who = randomUUID();
    const reaches = (id: string, hourMs = HOUR) =>
      pair.other.reaches({ principalId: who, hourMs, limit: 2 }, id);
    for (const id of ["a", "b", "c"]) expect(await reaches(id)).toBe(true);
    await pair.one.count([order(who, ["a", "b"], 2)]);
    expect([await reaches("a"), await reaches("b"), await reaches("c")]).toEqual([true, true, false]);
    expect(await reaches("c", HOUR + HOUR_MS)).toBe(true);
    expect(await pair.one.count([order(who, ["c"], 3)])).toEqual([new Set()]);
  });

  it("of an hour stay when those of the hours before are forgotten", async () => {
    const who = randomUUID();
    await pair.one.count([order(who, ["a"], 1)]);
    await pair.one.sweep(HOUR);
    expect(await pair.one.count([order(who, ["b"], 1)])).toEqual([new Set(["b"])]);
  });
});

describe.each(engines)("the disclosures of an hour that is over on $name", (engine) => {
  it("are swept away", async () => {
    const pair = await sqlKind(engine).open();
    const order = { principalId: "staff-1", limit: 1, hourMs: HOUR };
    try {
      await pair.one.count([{ ...order, customerIds: ["a"] }]);
      await pair.one.sweep(HOUR + 1);
      expect(await pair.one.count([{ ...order, customerIds: ["b"] }])).toEqual([new Set()]);
    } finally {
      await pair.close();
    }
  });
});

const withRedis = redisUrl === undefined ? describe.skip : describe;

withRedis("the disclosures of an hour in Redis", () => {
  it("expire by themselves, after two hours at most", async () => {
    const connection = new RedisConnection(redisUrl ?? "");
    const who = randomUUID();
    await redisDisclosureCounts(connection).count([
      { principalId: who, limit: 1, hourMs: HOUR, customerIds: ["a"] },
    ]);
    const key = `fieldward:disclosure:${disclosureId(who, HOUR, "")}`;
    const seconds = Number(await connection.run("return redis.call('TTL', KEYS[1])", key, []));
    await connection.close();
    expect(seconds).toBeGreaterThan(3_600);
    expect(seconds).toBeLessThanOrEqual(7_200);
  });
});

describe("a Redis that is away", () => {
  const away = (): RedisConnection => new RedisConnection("redis://127.0.0.1:1");

  it("lets nobody through uncounted", async () => {
    const order = { principalId: "staff-1", limit: 1, hourMs: HOUR, customerIds: ["a"] };
    await expect(redisDisclosureCounts(away()).count([order])).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
  });

  it("is not ready", async () => {
    await expect(away().ping()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  });

  it("is refused without TLS where it is not this machine", () => {
    expect(() => new RedisConnection("redis://redis.example.com:6379")).toThrow(/rediss:/);
  });
});
