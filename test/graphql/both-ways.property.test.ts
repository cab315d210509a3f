import fc from "fast-check";
import type { AccessEntry } from "../../src/audit/access-entry";
import { buildSchemas } from "../../src/graphql/schema";
import { engines } from "../support/engines";
import type { Answer, Caller } from "../support/gateway";
import { withoutRequestIds } from "./answers";
import { openWorld, type World } from "./both-ways-world";
import { tellOf } from "./log-told";
import { randomQueries, type RandomQuery } from "./random-query";

const { schema } = buildSchemas();

/** Every form of a field, of every row. */
const OF_ALL_ROWS = [
  `{ customers { nodes {
    id name clear: name(as: CLEAR) phone high: phone(as: CLEAR) low: phone(as: TOKEN) email(as: MASKED) address
    consents { state evidence full: evidence(as: CLEAR) } consentState(purpose: "support")
    messages(first: 2) { totalCount nodes { status body full: body(as: CLEAR) customer { birthDate(as: CLEAR) } } }
  } edges { node { birthDate other: phone(as: MASKED) } } } }`,
  "{ messages { nodes { id body customerNumber(as: CLEAR) customer { name phone } } } }",
  "{ customers { nodes { high: email(as: CLEAR) body: messages(first: 1) { nodes { body(as: CLEAR) } } } } }",
] as const;

// Many callers to sign up, hundreds of queries, and perhaps a busy machine: a test that is given up goes on asking, and what it
// logs would be taken for the next one's.
jest.setTimeout(120_000);

/** What both ways gave, and the entries of the log that were held against each other. */
interface Compared {
  readonly answer: Answer;
  readonly entries: readonly AccessEntry[];
}

async function bothWays(
  { gateway, logged }: World,
  caller: Caller,
  { query, variables }: RandomQuery,
): Promise<Compared> {
  logged.splice(0);
  const answer = await gateway.query(caller, query, variables);
  const entries = logged.splice(0);
  const slow = await gateway.slowly(caller, query, variables);
  const slowEntries = logged.splice(0);
  expect(withoutRequestIds(slow)).toBe(withoutRequestIds(answer));
  // Where nothing is served, graphql-js answers without waiting for what else was being read.
  if (answer.data === null) return { answer, entries: [] };
  expect(tellOf(slowEntries)).toEqual(tellOf(entries));
  return { answer, entries };
}

describe.each(engines)("the two ways of executing on $name", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.gateway.close());

  it("give byte-equal answers and tell the log the same, whatever is asked", async () => {
    const seen = { served: 0, refused: 0, whole: 0, invalid: 0 };
    const told = { read: 0, denied: 0 };
    const queries = randomQueries(schema, world.vocabulary);
    const callers = fc.constantFrom(...world.callers);
    const runs = engine.server === null ? 300 : 120;
    await fc.assert(
      fc.asyncProperty(queries, callers, async (query, caller) => {
        const { answer, entries } = await bothWays(world, caller, query);
        const { data, errors, status } = answer;
        if (JSON.stringify(errors ?? []).includes("Variable") || status === 400) seen.invalid += 1;
        else if (data === undefined || data === null) seen.whole += 1;
        else if (errors === undefined) seen.served += 1;
        else seen.refused += 1;
        told.read += entries.some(({ reads }) => reads.length > 0) ? 1 : 0;
        told.denied += entries.some(({ denials }) => denials.length > 0) ? 1 : 0;
      }),
      { numRuns: runs },
    );
    // Proof that the queries are worth something: enough of them are answered, in part or whole, and enough is logged.
    expect(seen.served + seen.refused).toBeGreaterThan(runs / 4);
    expect(seen.refused).toBeGreaterThan(runs / 40);
    expect(told.read).toBeGreaterThan(runs / 10);
    expect(told.denied).toBeGreaterThan(runs / 20);
  });

  it("tell the log the same of what is refused of one row and not of another, and of what is elevated", async () => {
    const codes = new Set<string>();
    const elevated = new Set<boolean>();
    for (const caller of world.callers) {
      for (const query of OF_ALL_ROWS) {
        const { entries } = await bothWays(world, caller, { query, variables: {} });
        for (const { code } of entries.flatMap(({ denials }) => denials)) codes.add(code);
        for (const { elevations } of entries.flatMap(({ reads }) => reads))
          elevated.add(elevations !== undefined);
      }
    }
    expect([...codes].sort()).toEqual([
      "CONSENT_MISSING",
      "DISCLOSURE_BUDGET_EXCEEDED",
      "ERASED",
      "FIELD_HIDDEN",
      "LEVEL_TOO_HIGH",
    ]);
    expect(elevated.size).toBe(2);
  });
});
