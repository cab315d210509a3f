import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

describe.each(engines)("one customer on $name", (engine) => {
  let gateway: TestGateway;
  let id: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    const customer = await addCustomer(gateway, tenant, {
      name: "Amira Novak",
      phone: "+447700900123",
      email: "amira@example.org",
    });
    id = customer.id;
    await addMessages(gateway, customer, ["Your code is 481516.", "Thank you!"]);
  });
  afterAll(() => gateway.close());

  const QUERY = `query ($id: ID!) { customer(id: $id) { name phone email messages { nodes { body } } } }`;

  it("is clear to compliance, but for what is personal in the text of messages", async () => {
    const compliance = await gateway.staff("compliance", "legal");
    const { data } = await gateway.query(compliance, QUERY, { id });
    expect(data).toEqual({
      customer: {
        name: "Amira Novak",
        phone: "+447700900123",
        email: "amira@example.org",
        messages: { nodes: [{ body: "Thank you!" }, { body: "Your code is [OTP]." }] },
      },
    });
  });

  it("is masked to support", async () => {
    const support = await gateway.staff("support", "support; case=T-1042");
    const { data } = await gateway.query(support, QUERY, { id });
    expect(data?.["customer"]).toMatchObject({
      name: "Amira Novak",
      phone: "+44 ••• 23",
      email: "a•••@•••.org",
    });
  });

  it("is the same by either way of executing", async () => {
    const analyst = await gateway.staff("analyst", "analytics");
    const fast = await gateway.query(analyst, QUERY, { id });
    const slow = await gateway.slowly(analyst, QUERY, { id });
    const withoutIds = (answer: object): unknown =>
      JSON.parse(JSON.stringify(answer).replace(/"requestId":"[^"]*"/g, '"requestId":0'));
    expect(withoutIds(slow)).toEqual(withoutIds(fast));
    expect(fast.errors).toMatchObject([{ path: ["customer", "name"], extensions: { code: "FIELD_HIDDEN" } }]);
  });
});
