import fc from "fast-check";
import { keyWork } from "../../../src/cli/keys-runner";
import { newId } from "../../../src/installation";
import type { Fieldward } from "../../../src/main";
import { rotate } from "../../../src/vault/rotation/rotate";
import { personalFieldsOf } from "../../../src/domain/classified";
import type { SealedColumn } from "../../../src/domain/sealed";
import { runJob, type Run, type RunStore } from "../../../src/vault/rotation/run";
import { pastTheGateway } from "../../graphql/past-the-gateway";
import { engines } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";
import { peopleOf, type People } from "./people";
import { anotherProcess, JOBS, jobParts, type JobParts } from "./processes";
import { keyIdsIn, keyIdsOfEnvelopes } from "./stored";

class Crash extends Error {}

/** Kills the process at calls of its stores: before the work is done, or once it is done and before anyone is told. */
class Fuse {
  #calls = 0;

  /** @param blows the numbers of the calls, counted over all attempts, of which an odd one is done first */
  constructor(private readonly blows: ReadonlySet<number>) {}

  /** The same object with a fuse before and behind each of these methods. */
  guard<T extends object>(target: T, methods: readonly (keyof T)[]): T {
    const guarded = methods.map((method) => [method, this.#around(target, method)] as const);
    return { ...target, ...Object.fromEntries(guarded) };
  }

  #around<T extends object>(target: T, method: keyof T) {
    return async (...args: unknown[]): Promise<unknown> => {
      this.#strike();
      const work = target[method];
      if (typeof work !== "function") throw new Error(`${String(method)} is no method`);
      const result: unknown = await Reflect.apply(work, target, args);
      this.#strike();
      return result;
    };
  }

  #strike(): void {
    this.#calls += 1;
    if (this.blows.has(this.#calls)) throw new Crash();
  }
}

const RUN_CALLS = ["start", "save", "finish"] as const satisfies readonly (keyof RunStore)[];

function guarded(parts: JobParts, fuse: Fuse): JobParts {
  const rewrapStore = fuse.guard(parts.rewrap.store, [
    "replaceSubjectKeys",
    "replaceRootKey",
    "replaceKek",
    "markEmptyKeks",
  ]);
  const resealStore = fuse.guard(parts.reseal.store, ["succeed", "dropRetiredBy", "keep"]);
  const reindexStore = fuse.guard(parts.reindex.store, [
    "addRootKeys",
    "switchIndexKeys",
    "dropRetiredIndexKeys",
  ]);
  const rows = fuse.guard(parts.reseal.rows, ["change"]);
  return {
    ...parts,
    rewrap: { ...parts.rewrap, store: rewrapStore },
    reseal: { ...parts.reseal, store: resealStore, rows },
    reindex: { ...parts.reindex, store: reindexStore, rows },
  };
}

/** The sealed field that customers are found by. */
function phoneColumn(): SealedColumn {
  const field = personalFieldsOf("Customer").find(({ sealed }) => sealed.property === "phone");
  if (field === undefined) throw new Error("Customer.phone is not a sealed field");
  return field.sealed;
}

const crashes = fc.array(fc.integer({ min: 1, max: 45 }), { minLength: 1, maxLength: 6 });

describe.each(engines)("a rotation that is killed on $name", (engine) => {
  let gateway: TestGateway;
  let operator: Fieldward;
  let people: People;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    operator = await anotherProcess(gateway);
    people = await peopleOf(gateway, "larkfield");
    await people.fill(8, 3);
  }, 60_000);
  afterAll(async () => {
    await operator.close();
    await gateway.close();
  });

  /** A slice of waiting that takes longer than was asked, so that most calls are those of other phases. */
  const oversleep = (): Promise<void> => {
    gateway.clock.forward(45_000);
    return Promise.resolve();
  };

  /** Runs a job again and again, each time by a process with an empty memory, until it comes to its end. */
  async function runUntilDone(kind: keyof typeof JOBS, blows: readonly number[]): Promise<Run> {
    const fuse = new Fuse(new Set(blows));
    for (let attempt = 0; attempt <= blows.length; attempt += 1) {
      operator.opened.keys.keyRing.clear();
      gateway.clock.forward(50);
      try {
        return await runOnce(kind, fuse);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
    throw new Error("it was killed more often than was said");
  }

  function runOnce(kind: keyof typeof JOBS, fuse: Fuse): Promise<Run> {
    const pace = (): Promise<void> => {
      gateway.clock.forward(10);
      return Promise.resolve();
    };
    const runs = fuse.guard(keyWork(operator).runs, [...RUN_CALLS]);
    const tools = { runs, clock: gateway.clock.read, newId, report: () => undefined, pace, wait: oversleep };
    const parts = jobParts(gateway, operator);
    const given = {
      ...parts,
      reseal: { ...parts.reseal, wait: oversleep },
      reindex: { ...parts.reindex, wait: oversleep },
    };
    return runJob(JOBS[kind](guarded(given, fuse)), tools);
  }

  const unfinished = async (): Promise<number> => {
    const query = "SELECT id FROM rotation_run WHERE finished_at IS NULL";
    return (await pastTheGateway(gateway, "vault", query)).length;
  };
  const property = (check: (blows: readonly number[]) => Promise<void>) =>
    fc.assert(fc.asyncProperty(crashes, check), { numRuns: engine.server === null ? 20 : 8 });

  it("rewraps every key when it is run again", async () => {
    await property(async (blows) => {
      const made = await rotate(jobParts(gateway, operator).rotate, {
        tenantId: null,
        provider: undefined,
        rotateProvider: true,
      });
      gateway.clock.forward(operator.opened.keys.ttlMs);
      await runUntilDone("rewrap", blows);
      const { store } = keyWork(operator);
      expect([...(await store.keksInUse())]).toEqual([made.id]);
      const states = (await store.keks()).filter(({ state }) => state !== "moved");
      expect(states.filter(({ state }) => state === "primary").map(({ id }) => id)).toEqual([made.id]);
      expect(states.filter(({ state }) => state === "retired")).toEqual([]);
      // The empty ones stay where they were: carried along, they would be readable for longer.
      expect(states.filter(({ state }) => !["primary", "empty", "moved"].includes(state))).toEqual([]);
      expect(await unfinished()).toBe(0);
      await people.expectAll(gateway);
    });
  }, 120_000);

  it("reseals every value when it is run again", async () => {
    await property(async (blows) => {
      const before = await keyIdsIn(gateway);
      gateway.clock.forward(1_000);
      const run = await runUntilDone("reseal", blows);
      expect(run.failed).toBe(0);
      const after = await keyIdsIn(gateway);
      expect(after).toHaveLength(before.length);
      expect(after.filter((id) => before.includes(id))).toEqual([]);
      expect((await keyIdsOfEnvelopes(gateway)).filter((id) => !after.includes(id))).toEqual([]);
      expect(await unfinished()).toBe(0);
      await people.expectAll(gateway);
    });
  }, 120_000);

  it("reindexes every value when it is run again", async () => {
    let version = 1;
    await property(async (blows) => {
      gateway.clock.forward(1_000);
      await runUntilDone("reindex", blows);
      version += 1;
      const [used, unused] = version % 2 === 1 ? ["bi", "bi2"] : ["bi2", "bi"];
      const wrong = `SELECT COUNT(*) AS n FROM customer WHERE phone_${unused} IS NOT NULL OR phone_${used} IS NULL OR email_${used} IS NULL`;
      const [row] = await pastTheGateway(gateway, "data", wrong);
      expect(Number(row?.["n"])).toBe(0);
      const keys = "SELECT version, state FROM root_key WHERE purpose = 'blind-index'";
      const rows = await pastTheGateway(gateway, "vault", keys);
      expect(rows.map((found) => ({ ...found }))).toEqual([{ version, state: "current" }]);
      expect(await unfinished()).toBe(0);
      gateway.clock.forward(operator.opened.keys.ttlMs);
      const found = await operator.vault.find(phoneColumn(), people.quiet.phone);
      const [same] = await pastTheGateway(
        gateway,
        "data",
        `SELECT phone_${used} AS bi FROM customer WHERE id = '${people.quiet.id}'`,
      );
      expect(same).toEqual({ bi: found.index });
    });
  }, 120_000);

  it("can be killed at every call in its turn", async () => {
    for (let call = 1; call <= 45; call += 1) {
      gateway.clock.forward(1_000);
      await runUntilDone("reseal", [call]);
      expect(await unfinished()).toBe(0);
    }
    await people.expectAll(gateway);
  }, 120_000);
});
