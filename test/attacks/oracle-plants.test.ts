/**
 * Whether the oracle suite can find a hole: each of these is planted into the gateway, one at a time, and has to be found by the
 * channels that it opens, with the name of the value that it gives away.
 */
import type * as readFields from "../../src/access/read-field";
import type * as rows from "../../src/database/rows";
import { personalFieldsOf } from "../../src/domain/classified";
import { Customer } from "../../src/domain/customer";
import { FieldwardError } from "../../src/domain/errors";
import type * as masks from "../../src/domain/mask";
import { AccessPlanner } from "../../src/graphql/access-planner";
import type * as filterRules from "../../src/graphql/rules/filter-rules";
import { VisibleSchemas } from "../../src/graphql/visible-schema";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import type { Channel } from "./oracle/probe";
import { OTHER_WORLDS } from "./oracle/search";
import { openStage, type Stage } from "./oracle/stage";
import type { tracedRows } from "./oracle/statement-trace";

/** The hole that is there now. */
const mockHole = { name: "" };

jest.mock("../../src/database/rows", () =>
  jest
    .requireActual<{ tracedRows: typeof tracedRows }>("./oracle/statement-trace")
    .tracedRows(jest.requireActual<typeof rows>("../../src/database/rows")),
);

jest.mock("../../src/graphql/rules/filter-rules", () => {
  const actual = jest.requireActual<typeof filterRules>("../../src/graphql/rules/filter-rules");
  const checkFilter: typeof actual.checkFilter = (...args) =>
    mockHole.name === "filters ask for no right" ? [] : actual.checkFilter(...args);
  return { ...actual, checkFilter };
});

jest.mock("../../src/domain/mask", () => {
  const actual = jest.requireActual<typeof masks>("../../src/domain/mask");
  const maskEmail: typeof actual.maskEmail = (value) =>
    mockHole.name === "a mask is as long as the value" ? "•".repeat(value.length) : actual.maskEmail(value);
  return { ...actual, maskEmail };
});

/** Of a value of more than 30 bytes. @see docs/architecture.md, "The envelope" */
const mockLongEnvelope = 91;

jest.mock("../../src/access/read-field", () => {
  const actual = jest.requireActual<typeof readFields>("../../src/access/read-field");
  const readField: typeof actual.readField = (order, row, ...rest) => {
    const { property, ct } = order.personal.sealed;
    const envelope = row[ct];
    const isLong = envelope instanceof Uint8Array && envelope.length >= mockLongEnvelope;
    if (isLong && order.category === "content" && mockHole.name === "long texts are opened to be withheld")
      Reflect.get(row, property);
    try {
      return actual.readField(order, row, ...rest);
    } catch (error) {
      if (isLong && mockHole.name === "an error says how long the value is")
        throw new FieldwardError("LEVEL_TOO_HIGH", "It is a long one.");
      throw error;
    }
  };
  return { ...actual, readField };
});

interface Hole {
  readonly name: string;
  /** Whom it tells what it should not. */
  readonly caller: string;
  readonly secrets: readonly string[];
  readonly channels: readonly Channel[];
  /** What else than the modules above is changed. */
  readonly plant?: (stage: Stage) => void;
}

/** Lists of customers are in the order of their numbers' indexes. */
function orderByIndex({ gateway }: Stage): void {
  const { reader } = gateway.fieldward.services;
  const page = reader.page.bind(reader);
  jest.spyOn(reader, "page").mockImplementation((query) => {
    const isList = (query.entity as object) === Customer && query.limit > 1;
    return page(isList ? { ...query, order: { properties: ["phoneBi"], descending: false } } : query);
  });
}

/** The cost of a planned look-up is how many customers it finds. */
function countInPlans(): void {
  // eslint-disable-next-line jest/unbound-method -- it is called on whatever the spy is called on
  const { plan } = AccessPlanner.prototype;
  const [phone] = personalFieldsOf("Customer").filter(({ sealed }) => sealed.property === "phone");
  if (phone === undefined) throw new Error("customers have numbers");
  jest.spyOn(AccessPlanner.prototype, "plan").mockImplementation(async function (
    this: AccessPlanner,
    document,
    variables,
    context,
  ) {
    const planned = await plan.call(this, document, variables, context);
    const guess = (variables as { readonly f?: { readonly phone?: unknown } } | null | undefined)?.f?.phone;
    if (typeof guess !== "string") return planned;
    const { property, index } = context.indexes.find(phone.sealed, guess);
    const found = await context.services.reader.count(Customer, [{ property, is: "=", value: index }]);
    return { ...planned, cost: planned.cost + found };
  });
}

/** A comment in the schema says how many names are known. */
function countInSchemas({ gateway }: Stage): void {
  // eslint-disable-next-line jest/unbound-method -- it is called on whatever the spy is called on
  const { of } = VisibleSchemas.prototype;
  jest.spyOn(VisibleSchemas.prototype, "of").mockImplementation(async function (
    this: VisibleSchemas,
    ...args
  ) {
    const visible = await of.apply(this, args);
    const known = await pastTheGateway(gateway, "data", "SELECT COUNT(name_ct) AS names FROM customer");
    return { ...visible, text: `${visible.text}# ${JSON.stringify(known)}\n` };
  });
}

const HOLES: readonly Hole[] = [
  {
    name: "filters ask for no right",
    caller: "billing for billing",
    secrets: ["Customer.email", "Customer.phone"],
    channels: ["argument default", "filter"],
  },
  {
    name: "a mask is as long as the value",
    caller: "partner-support for support",
    secrets: ["Customer.email"],
    channels: ["alias", "argument default", "fragment", "nested path", "null pattern"],
  },
  {
    name: "an error says how long the value is",
    caller: "support for support",
    secrets: ["ConsentRecord.evidence", "Customer.name"],
    channels: ["argument default", "error text"],
  },
  {
    name: "long texts are opened to be withheld",
    caller: "partner-support for support",
    secrets: ["Message.body"],
    channels: ["timing class"],
  },
  {
    name: "a list is in the order of an index",
    caller: "analyst for analytics",
    secrets: ["Customer.phone"],
    channels: [
      ...(["alias", "argument default", "count", "cursor", "error text", "filter", "fragment"] as const),
      ...(["nested path", "null pattern", "sort"] as const),
    ],
    plant: orderByIndex,
  },
  {
    name: "a plan looks up what it is asked for",
    caller: "analyst for analytics",
    secrets: ["Customer.phone"],
    channels: ["accessPlan"],
    plant: countInPlans,
  },
  {
    name: "the schema counts",
    caller: "analyst for analytics",
    secrets: ["Customer.name"],
    channels: ["introspection"],
    plant: countInSchemas,
  },
];

describe.each(engines)("a hole that is planted on $name", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(engine);
  }, 60_000);
  afterEach(() => {
    mockHole.name = "";
  });
  afterAll(() => stage.close());

  // What is planted is the same on both engines: on the second one a few are enough.
  it.each(engine.server === null ? HOLES : HOLES.slice(0, 3))(
    "is found: $name",
    async ({ name, caller, secrets, channels, plant }) => {
      const known = await stage.caller(caller);
      mockHole.name = name;
      plant?.(stage);
      const leaks = await stage.search.leaksTo(known, { ways: () => ["plan"], worlds: OTHER_WORLDS });
      expect([...new Set(leaks.map(({ secret }) => secret))].sort()).toEqual([...secrets].sort());
      expect([...new Set(leaks.map(({ channel }) => channel))].sort()).toEqual(channels);
    },
  );
});
