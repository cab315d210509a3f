import { filterSchema } from "@graphql-tools/utils";
import fc from "fast-check";
import { buildSchemas } from "../../src/graphql/schema";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { codes } from "./answers";
import { randomQueries, type Vocabulary } from "./random-query";

/** The root fields that are planned and sent. */
const ROOTS = new Set(["me", "customer", "customers", "message", "messages", "apiTokens"]);
const schema = filterSchema({
  schema: buildSchemas().schema,
  rootFieldFilter: (operation, field) => operation === "Query" && ROOTS.has(field),
});

const PLAN = `query ($document: String!, $variables: JSON) {
  accessPlan(document: $document, variables: $variables) {
    allowed refusal fields { path field level because toRaise }
  }
}`;

interface PlannedField {
  readonly path: string;
  readonly field: string;
  readonly level: string;
  readonly because: string;
  readonly toRaise: string | null;
}

interface Planned {
  readonly allowed: boolean;
  readonly refusal: string | null;
  readonly fields: readonly PlannedField[];
}

/** What keeps a document from being planned as it keeps it from being run. */
const NO_PLAN: ReadonlySet<string> = new Set(["BAD_USER_INPUT", "QUERY_TOO_COMPLEX"]);

const textOf = ({ field, level, because }: Omit<PlannedField, "path">): string =>
  `${field} ${level} ${because}`;

/** Every value at a place of an answer, lists opened. */
function valuesAt(data: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(data))
    return data.flatMap((item) => valuesAt(item, key === undefined ? [] : [key, ...rest]));
  if (key === undefined) return [data];
  return typeof data === "object" && data !== null ? valuesAt(Reflect.get(data, key), rest) : [];
}

/** What an answer says of itself that is the same for every row. */
function notesOf({ extensions }: Answer): Omit<PlannedField, "path">[] {
  const access = extensions?.["access"];
  const rowReason = /^the (?:customer|disclosure)/;
  return Array.isArray(access)
    ? (access as Omit<PlannedField, "path">[]).filter(({ because }) => !rowReason.test(because))
    : [];
}

/** A plan does not open cursors: where one is no good as well, it may be that which is told. */
const OF_A_CURSOR = "`after` takes a cursor";

function refusalTold(foretold: string | null, { errors }: Answer): string | null | undefined {
  const message = errors?.[0]?.message;
  return foretold === null || message?.includes(OF_A_CURSOR) === true ? foretold : message;
}

const NOTHING_PLANNED: Planned = { allowed: false, refusal: null, fields: [] };

/** What was foretold of an answer, beside what it turned out to be. */
function compared(planned: Planned | null, sent: Answer) {
  const { allowed, refusal, fields } = planned ?? NOTHING_PLANNED;
  const refused = planned === null || refusal !== null;
  const hidden = refused ? [] : fields.filter(({ level }) => level === "HIDDEN");
  const served = hidden.flatMap(({ path }) => valuesAt(sent.data, path.split(".")));
  const told = new Set(fields.map(textOf));
  const notes = notesOf(sent).map(textOf);
  const nothing = sent.data === undefined || sent.data === null;
  const found = {
    refused: nothing && refused,
    message: refusalTold(refusal, sent),
    served: served.filter((value) => value !== null && value !== undefined),
    untold: notes.filter((note) => !told.has(note)),
  };
  const foretold = { refused: !allowed, message: refusal, served: [], untold: [] };
  return { refused, hidden, notes, found, foretold };
}

describe.each(engines)("the access plan of any query on $name", (engine) => {
  let gateway: TestGateway;
  let callers: readonly Caller[];
  let vocabulary: Vocabulary;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenant, { consentBits: 3 });
    const ids = [customer.id, ...(await addMessages(gateway, customer, ["One.", "Two."]))];
    callers = [
      await gateway.staff("compliance", "legal"),
      await gateway.staff("support", "support", false),
      await gateway.staff("analyst", "analytics"),
      await gateway.staff("billing", "billing"),
      await gateway.partner("larkfield", ["contact:token", "content:clear", "identity:masked"], ["support"]),
      await gateway.partner("larkfield", ["contact:clear", "traffic:clear", "contact:lookup"], ["marketing"]),
      { token: (await gateway.partner("larkfield", ["contact:clear"], ["billing", "support"])).token },
    ];
    vocabulary = {
      ids,
      cursors: ["no-cursor"],
      texts: { phone: ["+447700900123"], purpose: ["support"] },
    };
  });
  afterAll(() => gateway.close());

  const planOf = async (caller: Caller, document: string, variables: object): Promise<Planned | null> => {
    const answer = await gateway.query(caller, PLAN, { document, variables });
    const planned = (answer.data ?? {}) as { accessPlan?: Planned };
    expect(codes(answer).filter((code) => !NO_PLAN.has(code))).toEqual([]);
    return planned.accessPlan ?? null;
  };

  it("foretells what sending it gives: refusal, hidden fields, levels and reasons", async () => {
    const seen = { refused: 0, hidden: 0, noted: 0 };
    const queries = randomQueries(schema, vocabulary);
    await fc.assert(
      fc.asyncProperty(queries, fc.constantFrom(...callers), async ({ query, variables }, caller) => {
        const planned = await planOf(caller, query, variables);
        const sent = await gateway.query(caller, query, variables);
        const { refused, hidden, notes, found, foretold } = compared(planned, sent);
        expect(found).toEqual(foretold);
        seen.refused += refused ? 1 : 0;
        seen.hidden += hidden.length;
        seen.noted += notes.length;
      }),
      { numRuns: engine.server === null ? 100 : 30 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
