import type { Fieldward } from "../../../src/main";
import type { RunProgress } from "../../../src/vault/rotation/run";
import { at, codes, listAt } from "../../graphql/answers";
import { pastTheGateway } from "../../graphql/past-the-gateway";
import { engines } from "../../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../../support/gateway";
import { peopleOf, type People, type Person } from "./people";
import {
  anotherProcess,
  JOBS,
  jobParts,
  runToEnd,
  serveAnother,
  type Replica,
  type ServingReplica,
} from "./processes";

const WAITED_BETWEEN_LOOKS_MS = 60_000;
/** In a walk over rows no more than so many turns add some: a walk that is never through is another test. */
const ADDING_TURNS_OF_WALK = 5;
const FIND = "query ($filter: CustomerFilter) { customers(filter: $filter) { nodes { id } } }";
const PSEUDONYMS =
  "{ customers(first: 1000) { nodes { id phone email messages(first: 5) { nodes { customerNumber } } } } }";
const STAFF = { email: "night.shift@staff.example.com", password: "a long enough password" };

/** The index columns, the first and the second of each field. */
const INDEX_COLUMNS = [
  ["customer", "phone"],
  ["customer", "email"],
  ["message", "customer_number"],
  ["staff", "email"],
] as const;

interface FoundPseudonyms {
  readonly id: string;
  readonly phone: string;
  readonly messages: { readonly nodes: readonly { readonly customerNumber: string }[] };
}

