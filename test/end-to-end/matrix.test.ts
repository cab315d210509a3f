import {
  combinations,
  inWords,
  nameOf,
  samples,
  type Asker,
  type Combination,
  type MatrixLine,
} from "../policy/matrix/matrix-line";
import { MATRIX_ROLES, tableOfRole, tableOfScopes, tableOfSets } from "../policy/matrix/read-matrix";
import { defaultPolicy } from "../policy/principals";
import { codes } from "../graphql/answers";
import { engines } from "../support/engines";
import {
  inClearFaults,
  principalFaults,
  recordFaults,
  valueFaults,
  type Cells,
  type Sample,
} from "./matrix/faults";
import type { Person } from "./matrix/people";
import { Questions, type Answered } from "./matrix/reading";
import { loggedKey, loggedLevels } from "./matrix/records";
import { openWorld, type World } from "./matrix/world";

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const TABLES = {
  ...Object.fromEntries(MATRIX_ROLES.map((role) => [role, tableOfRole(role)])),
  sets: tableOfSets(),
};
const LINES = Object.values(TABLES).flat();

/** The grids, cell by cell, those of one token together; it needs no training, and none of its customers is elevated. */
const GRIDS = tableOfScopes()
  .map((line): MatrixLine => ({ ...line, values: { ...line.values, trained: ["yes"], elevation: ["none"] } }))
  .sort((a, b) => compare(whoAsks(a), whoAsks(b)));

const askersOf = (lines: readonly MatrixLine[]): Asker[] => lines.map(({ asker }) => asker);

function whoAsks({ asker, declared }: Pick<MatrixLine, "asker" | "declared">): string {
  return `${nameOf(asker)} for ${String(declared)}`;
}

/** What every line says, by who asks, for what, and in which combination. */
const WRITTEN = new Map(
  [...LINES, ...GRIDS].flatMap((line) =>
    combinations(line).map((one) => [`${whoAsks(line)}: ${inWords(one)}`, line.expected]),
  ),
);

/** What is decided before any customer is looked at: what is written of one of whom there is nothing to be said. */
function beforeAnyCustomer(line: MatrixLine, { trained }: Combination): Cells {
  const plain = {
    trained,
    state: "ACTIVE",
    consent: "GRANTED",
    elevation: "none",
    budget: "within",
  } as const;
  const cells = WRITTEN.get(`${whoAsks(line)}: ${inWords(plain)}`);
  if (cells === undefined || typeof cells === "string")
    throw new Error(`nothing is written of ${whoAsks(line)}`);
  return cells;
}

/** The purpose that counts: the declared one, or the only one that there is. */
function purposeOf({ asker, declared }: MatrixLine): string {
  const purposes = "role" in asker ? defaultPolicy.roles.get(asker.role)?.purposes : asker.purposes;
  return declared ?? (purposes?.length === 1 ? (purposes[0] ?? "") : "");
}

/** One name for what is declared and one for what is assumed, so that the log tells them apart. */
const operationOf = ({ declared }: MatrixLine): string => (declared === null ? "Assumed" : "Declared");

/** Two engines, some thousand requests, and perhaps a busy machine. */
const SLOW_MS = 180_000;

/** How many requests are under way at once. */
const AT_ONCE = 8;

async function inGroups<T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE)
    results.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(each))));
  return results;
}

type Asking = readonly [line: MatrixLine, combination: Combination];

/** What is asked of some lines: so many of each one's samples. */
function askings(lines: readonly MatrixLine[], most: number): Asking[] {
  return lines.flatMap((line, turn) =>
    samples(line, turn)
      .slice(0, most)
      .map((combination): Asking => [line, combination]),
  );
}

