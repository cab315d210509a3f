import fc from "fast-check";
import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import { evidenceOf, type Evidence } from "../../src/cli/token-evidence";
import { suggestionOf } from "../../src/cli/token-suggestion";
import { CATEGORIES, Level, type Category } from "../../src/domain/category";
import { covers } from "../../src/identity/access-scopes";
import { RECORDS } from "../../src/policy/roles-file";
import { grantsOf, SCOPES } from "../../src/policy/scopes";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

const PURPOSES = ["support", "billing", "marketing", "fraud"];

const evidence: fc.Arbitrary<Evidence> = fc.record({
  requests: fc.nat(100),
  firstMs: fc.constant(0),
  lastMs: fc.constant(1),
  levels: fc
    .array(fc.tuple(fc.constantFrom(...CATEGORIES), fc.constantFrom(Level.TOKEN, Level.MASKED, Level.CLEAR)))
    .map((pairs) => new Map(pairs)),
  types: fc.subarray(["Customer", "Message", "ConsentRecord"]).map((all) => new Set(all)),
  lookups: fc.subarray([...CATEGORIES]).map((all) => new Set(all)),
  writes: fc.subarray([...RECORDS]).map((all) => new Set(all)),
  purposes: fc.subarray(PURPOSES).map((all) => new Map(all.map((name) => [name, 1]))),
  refusedPurposes: fc.subarray(PURPOSES).map((all) => new Set(all)),
  hoursBeyondBudget: fc.nat(3),
  denied: fc.nat(10),
});
const granted = fc.record({ scopes: fc.subarray([...SCOPES]), purposes: fc.subarray(PURPOSES) });

