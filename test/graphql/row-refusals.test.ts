import type { AccessEntry } from "../../src/audit/access-entry";
import { levelName } from "../../src/domain/category";
import type { Customer } from "../../src/domain/customer";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { codes, refusals, withoutRequestIds } from "./answers";
import { elevate, spend, watchLog } from "./both-ways-world";
import { tellOf } from "./log-told";
import { pastTheGateway } from "./past-the-gateway";

type Who = "restricted" | "erased" | "unconsenting" | "beyond";

/** What the answer says of itself. */
function accessOf({ extensions }: Answer): unknown {
  return extensions?.["access"];
}

describe.each(engines)("what is refused of a row on $name", (engine) => {
  let gateway: TestGateway;
  let logged: AccessEntry[];
  let support: Caller;
  let partner: Caller;
  let customers: Readonly<Record<Who | "active", Customer>>;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    const one = async (status: string): Promise<Customer> => {
      const customer = await addCustomer(gateway, tenant);
      await addMessages(gateway, customer, ["One."]);
      const set = "UPDATE customer SET status = ? WHERE id = ?";
      await pastTheGateway(gateway, "data", set, [status, customer.id]);
      return customer;
    };
    customers = {
      active: await one("ACTIVE"),
      restricted: await one("RESTRICTED"),
      erased: await one("ERASED"),
      unconsenting: await one("ACTIVE"),
      beyond: await one("ACTIVE"),
    };
    support = await gateway.staff("support", "support");
    partner = await gateway.partner("larkfield", ["identity:clear", "traffic:clear"], ["marketing"]);
    const security = await gateway.staff("security", "security");
    await elevate(gateway, [support, security], [customers.active], ["contact"]);
    await spend(gateway, support, customers.active);
    await gateway.slowly(null, "{ signedIn }");
    logged = watchLog(gateway);
  });
  afterAll(() => gateway.close());

  /** The answer and the one entry of the log, the same both ways. */
  const ask = async (caller: Caller, query: string): Promise<readonly [Answer, AccessEntry]> => {
    logged.splice(0);
    const answer = await gateway.query(caller, query);
    const slow = await gateway.slowly(caller, query);
    expect(withoutRequestIds(slow)).toBe(withoutRequestIds(answer));
    const [entry, ...slowEntries] = logged;
    if (entry === undefined) throw new Error("nothing is on the log");
    expect(tellOf(slowEntries)).toEqual(tellOf([entry]));
    return [answer, entry];
  };
  const levelsOf = ({ reads }: AccessEntry): unknown =>
    reads.map(({ type, fields }) => [
      type,
      [...fields].map(([name, level]) => `${name} ${levelName(level)}`),
    ]);

  it.each<readonly [Who, string, string]>([
    ["restricted", "LEVEL_TOO_HIGH", "the customer is restricted"],
    ["erased", "ERASED", "the customer has been erased"],
    ["unconsenting", "CONSENT_MISSING", "the customer has not consented to this purpose"],
    ["beyond", "DISCLOSURE_BUDGET_EXCEEDED", "the disclosure budget of this hour is used up"],
  ])("is told to the caller and to the log as served not at all: %s", async (who, code, because) => {
    const caller = who === "unconsenting" ? partner : support;
    const query = `{ customer(id: "${customers[who].id}") { id name(as: CLEAR) } }`;
    const [answer, entry] = await ask(caller, query);
    expect(answer.data).toEqual({ customer: { id: customers[who].id, name: null } });
    expect(codes(answer)).toEqual([code]);
    expect(accessOf(answer)).toMatchObject([{ field: "Customer.name", level: "HIDDEN", because }]);
    expect(entry).toMatchObject({ kind: "READ", denials: [{ field: "Customer.name", code }] });
    expect(levelsOf(entry)).toEqual([["Customer", ["id CLEAR", "name HIDDEN"]]]);
  });

  it("is beside what is served of the same field at a lower level", async () => {
    const query = `{ customer(id: "${customers.restricted.id}") { name clear: name(as: CLEAR) } }`;
    const [answer, entry] = await ask(support, query);
    expect(answer.data).toEqual({ customer: { name: "A. N.", clear: null } });
    expect(accessOf(answer)).toMatchObject([{ level: "HIDDEN" }, { level: "MASKED" }]);
    expect(levelsOf(entry)).toEqual([["Customer", ["name MASKED"]]]);
  });

  it("is what hangs below it as well: messages that nobody may list", async () => {
    const query = `{ customer(id: "${customers.erased.id}") { messages { nodes { id } } } }`;
    const [answer, entry] = await ask(support, query);
    expect(codes(answer)).toEqual(["ERASED"]);
    expect(entry.denials).toEqual([{ field: "Customer.messages", code: "ERASED" }]);
  });

  it("is nothing of a customer of whom the field is not asked", async () => {
    const query = `{
      own: customer(id: "${customers.active.id}") { name(as: CLEAR) phone }
      other: customer(id: "${customers.restricted.id}") { id }
    }`;
    const [answer, entry] = await ask(support, query);
    expect(answer.data).toMatchObject({ own: { name: "Amira Novak", phone: customers.active.phone } });
    expect([answer.errors, accessOf(answer), entry.denials]).toEqual([undefined, undefined, []]);
  });

  it("is that of the customers whom no elevation lifts", async () => {
    const query = `{ customers { nodes { id phone high: phone(as: CLEAR) } } }`;
    const [answer, entry] = await ask(support, query);
    // Of the erased one not even the mask; what is decided for all rows is asked before their gates.
    expect(refusals(answer)).toEqual([
      expect.stringMatching(/\.high LEVEL_TOO_HIGH$/),
      expect.stringMatching(/\.phone ERASED$/),
    ]);
    const because = "MASKED on contact is what role support allows";
    expect(accessOf(answer)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: "Customer.phone", level: "HIDDEN", because }),
        expect.objectContaining({ field: "Customer.phone", level: "MASKED", because }),
      ]),
    );
    expect(entry.denials.map(({ field, code }) => `${field} ${code}`).sort()).toEqual([
      "Customer.phone ERASED",
      "Customer.phone LEVEL_TOO_HIGH",
    ]);
    expect(entry.reads.filter(({ elevations }) => elevations !== undefined)).toMatchObject([
      { subjects: new Map([[customers.active.id, 1]]) },
    ]);
  });
});
