import fc from "fast-check";
import { serialiseTwin } from "../../src/anonymise/twin";
import { pooledRandom } from "../../src/crypto/random";
import { RunPseudonyms } from "../../src/crypto/run-pseudonyms";
import type { TwinnedMessage } from "../../src/database/twinned-messages";
import { Message } from "../../src/domain/message";
import { AnonymisedExport } from "../../src/lifecycle/anonymised-export";
import type { AnonymisedRow } from "../../src/lifecycle/anonymised-export-row";
import { anonymiserFile } from "../../src/policy/anonymiser-file";

/** A message of a random tenant, and what happens to it between the two passes. */
interface Drawn {
  readonly customer: number;
  readonly direction: string;
  readonly sender: string | null;
  readonly day: number;
  readonly country: string | null;
  readonly hasTwin: boolean;
  readonly fate: "stays" | "is unreadable" | "loses its twin";
}

const message: fc.Arbitrary<Drawn> = fc.record({
  customer: fc.nat({ max: 11 }),
  direction: fc.constantFrom("INBOUND", "OUTBOUND"),
  sender: fc.constantFrom("Lark", "Nest", null),
  day: fc.nat({ max: 20 }),
  country: fc.constantFrom("GB", null),
  hasTwin: fc.boolean(),
  fate: fc.constantFrom("stays", "stays", "stays", "is unreadable", "loses its twin"),
});
const STATUSES = ["ACTIVE", "ACTIVE", "ACTIVE", "RESTRICTED", "ERASED"] as const;
const tenant = fc.record({
  messages: fc.array(message, { maxLength: 80, size: "max" }),
  statuses: fc.array(fc.constantFrom(...STATUSES), { minLength: 12, maxLength: 12 }),
  smallestGroup: fc.integer({ min: 2, max: 4 }),
  dates: fc.constantFrom("day", "week", "month"),
});
type DrawnTenant = typeof tenant extends fc.Arbitrary<infer T> ? T : never;

const DAY_MS = 86_400_000;
const RANGE = { tenantId: "tenant", fromMs: 0, beforeMs: Number.MAX_SAFE_INTEGER };

function seenOf({ messages, statuses }: DrawnTenant): readonly TwinnedMessage[] {
  return messages.map(({ customer, direction, sender, day, country, hasTwin }, i) => ({
    id: `message-${String(i)}`,
    customerId: `customer-${String(customer)}`,
    direction,
    senderId: sender,
    sentAtMs: day * DAY_MS,
    twinVersion: 1,
    hasTwin,
    country,
    language: "en",
    status: statuses[customer] ?? "ACTIVE",
  }));
}

/** Runs an export over a tenant that changes between the two passes. */
async function exported(drawn: DrawnTenant) {
  const all = seenOf(drawn);
  const pseudonyms = new RunPseudonyms(pooledRandom());
  let rows: AnonymisedRow[] = [];
  const logged: ReadonlyMap<string, number>[] = [];
  const made = new AnonymisedExport({
    messages: {
      countAtMost: () => Promise.resolve(all.length),
      page: (_range, after, limit) => {
        const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after.id) + 1;
        return Promise.resolve(all.slice(from, from + limit));
      },
    },
    reader: { page: ({ where }) => Promise.resolve(pageOf(drawn, where[0]?.value)) },
    policy: anonymiserFile.parse({ export: { dates: drawn.dates, smallestGroup: drawn.smallestGroup } }),
    version: 1,
    name: (kind, source) => pseudonyms.of(kind, source),
    record: (subjects) => {
      logged.push(subjects);
      return Promise.resolve();
    },
  });
  const came = await made.run(RANGE, {
    keep: (page) => {
      rows.push(...page);
      return Promise.resolve();
    },
    restart: () => {
      rows = [];
      return Promise.resolve();
    },
    report: () => undefined,
    signal: new AbortController().signal,
  });
  return { rows, logged, came };
}

function pageOf<T extends object>({ messages }: DrawnTenant, ids: unknown): T[] {
  return (ids as readonly string[]).map((id): T => {
    const drawn = messages[Number(id.replace("message-", ""))];
    const row = Object.assign(new Message(), {
      id,
      customerId: `customer-${String(drawn?.customer)}`,
    });
    row.bodyTwin =
      drawn?.fate === "loses its twin" ? null : drawn?.fate === "stays" ? serialiseTwin([id]) : "?";
    return row as object as T;
  });
}

/** All that a row tells but who and what: by it rows fall into groups. */
const groupOf = ({ direction, country, language, date, sender }: AnonymisedRow): string =>
  [direction, country, language, date, sender].join("|");

/** The distinct values that stand beside each value of another. */
function beside(pairs: readonly (readonly [key: string, value: string])[]): readonly ReadonlySet<string>[] {
  const found = new Map<string, Set<string>>();
  for (const [key, value] of pairs) found.set(key, (found.get(key) ?? new Set()).add(value));
  return [...found.values()];
}

describe("an anonymised export of any tenant", () => {
  it("has no group with fewer customers than the policy says", async () => {
    const holds = async (drawn: DrawnTenant): Promise<void> => {
      const { rows, came } = await exported(drawn);
      expect(came.outcome).toBe("finished");
      const customers = beside(rows.map((row) => [groupOf(row), row.customer]));
      expect(customers.filter(({ size }) => size < drawn.smallestGroup)).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(tenant, holds), { numRuns: 300 });
  });

  it("has no customer in two groups, which could be intersected by who is in both", async () => {
    const isInOne = async (drawn: DrawnTenant): Promise<void> => {
      const { rows } = await exported(drawn);
      const groups = beside(rows.map((row) => [row.customer, groupOf(row)]));
      expect(groups.filter(({ size }) => size > 1)).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(tenant, isInOne), { numRuns: 300 });
  });

  it("counts every message once: exported, suppressed or left out", async () => {
    const adds = async (drawn: DrawnTenant): Promise<void> => {
      const { rows, came } = await exported(drawn);
      const { noTwin, erased, restricted, unreadable } = came.leftOut;
      expect(came.exported).toBe(rows.length);
      expect(came.exported + came.suppressed + noTwin + erased + restricted + unreadable).toBe(came.read);
      expect(came.read).toBe(drawn.messages.length);
    };
    await fc.assert(fc.asyncProperty(tenant, adds), { numRuns: 200 });
  });

  it("shares no id with another export of the same tenant, and has nothing of who may not be in it", async () => {
    const shares = async (drawn: DrawnTenant): Promise<void> => {
      const [one, other] = [await exported(drawn), await exported(drawn)];
      const ids = new Set(one.rows.flatMap((row) => [row.message, row.customer]));
      expect(other.rows.filter((row) => ids.has(row.message) || ids.has(row.customer))).toEqual([]);
      const gone = drawn.statuses.flatMap((status, i) =>
        status === "ACTIVE" ? [] : `customer-${String(i)}`,
      );
      const bodies = new Set(one.rows.map(({ body }) => body));
      const ofGone = seenOf(drawn).filter(({ customerId }) => gone.includes(customerId));
      expect(ofGone.filter(({ id }) => bodies.has(id))).toEqual([]);
      expect(
        one.logged.flatMap((subjects) => [...subjects.keys()]).filter((id) => gone.includes(id)),
      ).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(tenant, shares), { numRuns: 100 });
  });
});
