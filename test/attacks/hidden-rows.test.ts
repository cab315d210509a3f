import { v7 as uuidv7 } from "uuid";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

const MARKETING = 1;

describe.each(engines)("what a customer's state hides on $name", (engine) => {
  let gateway: TestGateway;
  let marketer: Caller;
  let consenting: string;
  let silent: string;
  let lapsed: string;
  let erased: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "larkfield");
    const withMessage = async (given: Parameters<typeof addCustomer>[2]): Promise<string> => {
      const customer = await addCustomer(gateway, tenant, given);
      await addMessages(gateway, customer, ["Ten per cent off until Friday."]);
      return customer.id;
    };
    const past = new Date(gateway.clock.nowMs - 1_000);
    consenting = await withMessage({ consentBits: MARKETING });
    silent = await withMessage({ consentBits: 0 });
    lapsed = await withMessage({ consentBits: MARKETING, phone: "+447700900555" });
    erased = await withMessage({ consentBits: MARKETING });
    await gateway.fieldward.databases.data.writer.query(
      `UPDATE customer SET consent_expiry = '00:${String(past.getTime()).padStart(13, "0")}' WHERE id = '${lapsed}'`,
    );
    await gateway.fieldward.databases.data.writer.query(
      `UPDATE customer SET status = 'ERASED' WHERE id = '${erased}'`,
    );
    marketer = await gateway.partner("larkfield", ["traffic:clear", "contact:lookup"], ["marketing"]);
  });
  afterAll(() => gateway.close());

  const count = async (caller: Caller, filter: string): Promise<unknown> => {
    const { data } = await gateway.query(
      caller,
      `{ messages(filter: ${filter}) { totalCount nodes { id } } }`,
    );
    return data?.["messages"];
  };

  it("is not told by any filter or count, whichever value is tried", async () => {
    for (const id of [silent, lapsed, erased]) {
      for (const guess of [
        "status: DELIVERED",
        "status: FAILED",
        "direction: OUTBOUND",
        'senderId: "Fieldward"',
      ]) {
        expect(await count(marketer, `{ customerId: "${id}", ${guess} }`)).toEqual({
          totalCount: 0,
          nodes: [],
        });
      }
      expect(await count(marketer, `{ customerId: "${id}" }`)).toEqual({ totalCount: 0, nodes: [] });
    }
    expect(await count(marketer, `{ customerId: "${consenting}", status: DELIVERED }`)).toMatchObject({
      totalCount: 1,
    });
  });

  it("is not told to a purpose without consent either, once the customer has been erased", async () => {
    const support = await gateway.staff("support", "support");
    expect(await count(support, `{ customerId: "${erased}", status: DELIVERED }`)).toMatchObject({
      totalCount: 0,
    });
    expect(await count(support, `{ customerId: "${silent}", status: DELIVERED }`)).toMatchObject({
      totalCount: 1,
    });
  });

  it("is not told by looking a number up after the consent has run out", async () => {
    const query = '{ customers(filter: { phone: "+447700900555" }) { totalCount nodes { id } } }';
    const { data } = await gateway.query(marketer, query);
    expect(data).toEqual({ customers: { totalCount: 0, nodes: [] } });
  });

  it("takes a text around a number for no number", async () => {
    const query = '{ customers(filter: { phone: "call +447700900555 now" }) { nodes { id } } }';
    const { errors } = await gateway.query(marketer, query);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  });

  it("hides open fields from a token that may only have pseudonyms", async () => {
    const tokens = await gateway.partner("larkfield", ["traffic:token"], ["support"]);
    const { data, errors } = await gateway.query(
      tokens,
      "{ messages(first: 1) { nodes { id status sentAt } } }",
    );
    expect(data).toMatchObject({ messages: { nodes: [{ status: null, sentAt: null }] } });
    expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["FIELD_HIDDEN", "FIELD_HIDDEN"]);
    expect(
      await gateway.query(
        tokens,
        `{ messages(filter: { customerId: "${uuidv7()}", status: SENT }) { totalCount } }`,
      ),
    ).toMatchObject({
      errors: [{ extensions: { code: "FIELD_NOT_FILTERABLE" } }],
    });
  });
});