describe.each(engines)("what the gateway serves on $name", (engine) => {
  let world: World;
  let questions: Questions;
  const { stackTraceLimit } = Error;
  /** Of a line that speaks of many combinations so many are asked, others from line to line. */
  const samplesOfLine = engine.server === null ? 2 : 1;
  /** Every cell on one engine; on the other every fourth, which are others from scope to scope. */
  const grids = GRIDS.filter((_, i) => engine.server === null || i % 4 === 0);

  beforeAll(async () => {
    // Every refusal is an error, and to find where in the source each began takes a quarter of the time.
    Error.stackTraceLimit = 0;
    world = await openWorld(engine, askersOf(LINES), askersOf(GRIDS));
    questions = new Questions(world);
  }, SLOW_MS);
  afterAll(async () => {
    Error.stackTraceLimit = stackTraceLimit;
    await world.close();
  });

  function ask([line, combination]: Asking, person: Person, kind?: "inClear"): Promise<Answered> {
    const { token } = world.callerOf(line.asker, combination);
    const caller = line.declared === null ? { token } : { token, purpose: line.declared };
    const who = `${whoAsks(line)} ${combination.trained}`;
    return questions.ask(caller, who, operationOf(line), person, kind);
  }

  /** One sample of a line whose request is not refused. */
  async function sampleOf(asking: Asking, kind?: "inClear"): Promise<Sample | null> {
    const [line, combination] = asking;
    if (typeof line.expected === "string") return null;
    const person = world.personOf(combination);
    const before = beforeAnyCustomer(line, combination);
    return {
      line,
      combination,
      cells: line.expected,
      before,
      person,
      answered: await ask(asking, person, kind),
    };
  }

  /** Where a request that is refused as a whole is not. */
  async function refusalFaults(asking: Asking): Promise<string[]> {
    const [line, combination] = asking;
    if (typeof line.expected !== "string") return [];
    const { answer } = await ask(asking, world.personOf(combination));
    const refused = (answer.data ?? null) === null && codes(answer).join() === line.expected;
    return refused ? [] : [`${line.at}: ${codes(answer).join()}, and ${line.expected} is written`];
  }

  /** Asks for lines, and answers what of it is not as written. */
  async function faultsOf(lines: readonly MatrixLine[], most: number): Promise<string[]> {
    const all = askings(lines, most);
    const refused = (await inGroups(all, refusalFaults)).flat();
    const served = (await inGroups(all, (asking) => sampleOf(asking))).filter((sample) => sample !== null);
    const log = await loggedLevels(world.gateway);
    const faults = served.flatMap((sample) => {
      const { line, combination, person } = sample;
      const { id: actor } = world.callerOf(line.asker, combination).principal;
      const key = { actor, purpose: purposeOf(line), operation: operationOf(line), subject: person.id };
      return [
        ...valueFaults(sample),
        ...principalFaults(sample),
        ...recordFaults(sample, log.get(loggedKey(key))),
      ];
    });
    return [...refused, ...faults];
  }

  it.each(Object.entries(TABLES))(
    "is what the table of %s says, in values, in what answers say of themselves, and in the access log",
    async (_, lines) => {
      expect(await faultsOf(lines, samplesOfLine)).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    "is what the grids of single scopes say",
    async () => {
      expect(await faultsOf(grids, 1)).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    "is nothing above what the tables say where it is asked for at CLEAR",
    async () => {
      const found = await inGroups(askings(LINES, 1), (asking) => sampleOf(asking, "inClear"));
      // Who sees no customer at all is refused already.
      const answered = found
        .filter((sample) => sample !== null)
        .filter(({ before }) => before.account !== "-");
      expect(answered.length).toBeGreaterThan(200);
      expect(answered.flatMap(inClearFaults)).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    "is nothing of another tenant's customer to any partner",
    async () => {
      const partners = [...TABLES.sets, ...GRIDS].filter(({ expected }) => typeof expected !== "string");
      const once = [...new Map(partners.map((line) => [whoAsks(line), line])).values()];
      const served = await inGroups(askings(once, 1), (asking) => ask(asking, world.stranger));
      const rows = served.map(({ answer: { data } }) => [data?.["customer"], data?.["message"] ?? null]);
      expect(rows).toEqual(once.map(() => [null, null]));
    },
    SLOW_MS,
  );
});
