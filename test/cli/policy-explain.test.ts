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

  /** What the command prints, as JSON, at the time of the gateway's clock. */
  const explain = async (who: string, field: string, customer?: string, purpose?: string): Promise<Told> => {
    const printed: string[] = [];
    jest.spyOn(Date, "now").mockReturnValue(gateway.clock.nowMs);
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

  it("has for a customer its state, its consents and its tenant as the rule after training", async () => {
    const restricted = await addCustomer(gateway, tenant, { status: "RESTRICTED", consentBits: 0b10 });
    const other = await addCustomer(gateway, await addTenant(gateway, "brightbox"));
    const told = async (who: string, customer: string, purpose?: string) => {
      const { answers } = await explain(who, "Customer.name", customer, purpose);
      const [{ level, because, rules } = { level: "", because: "", rules: [] }] = answers;
      expect(rules[3]?.rule).toBe("customer");
      return [level, because];
    };
    expect(await told("role:support", restricted.id)).toEqual(["MASKED", "the customer is restricted"]);
    const compliance = await told("role:compliance", restricted.id, "legal");
    expect(compliance[0]).toBe("CLEAR");
    expect(await told("set:partner-marketing", restricted.id)).toEqual([
      "HIDDEN",
      "the customer has not consented to this purpose",
    ]);
    const app = await idOf(await gateway.partner("larkfield", ["identity:clear"], ["support"]));
    expect(await told(app, other.id)).toEqual(["HIDDEN", "the customer belongs to another tenant"]);
  });

  const elevate = async (principalId: string, customerId: string): Promise<void> => {
    const now = new Date(gateway.clock.nowMs);
    const elevation = Object.assign(new Elevation(), {
      id: uuidv7(),
      principalId,
      customerId,
      category: "contact",
      reason: "The customer asked for it.",
      caseId: null,
      minutes: 10,
      emergency: false,
      requestedAt: now,
      approvedBy: uuidv7(),
      approvedAt: now,
      expiresAt: new Date(now.getTime() + 600_000),
      reviewedBy: null,
      reviewedAt: null,
      finding: null,
    });
    await gateway.fieldward.databases.data.write((manager) => manager.insert(Elevation, elevation));
  };

  it("has an elevation that is in force for that customer and category in the place of the role", async () => {
    const customer = await addCustomer(gateway, tenant);
    const principalId = await idOf(await gateway.staff("support", "support"));
    await elevate(principalId, customer.id);
    const first = async (field: string, of: string) => {
      const { answers } = await explain(principalId, field, of);
      return [answers[0]?.level, answers[0]?.rules[0]?.rule];
    };
    expect(await first("Customer.phone", customer.id)).toEqual(["CLEAR", "elevation"]);
    expect(await first("Message.body", customer.id)).toEqual(["MASKED", "role"]);
    const another = await addCustomer(gateway, tenant);
    expect(await first("Customer.phone", another.id)).toEqual(["MASKED", "role"]);
    const billing = await idOf(await gateway.staff("billing", "billing"));
    await elevate(billing, customer.id);
    const { answers } = await explain(billing, "Customer.phone", customer.id);
    expect([answers[0]?.level, answers[0]?.rules[0]?.rule]).toEqual(["TOKEN", "role"]);
  });

  it("has the disclosure budget of the hour as the last rule where it would be asked", async () => {
    const customer = await addCustomer(gateway, tenant);
    const id = await idOf(await gateway.staff("support", "support"));
    const last = async () => {
      const [answer] = (await explain(id, "Customer.name", customer.id)).answers;
      return [answer?.level, answer?.rules.at(-1)?.rule];
    };
    expect(await last()).toEqual(["CLEAR", "budget"]);
    const others = Array.from({ length: 1_000 }, (_, i) => `another customer ${String(i)}`);
    await gateway.fieldward.services.budget.beyond(id, 1_000, others, gateway.clock.nowMs);
    expect(await last()).toEqual(["MASKED", "budget"]);
  });

  it("is HIDDEN, and may do nothing but sign in, for whoever is kept out", async () => {
    const id = await idOf(await gateway.staff("support", "support"));
    await gateway.fieldward.services.accounts.disable(id, () => Promise.resolve());
    const told = async (field: string) => {
      const [answer] = (await explain(id, field)).answers;
      return [answer?.level, answer?.because];
    };
    expect(await told("Customer.name")).toEqual(["HIDDEN", "this principal may not sign in"]);
    expect(await told("Query.customers")).toEqual(["may not", "this principal may not sign in"]);
    expect(await told("Mutation.login")).toEqual(["may", "this operation is open to it"]);
  });

  it("is on the access log, with who was explained what of whom, before anything is told", async () => {
    const before = (await explained()).length;
    const customer = await addCustomer(gateway, tenant);
    await explain("role:support", "Customer.phone", customer.id);
    const unknown = uuidv7();
    await expect(explain("role:support", "Customer.phone", unknown)).rejects.toThrow(
      "no customer with this id",
    );
    const entries = (await explained()).slice(before);
    const reads = (subject: string) => [
      { type: "Customer", fields: { phone: "HIDDEN" }, subjects: [subject], records: [0] },
    ];
    expect(entries).toMatchObject([
      {
        about: "role:support",
        reads: reads(customer.id),
        actor: "operator",
        operation: "policy explain",
      },
      { about: "role:support", reads: reads(unknown), actor: "operator" },
    ]);
    const id = await idOf(await gateway.staff("support", "support"));
    await explain(id, "Customer.phone", customer.id);
    expect((await explained()).at(-1)).toMatchObject({ about: id, reads: reads(customer.id) });
    jest.spyOn(process.stdout, "write").mockReturnValue(true);
    await expect(explain("role:support", "Customer.phone", "not an id")).rejects.toThrow(StartupError);
    expect((await explained()).length).toBe(before + 3);
  });

  it("is refused for a principal that there is not", async () => {
    await expect(explain(uuidv7(), "Customer.phone")).rejects.toThrow("PRINCIPAL is role:NAME");
  });
});
