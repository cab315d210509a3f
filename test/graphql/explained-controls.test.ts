import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { PACKAGE_DIR } from "../../src/config";
import { Elevation } from "../../src/domain/elevation";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { codes, textAt } from "./answers";
import { pastTheGateway } from "./past-the-gateway";

const EXPLAIN = `query ($principal: ID!, $field: String!, $customer: ID!) {
  accessExplanation(principalId: $principal, field: $field, customerId: $customer) {
    level because toRaise steps { rule level }
  }
}`;
const NAME = "query ($customer: ID!) { customer(id: $customer) { name } }";
const PHONE = "query ($customer: ID!) { customer(id: $customer) { phone } }";
const BARRED = { level: "HIDDEN", because: "this principal may not sign in", toRaise: null };

const policy = mkdtempSync(join(tmpdir(), "fieldward-explained-"));

/** Changes a file of the policy, where it says something once. */
function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(policy, file), "utf8");
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${file} has another form now`);
  writeFileSync(join(policy, file), changed);
}

/** Support sees one customer an hour, and nobody works without a second factor. */
function writePolicy(): void {
  cpSync(join(PACKAGE_DIR, "policy"), policy, { recursive: true });
  edit(
    "roles.yaml",
    "writes: [customers, consents]\n  budget: 1000",
    "writes: [customers, consents]\n  budget: 1",
  );
  edit("sign-in.yaml", "enrolWithinHours: 24", "enrolWithinHours: 0");
}

describe.each(engines)("the explanation of what a control takes away on $name", (engine) => {
  let gateway: TestGateway;
  let compliance: Caller;
  let tenant: string;
  beforeAll(async () => {
    writePolicy();
    gateway = await openTestGateway(engine, { FIELDWARD_POLICY_DIR: policy });
    tenant = await addTenant(gateway, "larkfield");
    compliance = await gateway.staff("compliance", "legal");
  });
  afterAll(() => gateway.close());

  const explained = async (principal: string, customer: string, field = "Customer.name") => {
    const { data, errors } = await gateway.query(compliance, EXPLAIN, { principal, customer, field });
    expect(errors).toBeUndefined();
    return data?.["accessExplanation"] as {
      readonly level: string;
      readonly steps: readonly { readonly rule: string; readonly level: string }[];
    };
  };
  const idOf = async (caller: Caller): Promise<string> =>
    textAt(await gateway.query(caller, "{ me { id } }"), "me.id");
  const served = async (caller: Caller, customer: string, query = NAME): Promise<string> =>
    textAt(
      await gateway.query(caller, query, { customer }),
      query === NAME ? "customer.name" : "customer.phone",
    );
  const aCustomer = async () => (await addCustomer(gateway, tenant, { name: "Amira Novak" })).id;
  const elevate = async (principalId: string, customerId: string, category: string): Promise<void> => {
    const now = new Date(gateway.clock.nowMs);
    const row = Object.assign(new Elevation(), {
      id: uuidv7(),
      principalId,
      customerId,
      category,
      caseId: null,
      minutes: 50,
      emergency: false,
      requestedAt: now,
      approvedBy: uuidv7(),
      approvedAt: now,
      expiresAt: new Date(now.getTime() + 3_000_000),
      reviewedBy: null,
      reviewedAt: null,
    });
    row.reason = "The parcel of this customer is lost.";
    row.finding = null;
    await gateway.fieldward.databases.data.write((manager) => manager.insert(Elevation, row));
    // As long as it is remembered that there was none.
    gateway.clock.forward(2_000);
  };

  it("has the disclosure budget as its last rule: MASKED for whom it does not reach, as the gateway serves it", async () => {
    const support = await gateway.staff("support", "support");
    const id = await idOf(support);
    const [seen, other] = [await aCustomer(), await aCustomer()];
    expect((await explained(id, seen)).level).toBe("CLEAR");
    expect((await explained(id, other)).level).toBe("CLEAR");
    expect(await served(support, seen)).toBe("Amira Novak");
    expect(await explained(id, other)).toMatchObject({
      level: "MASKED",
      because: "the disclosure budget of this hour is used up",
      toRaise: "the next hour, or an approved elevation for this customer",
    });
    expect((await explained(id, other)).steps.at(-1)).toEqual({ rule: "budget", level: "MASKED" });
    expect(await served(support, other)).toBe("A. N.");
    const still = await explained(id, seen);
    expect(still).toMatchObject({ level: "CLEAR", toRaise: null });
    expect(still.steps.at(-1)).toEqual({ rule: "budget", level: "CLEAR" });
    expect(await served(support, seen)).toBe("Amira Novak");
  });

  it("does not ask the budget about what is below CLEAR, about an open field, and under an elevation", async () => {
    const support = await gateway.staff("support", "support");
    const id = await idOf(support);
    const [seen, other] = [await aCustomer(), await addCustomer(gateway, tenant, { name: "Amira Novak" })];
    await addMessages(gateway, other, ["Your parcel is on its way."]);
    await served(support, seen);
    const rulesOf = async (field: string) => {
      const { level, steps } = await explained(id, other.id, field);
      return [level, steps.at(-1)?.rule];
    };
    expect(await rulesOf("Customer.phone")).toEqual(["MASKED", "customer"]);
    expect(await rulesOf("Message.sentAt")).toEqual(["CLEAR", "customer"]);
    expect(await rulesOf("Customer.name")).toEqual(["MASKED", "budget"]);
    await elevate(id, other.id, "contact");
    expect(await rulesOf("Customer.phone")).toEqual(["CLEAR", "customer"]);
    expect(await rulesOf("Customer.name")).toEqual(["CLEAR", "customer"]);
    expect(await served(support, other.id)).toBe("Amira Novak");
  });

  it("does not count an elevation that the role could not have, as the gateway does not", async () => {
    const billing = await gateway.staff("billing", "billing");
    const id = await idOf(billing);
    const customer = await aCustomer();
    await elevate(id, customer, "contact");
    const found = await explained(id, customer, "Customer.phone");
    expect(found).toMatchObject({ level: "TOKEN", because: "TOKEN on contact is what role billing allows" });
    expect(found.steps[0]?.rule).toBe("role");
    expect(await served(billing, customer, PHONE)).toMatch(/^contact_/);
  });

  it("does not count an elevation any more once the policy has taken the right away", async () => {
    const support = await gateway.staff("support", "support");
    const id = await idOf(support);
    const customer = await addCustomer(gateway, tenant);
    await elevate(id, customer.id, "contact");
    const phone = () => explained(id, customer.id, "Customer.phone");
    expect(await phone()).toMatchObject({ level: "CLEAR" });
    expect(await served(support, customer.id, PHONE)).toBe(customer.phone);
    edit("roles.yaml", "elevate: [contact, content]", "elevate: [content]");
    expect(gateway.fieldward.services.policies.reload()).toMatchObject({ changed: true });
    expect(await phone()).toMatchObject({ level: "MASKED" });
    expect(await served(support, customer.id, PHONE)).not.toBe(customer.phone);
    edit("roles.yaml", "elevate: [content]\n  lookup", "elevate: [contact, content]\n  lookup");
    expect(gateway.fieldward.services.policies.reload()).toMatchObject({ changed: true });
  });

  it.each([
    ["disabled", "disabled = 1"],
    ["frozen", "frozen_at = 1"],
  ])("is HIDDEN for a member of staff who is %s, ids too", async (_, set) => {
    const id = await idOf(await gateway.staff("support", "support"));
    const customer = await aCustomer();
    await pastTheGateway(gateway, "data", `UPDATE staff SET ${set} WHERE id = ?`, [id]);
    expect(await explained(id, customer)).toMatchObject(BARRED);
    expect(await explained(id, customer, "Customer.id")).toMatchObject(BARRED);
    expect((await explained(id, customer)).steps[0]).toEqual({ rule: "sign-in", level: "HIDDEN" });
  });

  it.each([
    ["frozen", "frozen_at = 1"],
    ["revoked", "revoked_at = 1"],
    ["over", "expires_at = 1"],
  ])("is HIDDEN for a token that is %s", async (_, set) => {
    const partner = await gateway.partner("larkfield", ["identity:clear"], ["support"]);
    const id = await idOf(partner);
    const customer = await aCustomer();
    expect(await explained(id, customer)).toMatchObject({ level: "CLEAR" });
    await pastTheGateway(gateway, "data", `UPDATE api_token SET ${set} WHERE id = ?`, [id]);
    expect(await explained(id, customer)).toMatchObject(BARRED);
    gateway.clock.forward(2_000);
    expect(codes(await gateway.query(partner, NAME, { customer }))).toEqual(["UNAUTHENTICATED"]);
  });

  it("is HIDDEN for whoever has yet to set up a second factor, unless the provider or the operator vouches", async () => {
    const { accounts, sessions } = gateway.fieldward.services;
    const given = { name: "Somebody", role: "support", password: null };
    const trainedUntil = new Date(gateway.clock.nowMs + 86_400_000);
    const id = await accounts.addStaff({ ...given, email: "enrolling@staff.example.com", trainedUntil });
    const customer = await aCustomer();
    const caller = { token: (await sessions.open(id)).token, purpose: "support" };
    expect(await explained(id, customer)).toMatchObject({
      level: "HIDDEN",
      because: "this principal has yet to set up a second factor",
      toRaise: "set up a second factor",
    });
    expect(codes(await gateway.query(caller, NAME, { customer }))).toEqual(["FORBIDDEN"]);
    await pastTheGateway(gateway, "data", "UPDATE staff SET external_id = ? WHERE id = ?", [
      "a".repeat(64),
      id,
    ]);
    expect(await explained(id, customer)).toMatchObject({ level: "CLEAR" });
    await pastTheGateway(gateway, "data", "UPDATE staff SET external_id = NULL WHERE id = ?", [id]);
    expect(await explained(id, customer)).toMatchObject({ level: "HIDDEN" });
    const vouched = { token: (await sessions.open(id, { secondFactor: true })).token, purpose: "support" };
    expect(await explained(id, customer)).toMatchObject({ level: "CLEAR" });
    expect(await served(vouched, customer)).toBe("Amira Novak");
  });
});

afterAll(() => {
  rmSync(policy, { recursive: true });
});