describe.each(engines)("reindexing on $name", (engine) => {
  let gateway: TestGateway;
  let second: ServingReplica;
  let operator: Fieldward;
  let people: People;
  let analyst: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    second = await serveAnother(gateway);
    operator = await anotherProcess(gateway);
    people = await peopleOf(gateway, "larkfield");
    await people.fill(220, 10);
    analyst = await gateway.staff("analyst", "analytics");
    const { accounts } = gateway.fieldward.services;
    await accounts.addStaff({ ...STAFF, name: "Night Shift", role: "support", trainedUntil: null });
  }, 60_000);
  afterAll(async () => {
    await operator.close();
    await second.close();
    await gateway.close();
  });

  async function expectFound(replica: Replica, { id, phone, email }: Person): Promise<void> {
    for (const filter of [{ phone }, { email }]) {
      const answer = await replica.query(people.partner, FIND, { filter });
      expect(codes(answer)).toEqual([]);
      expect(listAt(answer, "customers.nodes")).toEqual([{ id }]);
    }
  }

  async function expectSignIn({ fieldward }: Pick<Replica, "fieldward">): Promise<void> {
    const from = { requestId: "reindex", ip: null };
    const { session } = await fieldward.services.signIn.login(STAFF.email, STAFF.password, from);
    expect(session?.token).toEqual(expect.any(String));
  }

  /** Stores a message that says whose it is by the number alone. */
  async function messageByNumber(replica: Replica, { id, phone }: Person): Promise<void> {
    const externalId = `by-number-${String(gateway.clock.nowMs)}`;
    const message = { externalId, customerNumber: phone, direction: "INBOUND", senderId: "Fieldward" };
    const sentAt = new Date(gateway.clock.nowMs).toISOString();
    const query = "mutation ($messages: [StoreMessageInput!]!) { storeMessages(messages: $messages) { id } }";
    const answer = await replica.query(people.partner, query, {
      messages: [{ ...message, sentAt, body: "Who am I?" }],
    });
    expect(codes(answer)).toEqual([]);
    const [row] = await pastTheGateway(
      gateway,
      "data",
      `SELECT customer_id FROM message WHERE id = '${String(at(answer, "storeMessages.0.id"))}'`,
    );
    expect(row).toEqual({ customer_id: id });
    const known = people.known.get(id);
    if (known !== undefined)
      people.known.set(id, { ...known, messages: { ...known.messages, [externalId]: "Who am I?" } });
  }

  async function writes(one: Replica, other: Replica, adds: boolean): Promise<void> {
    const changed = people.any();
    await people.update(other, changed);
    const known = people.known.get(changed.id) ?? changed;
    await expectFound(one, known);
    await expectFound(other, known);
    expect(await people.createWith(one, known.phone)).toEqual(["CONFLICT"]);
    // The number that was given up is free for somebody else.
    expect((await one.query(people.partner, FIND, { filter: { phone: changed.phone } })).data).toEqual({
      customers: { nodes: [] },
    });
    if (!adds) return;
    const created = await people.create(other);
    await expectFound(one, created);
    expect(await people.createWith(one, created.phone)).toEqual(["CONFLICT"]);
    expect(await people.createWith(other, created.phone)).toEqual(["CONFLICT"]);
    await messageByNumber(one, created);
  }

  async function traffic(turn: number, adds: boolean): Promise<void> {
    const [one, other] = turn % 2 === 0 ? [gateway, second] : [second, gateway];
    for (const person of [people.any(), people.any(), people.any()]) {
      await expectFound(one, person);
      await expectFound(other, person);
      expect(await people.createWith(turn % 4 < 2 ? one : other, person.phone)).toEqual(["CONFLICT"]);
    }
    await expectSignIn(one);
    await writes(one, other, adds);
    if (turn % 4 === 0) await people.expectAll(one);
  }

  async function pseudonymsOf(replica: Replica): Promise<Map<string, string>> {
    const answer = await replica.query(analyst, PSEUDONYMS);
    expect(codes(answer)).toEqual([]);
    const nodes = listAt(answer, "customers.nodes") as readonly FoundPseudonyms[];
    return new Map(nodes.map(({ id, phone }) => [id, phone]));
  }

  async function expectIndexesIn(used: "bi" | "bi2", version: number): Promise<void> {
    const unused = used === "bi" ? "bi2" : "bi";
    for (const [table, field] of INDEX_COLUMNS) {
      const wrong = `SELECT COUNT(*) AS n FROM ${table} WHERE ${field}_${unused} IS NOT NULL OR (${field}_ct IS NULL) <> (${field}_${used} IS NULL)`;
      const [row] = await pastTheGateway(gateway, "data", wrong);
      expect(Number(row?.["n"])).toBe(0);
    }
    const keys = "SELECT version, state FROM root_key WHERE purpose = 'blind-index'";
    const rows = await pastTheGateway(gateway, "vault", keys);
    expect(rows.map((row) => ({ ...row }))).toEqual([{ version, state: "current" }]);
  }

  /** Reindexes under traffic and answers every pseudonym that one customer had in each process, in their order. */
  async function reindexUnderTraffic(): Promise<readonly string[][]> {
    const seen: [string[], string[]] = [[], []];
    const look = async (): Promise<void> => {
      for (const [i, replica] of [gateway, second].entries()) {
        const pseudonym = (await pseudonymsOf(replica)).get(people.quiet.id) ?? "none";
        if (seen[i]?.at(-1) !== pseudonym) seen[i]?.push(pseudonym);
      }
    };
    let [turn, walked, lookedMs] = [0, 0, 0];
    const between = async ({ unit, done }: RunProgress): Promise<void> => {
      const { nowMs } = gateway.clock;
      if (unit === "ms" && done > 600 && nowMs - lookedMs < WAITED_BETWEEN_LOOKS_MS) return;
      lookedMs = nowMs;
      await look();
      walked = unit === "rows" ? walked + 1 : 0;
      await traffic(turn, walked <= ADDING_TURNS_OF_WALK);
      turn += 1;
    };
    await look();
    gateway.clock.forward(1_000);
    const run = await runToEnd(gateway, operator, JOBS.reindex(jobParts(gateway, operator)), { between });
    await look();
    expect(run.failed).toBe(0);
    expect(turn).toBeGreaterThan(12);
    // Past the time of all that any process had in memory.
    gateway.clock.forward(gateway.fieldward.opened.keys.ttlMs);
    await people.expectAll(gateway);
    await people.expectAll(second);
    return seen;
  }

  it("misses no row and takes no number twice at any step, and changes pseudonyms once", async () => {
    await expectIndexesIn("bi", 1);
    const [first, other] = await reindexUnderTraffic();
    await expectIndexesIn("bi2", 2);
    expect(first).toHaveLength(2);
    expect(other).toEqual(first);
  }, 120_000);

  it("goes back to the first column the next time", async () => {
    const [first, other] = await reindexUnderTraffic();
    await expectIndexesIn("bi", 3);
    expect(first).toHaveLength(2);
    expect(other).toEqual(first);
  }, 120_000);
});
