import fc from "fast-check";
import type * as rows from "../../src/database/rows";
import { serve, type Serving } from "../../src/main";
import { textAt } from "../graphql/answers";
import { auditBytes, pastTheGateway } from "../graphql/past-the-gateway";
import { accessTokenFor } from "../http/oauth-client";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { IDS, type Asked, type Tenants } from "./asked-values";
import { attemptsOf, sendAttempt, type Attempt, type Told, type Urls } from "./attempts";
import { CANARY, canariesIn } from "./canaries";
import { watchEntities, type watchedRows } from "./sent-statements";
import { straysIn } from "./strays";
import { takings } from "./takings";
import { rowsOf } from "./tenant-rows";
import { addTenantRecords, EVERY_SCOPE, OWN } from "./two-tenants";
import { BY, waysIn, type WayIn } from "./ways-in";

jest.mock("../../src/database/rows", () =>
  jest
    .requireActual<{ watchedRows: typeof watchedRows }>("./sent-statements")
    .watchedRows(jest.requireActual<typeof rows>("../../src/database/rows")),
);

const ATTEMPTS = 1_000;

/** Two thousand requests, one after the other, so that it is known which statements each sent. */
const LONG_MS = 120_000;

const NOBODY = "01900000-0000-7000-8000-000000000000";

/** How long a data key stays in memory, by default. */
const KEY_TTL_MS = 60_000;

/** Only the upkeep of keys and policy goes by intervals. It would send statements in between. */
function stopIntervals(): void {
  const left = ["Date", "hrtime", "nextTick", "performance", "queueMicrotask"] as const;
  const timers = ["setImmediate", "clearImmediate", "setTimeout", "clearTimeout"] as const;
  jest.useFakeTimers({ doNotFake: [...left, ...timers] });
}

/** The data of an answer; null where there is none. */
function dataOf(text: string): Readonly<Record<string, unknown>> | null {
  return (JSON.parse(text) as { data?: Record<string, unknown> | null }).data ?? null;
}

