import { v7 as uuidv7 } from "uuid";
import { explainPolicy } from "../../src/cli/policy-explain";
import { Elevation } from "../../src/domain/elevation";
import { StartupError } from "../../src/domain/errors";
import { textAt } from "../graphql/answers";
import { logged } from "../identity/account-entries";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

jest.setTimeout(60_000);

interface Told {
  readonly answers: readonly {
    readonly level: string;
    readonly because: string;
    readonly rules: readonly { readonly rule: string; readonly level: string; readonly decides: boolean }[];
  }[];
}

describe.each(engines)("policy explain of what is stored on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "larkfield");
  });
  afterAll(() => gateway.close());

  const idOf = async (caller: Caller): Promise<string> =>
    textAt(await gateway.query(caller, "{ me { id } }"), "me.id");

  /** What the command prints, as JSON. */
  const explain = async (who: string, field: string, customer?: string, purpose?: string): Promise<Told> => {
    const printed: string[] = [];
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
    const options = { json: true, ...(purpose === undefined ? {} : { purpose }) };
    await explainPolicy(gateway.installation.settings, who, field, customer, options);
    jest.restoreAllMocks();
    return JSON.parse(printed.join("")) as Told;
  };

  const explained = () => logged(gateway, "EXPLAIN");

  it("is of a staff member and a token as they would be if they signed in now", async () => {
    const untrained = await idOf(await gateway.staff("support", "support", false));
    const { answers } = await explain(untrained, "Customer.name");
    expect(answers).toMatchObject([{ level: "MASKED", because: "no current training" }]);
    const app = await idOf(await gateway.partner("larkfield", ["contact:token"], ["support", "billing"]));
    const levels = (await explain(app, "Customer.phone")).answers.map(({ level }) => level);
    expect(levels).toEqual(["TOKEN", "TOKEN"]);
    expect(await explained()).toEqual([]);
  });

  it("has for a customer its state, its consents and its tenant as the last rule", async () => {
    const restricted = await addCustomer(gateway, tenant, { status: "RESTRICTED", consentBits: 0b10 });
    const other = await addCustomer(gateway, await addTenant(gateway, "brightbox"));
    const last = async (who: string, customer: string, purpose?: string) => {
      const { answers } = await explain(who, "Customer.name", customer, purpose);
      const [{ level, because, rules } = { level: "", because: "", rules: [] }] = answers;
      expect(rules.at(-1)?.rule).toBe("customer");
      return [level, because];
    };
    expect(await last("role:support", restricted.id)).toEqual(["MASKED", "the customer is restricted"]);
    const compliance = await last("role:compliance", restricted.id, "legal");
    expect(compliance[0]).toBe("CLEAR");
    expect(await last("set:partner-marketing", restricted.id)).toEqual([
      "HIDDEN",
      "the customer has not consented to this purpose",
    ]);
    const app = await idOf(await gateway.partner("larkfield", ["identity:clear"], ["support"]));
    expect(await last(app, other.id)).toEqual(["HIDDEN", "the customer belongs to another tenant"]);
  });

  it("has an elevation that is in force for that customer and category in the place of the role", async () => {
    const customer = await addCustomer(gateway, tenant);
    const principalId = await idOf(await gateway.staff("support", "support"));
    const elevation = Object.assign(new Elevation(), {
      id: uuidv7(),
      principalId,
      customerId: customer.id,
      category: "contact",
      reason: "The customer asked for it.",
      caseId: null,
      minutes: 10,
      emergency: false,
      requestedAt: new Date(),
      approvedBy: uuidv7(),
      approvedAt: new Date(),
      expiresAt: new Date(Date.now() + 600_000),
      reviewedBy: null,
      reviewedAt: null,
      finding: null,
    });
    await gateway.fieldward.databases.data.write((manager) => manager.insert(Elevation, elevation));
    const first = async (field: string, of: string) => {
      const { answers } = await explain(principalId, field, of);
      return [answers[0]?.level, answers[0]?.rules[0]?.rule];
    };
    expect(await first("Customer.phone", customer.id)).toEqual(["CLEAR", "elevation"]);
    expect(await first("Message.body", customer.id)).toEqual(["MASKED", "role"]);
    const another = await addCustomer(gateway, tenant);
    expect(await first("Customer.phone", another.id)).toEqual(["MASKED", "role"]);
  });

  it("is on the access log, with the customer's id, before anything is told", async () => {
    const before = (await explained()).length;
    const customer = await addCustomer(gateway, tenant);
    await explain("role:support", "Customer.phone", customer.id);
    const unknown = uuidv7();
    await expect(explain("role:support", "Customer.phone", unknown)).rejects.toThrow(
      "no customer with this id",
    );
    const entries = (await explained()).slice(before);
    expect(entries).toMatchObject([
      { about: customer.id, actor: "operator", operation: "policy explain" },
      { about: unknown, actor: "operator" },
    ]);
    jest.spyOn(process.stdout, "write").mockReturnValue(true);
    await expect(explain("role:support", "Customer.phone", "not an id")).rejects.toThrow(StartupError);
    expect((await explained()).length).toBe(before + 2);
  });

  it("is refused for a principal that there is not", async () => {
    await expect(explain(uuidv7(), "Customer.phone")).rejects.toThrow("PRINCIPAL is role:NAME");
  });
});
