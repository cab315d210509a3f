import { Kind, parse, type DocumentNode, type OperationDefinitionNode } from "graphql";
import type { GatewayContext } from "../../../src/graphql/context";
import type { OperationPlan } from "../../../src/graphql/plan/operation-plan";
import { Planner } from "../../../src/graphql/plan/planner";
import { CHILDREN } from "../../../src/graphql/reads/children";
import { ROOTS } from "../../../src/graphql/reads/roots";
import { RequestContexts } from "../../../src/graphql/request-context";
import { buildSchemas } from "../../../src/graphql/schema";
import { engines } from "../../support/engines";
import { openTestGateway, type TestGateway } from "../../support/gateway";

const { schema, rules } = buildSchemas();

const BOOLEANS = ["b0", "b1", "b2", "b3", "b4", "b5"];

/** A wide document of which each choice of six Booleans is a plan of its own. */
function wideDocument(i: number): DocumentNode {
  const included = BOOLEANS.map((name) => `${name}: id @include(if: $${name})`);
  const others = Array.from({ length: 470 }, (_, n) => `a${String(n)}: id`);
  const declared = BOOLEANS.map((name) => `$${name}: Boolean!`).join(" ");
  return parse(
    `query Wide${String(i)}(${declared}) { customers { nodes { ${[...included, ...others].join(" ")} } } }`,
  );
}

/** The plans of one document, by the bits of a number. */
const variablesOf = (bits: number): Record<string, boolean> =>
  Object.fromEntries(BOOLEANS.map((name, i) => [name, (bits & (1 << i)) !== 0]));

function operationOf({ definitions: [operation] }: DocumentNode): OperationDefinitionNode {
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("there is no operation");
  return operation;
}

describe("the plans that a planner keeps", () => {
  let gateway: TestGateway;
  let context: GatewayContext;
  beforeAll(async () => {
    gateway = await openTestGateway(engines[0] ?? { name: "SQLite", server: null });
    const { token, purpose } = await gateway.staff("support", "support");
    context = await new RequestContexts(gateway.fieldward.services).make({
      ...{ id: "one", ip: null, certificateSha256: null, body: { query: "{ me { id } }" } },
      ...{ authorization: `Bearer ${token}`, purpose },
    });
  });
  afterAll(() => gateway.close());

  const opened = () => {
    const planner = new Planner(schema, rules, new Set(Object.keys(CHILDREN)), new Set(Object.keys(ROOTS)));
    return (document: DocumentNode, bits: number): Promise<OperationPlan> =>
      planner.plan(context, document, operationOf(document), variablesOf(bits));
  };

  it("are the same for the same document and choices, and others for others", async () => {
    const plan = opened();
    const [one, other] = [wideDocument(0), wideDocument(1)];
    const first = await plan(one, 0);
    expect(await plan(other, 0)).not.toBe(first);
    expect(await plan(one, 1)).not.toBe(first);
    expect(await plan(one, 0)).toBe(first);
  });

  it("have 50,000 fields together at most, whatever is sent", async () => {
    const plan = opened();
    const documents = [0, 1, 2].map(wideDocument);
    const made = [];
    for (const document of documents)
      for (let bits = 0; bits < 64; bits += 1)
        made.push({ document, bits, plan: await plan(document, bits) });
    let kept = 0;
    // The newest first: asking for one that is kept changes nothing.
    for (const { document, bits, plan: known } of made.toReversed()) {
      if ((await plan(document, bits)) !== known) break;
      kept += known.byPath.size;
    }
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(50_000);
  });
});