describe.each(engines)("a partner who reaches for another tenant's data on $name", (engine) => {
  let gateway: TestGateway;
  let slow: Serving;
  let urls: Urls;
  let tenants: Tenants;
  let ways: readonly WayIn[];
  let callers: readonly Caller[];
  let actors: ReadonlySet<string>;
  let before: Awaited<ReturnType<typeof rowsOf>>;

  beforeAll(async () => {
    stopIntervals();
    gateway = await openTestGateway(engine);
    slow = await serve(gateway.fieldward, gateway.installation.settings, "graphql-js");
    urls = { plan: gateway.url, "graphql-js": slow.url };
    const { cursors } = gateway.fieldward.services;
    const theirs = await addTenantRecords(gateway, "brackenbury", CANARY);
    const own = await addTenantRecords(gateway, "larkfield", OWN);
    tenants = { own, theirs, makeCursor: (list, position) => cursors.make(list, position) };
    ways = waysIn(own);
    callers = await partners();
    // Keys that were loaded while the other tenant was set up are let go: to load one is a statement, and tells.
    gateway.clock.forward(KEY_TTL_MS + 1_000);
    actors = new Set(await Promise.all(callers.map(warmUp)));
    before = await rowsOf(gateway, theirs.tenantId);
    watchEntities(gateway);
  });
  afterAll(async () => {
    await slow.stop();
    await gateway.close();
    jest.useRealTimers();
  });

  /** Tokens with every scope, with few, under a purpose that rests on consent, and an OAuth access token. */
  const partners = async (): Promise<Caller[]> => {
    const { caller } = tenants.own;
    const few = ["contact:masked", "contact:lookup", "identity:token"];
    return Object.entries({
      "every scope": caller,
      "an access token": { ...caller, token: await accessTokenFor(gateway, caller.token) },
      "by consent": await gateway.partner("larkfield", EVERY_SCOPE, ["marketing"]),
      "traffic alone": await gateway.partner("larkfield", ["traffic:clear", "messages:write"], ["billing"]),
      "masks and look-ups": await gateway.partner("larkfield", few, ["support"]),
      // So that a counterexample names who it was, and not the token.
    }).map(([name, one]) => ({ ...one, [fc.toStringMethod]: () => name }));
  };

  /** Loads the keys of a caller's own customers and has them counted, so that no later request does. Answers its id. */
  const warmUp = async (caller: Caller): Promise<string> => {
    const all = "customers { nodes { name phone consents { evidence } messages { nodes { body } } } }";
    return textAt(await gateway.query(caller, `{ me { id } ${all} }`), "me.id");
  };

  /** What an answer holds of the other tenant, ids included. */
  const foundIn = (told: Told, text: string): string[] => [
    ...canariesIn(text),
    ...Object.values(tenants.theirs.named)
      .flat()
      .filter((value) => told.body.includes(value)),
  ];

  /** Asks for what is there and for what is not, and sees that nothing tells them apart. Answers the first as it came. */
  const expectNoTell = async (attempt: Attempt): Promise<string> => {
    for (const { theirs, unknown } of attempt.asked) expect(theirs).not.toBe(unknown);
    const send = (which: keyof Asked) => sendAttempt(urls, attempt, which);
    const early = attempt.theirsFirst ? await send("theirs") : undefined;
    const unknown = await send("unknown");
    const theirs = early ?? (await send("theirs"));
    expect(theirs.told).toEqual(unknown.told);
    // Every request is on the log at least.
    expect(theirs.told.statements).not.toEqual([]);
    expect(foundIn(theirs.told, theirs.text)).toEqual([]);
    return theirs.text;
  };

  const alone = new Map<string, unknown>();
  /** Sees that what the caller asked for of its own beside it is what it is by itself. */
  const expectOwn = async (attempt: Attempt, text: string): Promise<void> => {
    const data = dataOf(text);
    for (const [alias, part] of attempt.way.own ?? []) {
      const key = [engine.name, callers.indexOf(attempt.caller), attempt.how, part].join();
      const way = { by: "id", operation: "query", body: `alone: ${part}`, takes: [] } as const;
      const single = { ...attempt, way, asked: [], inline: true };
      if (!alone.has(key))
        alone.set(key, dataOf((await sendAttempt(urls, single, "theirs")).text)?.["alone"]);
      expect([attempt, data?.[alias]]).toEqual([attempt, data === null ? undefined : alone.get(key)]);
    }
    expect(straysIn(data)).toEqual([]);
  };

  it(
    "is answered as if it did not exist, in each of a thousand attempts by every way in",
    async () => {
      const counted = new Map<WayIn["by"], number>();
      const tried = new Set<WayIn>();
      await fc.assert(
        fc.asyncProperty(attemptsOf(tenants, ways, callers), async (attempt) => {
          await expectOwn(attempt, await expectNoTell(attempt));
          tried.add(attempt.way);
          counted.set(attempt.way.by, (counted.get(attempt.way.by) ?? 0) + 1);
        }),
        { numRuns: ATTEMPTS },
      );
      expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(ATTEMPTS);
      expect(BY.filter((by) => (counted.get(by) ?? 0) < ATTEMPTS / 20)).toEqual([]);
      expect(ways.filter((way) => !tried.has(way))).toEqual([]);
    },
    LONG_MS,
  );

  it("is not told of by what the partner may write for itself, the first time or the second", async () => {
    // The API token and its access token: both may write everything.
    for (const caller of callers.slice(0, 2))
      for (const { way, asked } of takings(tenants)) {
        const text = await expectNoTell({
          ...{ way, asked, caller, how: "plan", inline: false, theirsFirst: true },
        });
        expect([way.body, text.includes("NOT_FOUND")]).toEqual([way.body, false]);
      }
  });

  it("is not had by a message of the partner's own that was filed under it past the gateway", async () => {
    const [customer = ""] = tenants.theirs.named.customer;
    const ofIt = "SELECT id FROM message WHERE customer_id = ? ORDER BY sent_at";
    const [message] = await pastTheGateway(gateway, "data", ofIt, [customer]);
    const id = String(message?.["id"]);
    const move = (tenantId: string) =>
      pastTheGateway(gateway, "data", "UPDATE message SET tenant_id = ? WHERE id = ?", [tenantId, id]);
    const person = "customer { id name messages { nodes { id body } } }";
    const body = `message(id: $x) { id body ${person} } messages { nodes { id body ${person} } } of: messages(filter: { customerId: $y }) { nodes { id body } }`;
    const way = { by: "nested path", operation: "query", body, takes: ["message", "customer"] } as const;
    const asked = [
      { theirs: id, unknown: NOBODY },
      { theirs: customer, unknown: NOBODY },
    ];
    await move(tenants.own.tenantId);
    try {
      for (const caller of callers)
        for (const how of ["plan", "graphql-js"] as const) {
          const attempt = { way, asked, caller, how, inline: false, theirsFirst: true };
          const [filed, unknown] = [
            await sendAttempt(urls, attempt, "theirs"),
            await sendAttempt(urls, attempt, "unknown"),
          ];
          expect(filed.told.body).toBe(unknown.told.body);
          expect(foundIn(filed.told, filed.text)).toEqual([]);
        }
    } finally {
      await move(tenants.theirs.tenantId);
    }
  });

  it("would be had by each way in, were it the partner's own", async () => {
    const { caller, named } = tenants.own;
    const tell = async (way: WayIn, values: readonly string[]): Promise<string> => {
      const asked = way.takes.map((_, i) => ({ theirs: values[i] ?? "", unknown: "" }));
      const attempt = { way, asked, caller, how: "plan", inline: false, theirsFirst: true } as const;
      return (await sendAttempt(urls, attempt, "theirs")).told.body;
    };
    const isHad = async (way: WayIn): Promise<boolean> => {
      const [x = "customer", y = "customer"] = way.takes;
      const nothing = await tell(way, [x.endsWith("Cursor") ? "no-cursor" : NOBODY, NOBODY]);
      for (const value of named[x]) {
        const told = await tell(way, [value, named[y][0] ?? ""]);
        if (dataOf(told) !== null && told !== nothing) return true;
      }
      return false;
    };
    // What staff do is refused whatever it is about.
    for (const way of ways.filter(({ by }) => by !== "staff's operation"))
      expect([way.body, await isHad(way)]).toEqual([way.body, true]);
  });

  it("is afterwards what it was, row by row", async () => {
    expect(Object.values(before).every(({ length }) => length > 0)).toBe(true);
    expect(await rowsOf(gateway, tenants.theirs.tenantId)).toEqual(before);
  });

  it("is named by no entry of the partner on the access log", async () => {
    const entries = (await auditBytes(gateway)).map((text) => ({
      text,
      ...(JSON.parse(text) as { readonly kind: string; readonly actor?: string }),
    }));
    const ofPartner = entries.filter(({ actor = "" }) => actors.has(actor));
    expect(ofPartner.filter(({ kind }) => kind === "READ").length).toBeGreaterThan(ATTEMPTS / 2);
    const ids = IDS.flatMap((kind) => tenants.theirs.named[kind]);
    expect(ofPartner.filter(({ text }) => ids.some((id) => text.includes(id)))).toEqual([]);
  });
});
