import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suggestToken } from "../../src/cli/token-suggest";
import { PACKAGE_DIR } from "../../src/config";
import { codes, textAt } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

jest.setTimeout(60_000);

/** As much of what the command prints with --json as is looked at here. */
interface Suggested {
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly hoursBeyondBudget: number;
  readonly refusedPurposes: readonly string[];
  readonly narrowings: readonly object[];
}

const policy = mkdtempSync(join(tmpdir(), "fieldward-suggest-"));

describe.each(engines)("a token's suggestion by what it was refused on $name", (engine) => {
  let gateway: TestGateway;
  let seen: string;
  let other: string;
  beforeAll(async () => {
    cpSync(join(PACKAGE_DIR, "policy"), policy, { recursive: true });
    writeFileSync(join(policy, "limits.yaml"), "budget: { partner: 1 }\n");
    gateway = await openTestGateway(engine, { FIELDWARD_POLICY_DIR: policy });
    const tenant = await addTenant(gateway, "larkfield");
    seen = (await addCustomer(gateway, tenant)).id;
    other = (await addCustomer(gateway, tenant)).id;
  });
  afterAll(() => gateway.close());

  const ask = (caller: Caller, query: string, id = seen) =>
    gateway.query(caller, `query ($id: ID!) { customer(id: $id) { ${query} } }`, { id });

  /** What the command prints of a token, at the time of the gateway's clock. */
  const printed = async (caller: Caller, json: boolean): Promise<string> => {
    const principal = await gateway.fieldward.services.authenticator.authenticate(`Bearer ${caller.token}`);
    const texts: string[] = [];
    jest.spyOn(Date, "now").mockReturnValue(gateway.clock.nowMs + 1);
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      texts.push(String(text));
      return true;
    });
    await suggestToken(gateway.installation.settings, principal?.id ?? "", { days: "30", json });
    jest.restoreAllMocks();
    return texts.join("");
  };
  const suggested = async (caller: Caller) => JSON.parse(await printed(caller, true)) as Suggested;

  it.each([
    ["masked", "phone"],
    ["refused", "phone(as: CLEAR)"],
  ])("leaves the level of what the disclosure budget %s, and says so", async (_, phone) => {
    const caller = await gateway.partner("larkfield", ["identity:clear", "contact:clear"], ["support"]);
    expect(textAt(await ask(caller, "name"), "customer.name")).toBe("Amira Novak");
    expect(textAt(await ask(caller, phone, other), "customer.phone")).not.toMatch(/^\+44\d/);
    expect(await suggested(caller)).toMatchObject({
      scopes: ["identity:clear", "contact:clear"],
      narrowings: [],
      hoursBeyondBudget: 1,
    });
    expect(await printed(caller, false)).toContain("In 1 hour its disclosure budget was used up");
  });

  it("narrows what was asked for masked in an hour in which the budget was not used up", async () => {
    const caller = await gateway.partner("larkfield", ["identity:clear", "contact:clear"], ["support"]);
    await ask(caller, "name phone(as: MASKED)");
    expect(await suggested(caller)).toMatchObject({
      scopes: ["identity:clear", "contact:masked"],
      hoursBeyondBudget: 0,
    });
  });

  it("gives up a purpose under which everything was refused", async () => {
    const caller = await gateway.partner("larkfield", ["contact:clear"], ["support", "marketing"]);
    await ask(caller, "phone");
    const answer = await ask({ ...caller, purpose: "marketing" }, "phone");
    expect(codes(answer)).toEqual(["CONSENT_MISSING"]);
    const suggestion = await suggested(caller);
    expect(suggestion.purposes).toEqual(["support"]);
    expect(suggestion.narrowings).toContainEqual({
      has: "marketing",
      instead: null,
      because: "everything was refused under it",
    });
  });

  it("keeps a purpose under which ids were served, and says that all else was refused", async () => {
    const caller = await gateway.partner("larkfield", ["contact:clear"], ["support", "marketing"]);
    await ask(caller, "phone");
    await ask({ ...caller, purpose: "marketing" }, "id phone");
    expect(await suggested(caller)).toMatchObject({
      purposes: ["support", "marketing"],
      refusedPurposes: ["marketing"],
    });
    const said = await printed(caller, false);
    expect(said).toContain("Under marketing all was refused but ids and states.");
    expect(said).not.toContain("Under support");
  });

  it("keeps a purpose under which nothing was refused, though only ids were asked for", async () => {
    const caller = await gateway.partner("larkfield", ["contact:clear"], ["support", "marketing"]);
    await ask({ ...caller, purpose: "marketing" }, "id");
    expect(await suggested(caller)).toMatchObject({ purposes: ["marketing"], refusedPurposes: [] });
  });

  it("counts one request as one", async () => {
    const caller = await gateway.partner("larkfield", ["contact:clear"], ["support"]);
    await ask(caller, "name");
    expect(await printed(caller, false)).toContain(": 1 request in 0 days, ");
    expect(await printed(caller, false)).toContain(" 1 of them was refused something.");
  });
});

afterAll(() => {
  rmSync(policy, { recursive: true });
});
