/**
 * Non-interference: what a caller gets must not depend on what it may not see. Seven customers in every state have values
 * with twins; for each caller the stored data are turned, past the gateway, from one world into another in which exactly what
 * is below CLEAR for it is a twin that looks the same at its level. Then everything that it can try is tried in both, guesses
 * of the values of either among it. An answer (status, headers, body) that differs is a bit recovered; so is a difference in
 * the statements that were sent, the rows that came back or the values that were opened, which is what time hangs on.
 *
 * Which level holds comes from the policy files, read in another way than the gateway reads them. That the suite is not blind
 * is shown twice: who may see a value tells its twins apart (below), and planted holes are found (oracle-plants.test.ts).
 */
import type * as rows from "../../src/database/rows";
import type { Way } from "../../src/graphql/executor";
import { listAt } from "../graphql/answers";
import { levelFor } from "../graphql/level-model";
import { engines, type Engine } from "../support/engines";
import { CALLERS, purposesOf, type CallerPlan } from "./oracle/callers";
import { probesOf } from "./oracle/channels";
import { inWords, OTHER_WORLDS, type Trial } from "./oracle/search";
import { SECRETS, TWIN, withoutTwins } from "./oracle/secrets";
import { openStage, type Stage } from "./oracle/stage";
import type { tracedRows } from "./oracle/statement-trace";
import type { World } from "./oracle/worlds";
import { admittedWrites } from "./oracle/writes";

jest.mock("../../src/database/rows", () =>
  jest
    .requireActual<{ tracedRows: typeof tracedRows }>("./oracle/statement-trace")
    .tracedRows(jest.requireActual<typeof rows>("../../src/database/rows")),
);

const WAYS: readonly Way[] = ["plan", "graphql-js"];

/**
 * Of a caller's probes one half goes one way on one engine, and the other way on the other; both ways where there is one
 * engine only. The second engine gets one of the two other worlds, in turns.
 */
function trialOf(engine: Engine, caller: number): Trial {
  if (engines.length === 1) return { ways: () => WAYS, worlds: OTHER_WORLDS };
  const first = engine.server === null;
  const turn = caller + (first ? 0 : 1);
  return {
    ways: (place) => WAYS.filter((_, i) => i === (place + turn) % 2),
    worlds: OTHER_WORLDS.filter((_, i) => first || i === caller % 2),
  };
}

/** Everybody on the first engine, and on a second one every other of them. */
function askersOn(engine: Engine) {
  const all = CALLERS.map(({ name }, number) => ({ name, number }));
  return engine.server === null ? all : all.filter(({ number }) => number % 2 === 0);
}

/** What a caller would not be served under any purpose that it could declare. */
function neverServed(plan: CallerPlan): string[] {
  if ("nobody" in plan) return SECRETS.map(({ name }) => name);
  return SECRETS.filter(({ category, form }) => {
    const levels = purposesOf(plan).map((purpose) => levelFor({ ...plan, trained: true, purpose }, category));
    const nothing = form === "open" ? ["HIDDEN", "TOKEN"] : ["HIDDEN"];
    return levels.every((level) => nothing.includes(level));
  }).map(({ name }) => name);
}

it("has twins for every field of a customer's data", () => {
  expect(SECRETS.length).toBeGreaterThan(30);
  expect(withoutTwins()).toEqual([]);
});

describe.each(engines)("what a caller recovers of what it may not see on $name", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(engine);
  }, 60_000);
  afterAll(() => stage.close());

  it.each(askersOn(engine))("is 0 bits: $name", async ({ name, number }) => {
    const leaks = await stage.search.leaksTo(await stage.caller(name), trialOf(engine, number));
    expect(leaks.map(inWords)).toEqual([]);
  });

  it("is what docs/threat-model.md admits where it may write records", async () => {
    const caller = await stage.caller("[customers:write messages:write traffic:clear] for support");
    const probes = admittedWrites(caller, stage.people);
    const leaks = await stage.search.leaksTo(caller, {
      ways: () => ["graphql-js"],
      worlds: ["same mask"],
      probes,
    });
    expect(leaks.map(inWords).sort()).toEqual([
      "Customer.email by timing class: updateCustomer: email (graphql-js)",
      "Customer.phone by write: createCustomer (graphql-js)",
      "Customer.phone by write: storeMessages (graphql-js)",
      "Customer.phone by write: updateCustomer: phone (graphql-js)",
    ]);
  });

  it("would be every value if it might see them: all twins are told apart", async () => {
    const caller = await stage.caller("every scope for support");
    const reads = probesOf(caller, stage.people).filter(({ writes }) => writes !== true);
    // Under this purpose nothing hangs on a consent.
    const visible = SECRETS.filter(({ name }) => name !== "Customer.consentState");
    const alone = visible.map(
      ({ name }): World =>
        (person, secret) =>
          secret.name === name && person.number < 2 ? TWIN.sameMask : TWIN.value,
    );
    const shows = reads.filter(({ channel }) => channel === "null pattern");
    const told = await stage.search.channelsFor(caller, alone, shows);
    expect(visible.map(({ name }) => name).filter((_, i) => told[i]?.size === 0)).toEqual([]);

    const [channels] = await stage.search.channelsFor(caller, [() => TWIN.sameMask], reads);
    expect([...(channels ?? [])]).toEqual(
      expect.arrayContaining([
        ...["filter", "sort", "count", "cursor", "null pattern"],
        ...["alias", "fragment", "nested path", "argument default"],
      ]),
    );
  });

  it("is not even named by introspection where no purpose would let it be served", async () => {
    const types = ["Customer", "Message", "ConsentRecord"];
    const query = `{ ${types.map((type) => `${type}: __type(name: "${type}") { fields { name } }`).join(" ")} }`;
    const named: string[] = [];
    let seen = 0;
    for (const plan of CALLERS.filter((one) => !("standing" in one))) {
      const { credential } = await stage.caller(plan.name);
      const answer = await stage.gateway.query(credential, query);
      const fields = types.flatMap((type) =>
        listAt(answer, `${type}.fields`).map((field) => `${type}.${(field as { name: string }).name}`),
      );
      seen += fields.length;
      const never = neverServed(plan);
      named.push(
        ...fields.filter((field) => never.includes(field)).map((field) => `${field} to ${plan.name}`),
      );
    }
    expect(named).toEqual([]);
    expect(seen).toBeGreaterThan(100);
  });
});
