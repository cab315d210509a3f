import fc from "fast-check";
import { serialiseTwin } from "../../src/anonymise/twin";
import { pooledRandom } from "../../src/crypto/random";
import { RunPseudonyms } from "../../src/crypto/run-pseudonyms";
import type { TwinnedMessage } from "../../src/database/twinned-messages";
import { Message } from "../../src/domain/message";
import { AnonymisedExport, type ExportOutcome } from "../../src/lifecycle/anonymised-export";
import type { AnonymisedRow } from "../../src/lifecycle/anonymised-export-row";
import { anonymiserFile } from "../../src/policy/anonymiser-file";

/** A message of a random tenant, and what happens to it between the two passes. */
interface Drawn {
  readonly customer: number;
  readonly sender: string | null;
  readonly day: number;
  readonly country: string | null;
  readonly hasTwin: boolean;
  readonly fate: "stays" | "is unreadable" | "loses its twin";
}

const message: fc.Arbitrary<Drawn> = fc.record({
  customer: fc.nat({ max: 11 }),
  sender: fc.constantFrom("Lark", "Nest", null),
  day: fc.nat({ max: 20 }),
  country: fc.constantFrom("GB", null),
  hasTwin: fc.boolean(),
  fate: fc.constantFrom("stays", "stays", "stays", "is unreadable", "loses its twin"),
});
const STATUSES = ["ACTIVE", "ACTIVE", "ACTIVE", "RESTRICTED", "ERASED"] as const;
const tenant = fc.record({
  messages: fc.array(message, { maxLength: 80 }),
  statuses: fc.array(fc.constantFrom(...STATUSES), { minLength: 12, maxLength: 12 }),
  smallestGroup: fc.integer({ min: 2, max: 4 }),
  dates: fc.constantFrom("day", "week", "month"),
  canRestart: fc.boolean(),
});
type DrawnTenant = typeof tenant extends fc.Arbitrary<infer T> ? T : never;

const DAY_MS = 86_400_000;
const RANGE = { tenantId: "tenant", fromMs: 0, beforeMs: Number.MAX_SAFE_INTEGER };

function seenOf({ messages, statuses }: DrawnTenant): readonly TwinnedMessage[] {
  return messages.map(({ customer, sender, day, country, hasTwin }, i) => ({
    id: `message-${String(i)}`,
    customerId: `customer-${String(customer)}`,
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
    write: (page) => {
      rows.push(...page);
      return Promise.resolve();
    },
    restart: drawn.canRestart
      ? () => {
          rows = [];
          return Promise.resolve();
        }
      : null,
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
      direction: "INBOUND",
      status: null,
      segments: 1,
    });
    row.bodyTwin =
      drawn?.fate === "loses its twin" ? null : drawn?.fate === "stays" ? serialiseTwin([id]) : "?";
    return row as object as T;
  });
}

/** The distinct customers of each group of what was written. */
function sizes(rows: readonly AnonymisedRow[]): readonly number[] {
  const groups = new Map<string, Set<string>>();
  for (const { country, language, date, sender, customer } of rows) {
    const group = [country, language, date, sender].join("|");
    groups.set(group, (groups.get(group) ?? new Set()).add(customer));
  }
  return [...groups.values()].map(({ size }) => size);
}

const GOOD: readonly ExportOutcome[] = ["finished", "short"];

describe("an anonymised export of any tenant", () => {
  it("has no group with fewer customers than the policy says, or says itself that it must not be used", async () => {
    const holds = async (drawn: DrawnTenant): Promise<void> => {
      const { rows, came } = await exported(drawn);
      expect(GOOD).toContain(came.outcome);
      expect(came.outcome === "finished" || !drawn.canRestart).toBe(true);
      const isSmall = sizes(rows).some((size) => size < drawn.smallestGroup);
      expect(isSmall).toBe(came.outcome === "short");
    };
    await fc.assert(fc.asyncProperty(tenant, holds), { numRuns: 300 });
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
