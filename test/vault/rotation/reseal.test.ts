import { engines } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import type { Fieldward } from "../../../src/main";
import type { RunProgress } from "../../../src/vault/rotation/run";
import { pastTheGateway } from "../../graphql/past-the-gateway";
import { peopleOf, type People } from "./people";
import { anotherProcess, JOBS, jobParts, runToEnd, serveAnother, type ServingReplica } from "./processes";
import { keyIdsIn, keyIdsOfEnvelopes } from "./stored";

/** While a phase waits, the world is looked at now and then only: a hundred steps there are the same. */
const WAITED_BETWEEN_LOOKS_MS = 45_000;

/** In a walk over rows no more than so many turns add some: a walk that is never through is another test. */
const ADDING_TURNS_OF_WALK = 5;

describe.each(engines)("resealing on $name", (engine) => {
  let gateway: TestGateway;
  let second: ServingReplica;
  let operator: Fieldward;
  let people: People;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    second = await serveAnother(gateway);
    operator = await anotherProcess(gateway);
    people = await peopleOf(gateway, "larkfield");
    await people.fill(220, 30);
  }, 60_000);
  afterAll(async () => {
    await operator.close();
    await second.close();
    await gateway.close();
  });

  /** Reads and writes in both processes, a step one way round and the next the other. */
  async function traffic(turn: number, adds: boolean): Promise<void> {
    const [one, other] = turn % 2 === 0 ? [gateway, second] : [second, gateway];
    await people.update(other, people.any());
    await people.expectAll(one);
    await people.expectAll(other);
    if (!adds) return;
    await people.message(one, people.any().id);
    await people.create(other);
    await people.expectAll(one);
    if (turn === 1 || turn === 7) await people.shred(one, people.any());
    await people.message(other, people.any().id);
    await people.expectAll(one);
    await people.expectAll(other);
  }

  it("lets every value be read and written at every step, in two processes with warm keys", async () => {
    const before = await keyIdsIn(gateway);
    await people.expectAll(gateway);
    await people.expectAll(second);
    gateway.clock.forward(1_000);
    let [turn, walked, lookedMs] = [0, 0, 0];
    const between = async ({ unit, done }: RunProgress): Promise<void> => {
      const { nowMs } = gateway.clock;
      if (unit === "ms" && done > 600 && nowMs - lookedMs < WAITED_BETWEEN_LOOKS_MS) return;
      lookedMs = nowMs;
      walked = unit === "rows" ? walked + 1 : 0;
      await traffic(turn, walked <= ADDING_TURNS_OF_WALK);
      turn += 1;
    };
    const run = await runToEnd(gateway, operator, JOBS.reseal(jobParts(gateway, operator)), { between });
    expect(run.failed).toBe(0);
    expect(turn).toBeGreaterThan(12);
    // Past the time of all that any process had in memory.
    gateway.clock.forward(gateway.fieldward.opened.keys.ttlMs);
    await people.expectAll(gateway);
    await people.expectAll(second);
    const after = await keyIdsIn(gateway);
    expect(before.filter((id) => after.includes(id))).toEqual([]);
    expect((await keyIdsOfEnvelopes(gateway)).filter((id) => !after.includes(id))).toEqual([]);
    const states = await pastTheGateway(gateway, "vault", "SELECT DISTINCT state FROM subject_key");
    expect(states).toEqual([{ state: "active" }]);
  }, 120_000);

  it("loses nothing of a process that writes and never reads, by keys that it had before", async () => {
    const writer = await anotherProcess(gateway);
    const ids = [people.any().id, people.any().id, people.any().id];
    await writer.opened.keys.keyRing.require(ids);
    let turn = 0;
    const between = async ({ unit, done, place }: RunProgress): Promise<void> => {
      if ((unit === "ms" && done % 20_000 > 500) || place.startsWith("message/")) return;
      turn += 1;
      await people.messageBy(writer, ids[turn % ids.length] ?? "");
    };
    gateway.clock.forward(1_000);
    const job = JOBS.reseal(jobParts(gateway, operator));
    await runToEnd(gateway, operator, job, { between }).finally(() => writer.close());
    expect(turn).toBeGreaterThan(8);
    gateway.clock.forward(gateway.fieldward.opened.keys.ttlMs);
    const after = await keyIdsIn(gateway);
    expect((await keyIdsOfEnvelopes(gateway)).filter((id) => !after.includes(id))).toEqual([]);
    await people.expectAll(gateway);
  }, 60_000);

  it("comes to its end though rows are added between any two steps", async () => {
    gateway.clock.forward(1_000);
    let steps = 0;
    const between = async ({ phase, phaseNumber }: RunProgress): Promise<void> => {
      if (phase !== "values") return;
      steps += 1;
      if (steps > 40) throw new Error(`still in phase ${String(phaseNumber)}`);
      await people.message(gateway, people.any().id);
    };
    const run = await runToEnd(gateway, operator, JOBS.reseal(jobParts(gateway, operator)), { between });
    expect(run.failed).toBe(0);
    await people.expectAll(gateway);
  }, 60_000);
});
