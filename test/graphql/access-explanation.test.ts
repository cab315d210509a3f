import { FieldwardError } from "../../src/domain/errors";
import { logged } from "../identity/account-entries";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import { at, codes, withoutRequestIds } from "./answers";
import { pastTheGateway } from "./past-the-gateway";

const EXPLAIN = `query ($principal: ID!, $field: String!, $customer: ID!, $purpose: String) {
  accessExplanation(principalId: $principal, field: $field, customerId: $customer, purpose: $purpose) {
    level because toRaise steps { rule level because }
  }
}`;
const NOBODY = "01900000-0000-7000-8000-000000000000";

describe.each(engines)("the explanation of what somebody gets of a customer on $name", (engine) => {
  let gateway: TestGateway;
  let compliance: Caller;
  let supportId: string;
  let untrainedId: string;
  let tokenId: string;
  let otherTokenId: string;
  let customer: string;
  let restricted: string;
  let erased: string;
  const idOf = async (caller: Caller): Promise<string> =>
    String(at(await gateway.query(caller, "{ me { id } }"), "me.id"));
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const larkfield = await addTenant(gateway, "larkfield");
    await addTenant(gateway, "brackenbury");
    const people = [
      await addCustomer(gateway, larkfield),
      await addCustomer(gateway, larkfield),
      await addCustomer(gateway, larkfield),
    ];
    [customer = "", restricted = "", erased = ""] = people.map(({ id }) => id);
    for (const [id, status] of [
      [restricted, "RESTRICTED"],
      [erased, "ERASED"],
    ] as const)
      await pastTheGateway(gateway, "data", "UPDATE customer SET status = ? WHERE id = ?", [status, id]);
    compliance = await gateway.staff("compliance", "legal");
    supportId = await idOf(await gateway.staff("support", "support"));
    untrainedId = await idOf(await gateway.staff("support", "support", false));
    tokenId = await idOf(await gateway.partner("larkfield", ["contact:clear"], ["marketing", "support"]));
    otherTokenId = await idOf(await gateway.partner("brackenbury", ["contact:clear"], ["support"]));
  });
  afterAll(() => gateway.close());

  const explain = async (variables: object, caller: Caller = compliance): Promise<Answer> => {
    const answer = await gateway.query(caller, EXPLAIN, { field: "Customer.phone", customer, ...variables });
    const slow = await gateway.slowly(caller, EXPLAIN, { field: "Customer.phone", customer, ...variables });
    expect(withoutRequestIds(slow)).toBe(withoutRequestIds(answer));
    return answer;
  };
  const explained = async (variables: object) => {
    const { data, errors } = await explain(variables);
    expect(errors).toBeUndefined();
    return data?.["accessExplanation"];
  };

  it("lists every rule that was asked, in order, with the one that decides and what would raise it", async () => {
    expect(await explained({ principal: supportId })).toEqual({
      level: "MASKED",
      because: "MASKED on contact is what role support allows",
      toRaise: "an approved elevation for this customer",
      steps: [
        { rule: "role", level: "MASKED", because: "MASKED on contact is what role support allows" },
        { rule: "purpose", level: "CLEAR", because: "CLEAR on contact is what purpose support allows" },
        { rule: "training", level: "CLEAR", because: "training is current" },
        { rule: "customer", level: "CLEAR", because: "the customer's state and consents allow it" },
      ],
    });
    const { steps } = (await explained({ principal: supportId, field: "Customer.name" })) as {
      steps: readonly object[];
    };
    expect(steps).toHaveLength(5);
    expect(steps.at(-1)).toEqual({
      rule: "budget",
      level: "CLEAR",
      because: "the disclosure budget of this hour reaches this customer",
    });
  });

  it.each([
    [
      "no training",
      () => ({ principal: untrainedId, field: "Customer.name" }),
      "MASKED",
      "no current training",
    ],
    [
      "a restricted customer",
      () => ({ principal: supportId, field: "Customer.name", customer: restricted }),
      "MASKED",
      "the customer is restricted",
    ],
    [
      "an erased customer",
      () => ({ principal: supportId, customer: erased }),
      "HIDDEN",
      "the customer has been erased",
    ],
    [
      "another tenant",
      () => ({ principal: otherTokenId }),
      "HIDDEN",
      "the customer belongs to another tenant",
    ],
    [
      "a missing consent",
      () => ({ principal: tokenId, purpose: "marketing" }),
      "HIDDEN",
      "the customer has not consented to this purpose",
    ],
    ["no purpose, where there are two", () => ({ principal: tokenId }), "HIDDEN", "no purpose was declared"],
    [
      "a field that is open",
      () => ({ principal: supportId, field: "Message.sentAt" }),
      "CLEAR",
      "CLEAR on traffic is what role support allows",
    ],
    [
      "an id, whatever the customer's state",
      () => ({ principal: supportId, field: "Customer.id", customer: erased }),
      "CLEAR",
      "CLEAR on account is what role support allows",
    ],
  ])("tells of %s", async (_, variables, level, because) => {
    expect(await explained(variables())).toMatchObject({ level, because });
  });

  it("agrees with what that caller is served", async () => {
    const caller = await gateway.staff("support", "support");
    const principal = await idOf(caller);
    for (const [id, field] of [
      [customer, "phone"],
      [restricted, "name"],
      [erased, "name"],
    ] as const) {
      const { level } = (await explained({ principal, customer: id, field: `Customer.${field}` })) as {
        level: string;
      };
      const served = await gateway.query(
        caller,
        `query ($id: ID!) { customer(id: $id) { v: ${field}(as: CLEAR) w: ${field} } }`,
        { id },
      );
      expect({
        id,
        level,
        hidden: at(served, "customer.w") === null,
        clear: at(served, "customer.v") !== null,
      }).toEqual({
        id,
        level,
        hidden: level === "HIDDEN",
        clear: level === "CLEAR",
      });
    }
  });

  it("is on the access log before it is answered, with who was explained what of whom, and fails where it cannot be", async () => {
    const { accessLog } = gateway.fieldward.services;
    const append = jest.spyOn(accessLog, "append");
    await gateway.query(compliance, EXPLAIN, { field: "Customer.phone", principal: supportId, customer });
    expect(append.mock.calls.map(([{ kind, about }]) => ({ kind, about }))).toEqual([
      { kind: "EXPLAIN", about: supportId },
      { kind: "READ", about: undefined },
    ]);
    expect((await logged(gateway, "EXPLAIN")).at(-1)).toMatchObject({
      actor: await idOf(compliance),
      about: supportId,
      reads: [{ type: "Customer", fields: { phone: "HIDDEN" }, subjects: [customer], records: [0] }],
    });
    append.mockRejectedValue(new FieldwardError("AUDIT_UNAVAILABLE"));
    const answer = await gateway.query(compliance, EXPLAIN, {
      field: "Customer.phone",
      principal: supportId,
      customer,
    });
    expect(answer.data ?? null).toBeNull();
    expect(codes(answer)).toEqual(["AUDIT_UNAVAILABLE"]);
  });

  it("does not tell an unknown customer from an unknown principal", async () => {
    const answers = [
      await explain({ principal: NOBODY }),
      await explain({ principal: supportId, customer: NOBODY }),
      await explain({ principal: NOBODY, customer: NOBODY }),
      await explain({ principal: "no id", customer }),
      await explain({ principal: supportId, customer: "no id" }),
    ];
    expect(answers.flatMap(codes)).toEqual(Array(5).fill("NOT_FOUND"));
    expect(new Set(answers.map(withoutRequestIds)).size).toBe(1);
  });

  it.each([
    "Customer",
    "Customer.nothing",
    "Customer.consentBits",
    "Staff.email",
    "Query.customers",
    "Customer.phone.x",
    "__proto__.toString",
    "",
  ])("takes a field of customers' data: not %s", async (field) => {
    const answer = await explain({ principal: supportId, field });
    expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
  });

  it("takes a purpose of that principal", async () => {
    expect(codes(await explain({ principal: supportId, purpose: "legal" }))).toEqual(["BAD_USER_INPUT"]);
  });

  it("is for compliance alone", async () => {
    for (const role of ["support", "billing", "analyst", "security", "admin"]) {
      const purpose = gateway.fieldward.services.policy.roles.get(role)?.purposes[0] ?? "";
      const answer = await explain({ principal: supportId }, await gateway.staff(role, purpose));
      expect(codes(answer)).toEqual(["FORBIDDEN"]);
    }
  });
});