describe("a suggested grant", () => {
  it("never has more than the token has, whatever was used or refused", () => {
    fc.assert(
      fc.property(granted, evidence, (token, seen) => {
        const { scopes, purposes } = suggestionOf(token, seen);
        expect(scopes.filter((scope) => !covers(token.scopes, scope))).toEqual([]);
        expect(purposes.filter((purpose) => !token.purposes.includes(purpose))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("allows all that was used", () => {
    fc.assert(
      fc.property(granted, evidence, (token, seen) => {
        const suggestion = suggestionOf(token, seen);
        const [had, has] = [grantsOf(token.scopes), grantsOf(suggestion.scopes)];
        for (const [category, used] of seen.levels) {
          const could = Math.min(used, had.levels[category] ?? Level.HIDDEN);
          expect(has.levels[category] ?? Level.HIDDEN).toBeGreaterThanOrEqual(could);
        }
        const usedOf = <T>(all: readonly T[], used: ReadonlySet<T>): T[] =>
          all.filter((one) => used.has(one));
        expect(has.lookup).toEqual(usedOf(had.lookup, seen.lookups));
        expect(has.writes).toEqual(usedOf(had.writes, seen.writes));
        expect(suggestion.purposes).toEqual(token.purposes.filter((purpose) => seen.purposes.has(purpose)));
        const sight = (levels: Partial<Record<Category, Level>>) =>
          (levels.content ?? Level.HIDDEN) > Level.HIDDEN || (levels.traffic ?? Level.HIDDEN) > Level.HIDDEN;
        const needsSight = seen.types.has("Message") && sight(had.levels);
        expect(sight(has.levels) || !needsSight).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is as it was where all was used, and has nothing to say then", () => {
    const scopes = ["contact:masked", "contact:lookup", "messages:write"];
    const suggestion = suggestionOf(
      { scopes, purposes: ["support"] },
      {
        requests: 1,
        firstMs: 0,
        lastMs: 0,
        denied: 0,
        levels: new Map([["contact", Level.CLEAR]]),
        types: new Set(["Customer"]),
        lookups: new Set(["contact"]),
        writes: new Set(["messages"]),
        purposes: new Map([["support", 1]]),
        refusedPurposes: new Set(),
        hoursBeyondBudget: 0,
      },
    );
    expect(suggestion).toEqual({ scopes, purposes: ["support"], narrowings: [] });
  });
});

describe.each(engines)("the evidence of the access log on $name", (engine) => {
  let gateway: TestGateway;
  let partner: Caller;
  let phone: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenantId = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenantId);
    phone = customer.phone ?? "";
    await addMessages(gateway, customer, ["Your parcel is on its way."]);
    const scopes = [
      "identity:clear",
      "contact:clear",
      "contact:lookup",
      "content:masked",
      "traffic:clear",
      "consents:write",
    ];
    partner = await gateway.partner("larkfield", scopes, ["support", "billing"]);
  });
  afterAll(() => gateway.close());

  const scopesOf = async () => {
    const principal = await gateway.fieldward.services.authenticator.authenticate(`Bearer ${partner.token}`);
    return { id: principal?.id ?? "", scopes: principal?.scopes ?? [], purposes: principal?.purposes ?? [] };
  };
  const seen = async (): Promise<Evidence> => {
    const { id } = await scopesOf();
    const log = sqlAuditStore(gateway.fieldward.databases.audit);
    return evidenceOf(log.entriesBy(id, 0, gateway.clock.nowMs + 1));
  };
  const ask = async (query: string, variables?: Record<string, unknown>) => {
    const answer = await gateway.query(partner, query, variables);
    return answer.errors?.[0]?.extensions["code"];
  };

  it("is what was read at which level, looked up by, filtered by, and refused, and leads to the smaller grant", async () => {
    expect(await ask("{ customers { nodes { id phone(as: MASKED) } } }")).toBeUndefined();
    const find = "query ($phone: String) { customers(filter: { phone: $phone }) { nodes { id } } }";
    expect(await ask(find, { phone })).toBeUndefined();
    expect(await ask(find, { phone: "+44 7700 900999" })).toBeUndefined();
    expect(await ask("{ messages(filter: { status: DELIVERED }) { nodes { id } } }")).toBeUndefined();
    expect(await ask('{ customers { nodes { id consentState(purpose: "support") } } }')).toBe("FIELD_HIDDEN");
    const found = await seen();
    expect(found).toMatchObject({ requests: 5, denied: 1 });
    expect(found.levels.get("contact")).toBe(Level.MASKED);
    expect(found.levels.get("traffic")).toBe(Level.MASKED);
    expect([...found.levels.keys()].filter((name) => name !== "account").sort()).toEqual([
      "contact",
      "traffic",
    ]);
    expect([...found.lookups]).toEqual(["contact"]);
    expect([...found.purposes]).toEqual([["support", 5]]);
    const suggestion = suggestionOf(await scopesOf(), found);
    expect(suggestion.scopes).toEqual(["contact:masked", "traffic:masked", "contact:lookup"]);
    expect(suggestion.purposes).toEqual(["support"]);
    expect(suggestion.narrowings).toEqual([
      { has: "identity:clear", instead: null, because: "never used" },
      { has: "contact:clear", instead: "contact:masked", because: "was used at MASKED at most" },
      { has: "content:masked", instead: null, because: "never used" },
      { has: "traffic:clear", instead: "traffic:masked", because: "was used at MASKED at most" },
      { has: "consents:write", instead: null, because: "never used" },
      { has: "billing", instead: null, because: "never used" },
    ]);
  });

  it("tells by what was filtered and never the value", async () => {
    const log = sqlAuditStore(gateway.fieldward.databases.audit);
    const found = await Promise.all((await log.writers()).map((writer) => log.entriesFrom(writer, 0, 1_000)));
    const entries = found.flat().map(({ entry }) => Buffer.from(entry).toString());
    expect(entries.filter((entry) => entry.includes('"filters":["CustomerFilter.phone"]'))).toHaveLength(2);
    expect(entries.filter((entry) => entry.includes('"filters":["MessageFilter.status"]'))).toHaveLength(1);
    expect(entries.filter((entry) => /\+44|0900|DELIVERED/.test(entry))).toEqual([]);
  });

  it("lets the smaller grant do all that was done", async () => {
    const { scopes, purposes } = suggestionOf(await scopesOf(), await seen());
    partner = await gateway.partner("larkfield", scopes, purposes);
    expect(await ask("{ customers { nodes { id phone(as: MASKED) } } }")).toBeUndefined();
    expect(await ask("{ messages(filter: { status: DELIVERED }) { nodes { id } } }")).toBeUndefined();
    const find = "query ($phone: String) { customers(filter: { phone: $phone }) { nodes { id } } }";
    expect(await ask(find, { phone })).toBeUndefined();
    expect(await ask("{ customers { nodes { id phone(as: CLEAR) } } }")).toBe("LEVEL_TOO_HIGH");
  });
});
