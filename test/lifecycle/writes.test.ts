import { at, codes, listAt } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant, fictionalPhone } from "../support/records";

const WRITES = [
  "identity:clear",
  "contact:clear",
  "content:clear",
  "traffic:clear",
  "consent:clear",
  "customers:write",
  "messages:write",
  "consents:write",
];
const CREATE =
  "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id tenantId name phone email birthDate } }";
const STORE =
  "mutation ($messages: [StoreMessageInput!]!) { storeMessages(messages: $messages) { externalId id bodyStored reason duplicate } }";
const RECORD =
  "mutation ($input: RecordConsentInput!) { recordConsent(input: $input) { id state evidence } }";

describe.each(engines)("writing on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  let partner: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "larkfield");
    partner = await gateway.partner("larkfield", WRITES, ["support"]);
  });
  afterAll(() => gateway.close());

  const write = (query: string, variables: Record<string, unknown>, caller = partner): Promise<Answer> =>
    gateway.query(caller, query, variables);
  const count = async (table: string): Promise<number> => {
    const [row] = await pastTheGateway(gateway, "data", `SELECT COUNT(*) AS n FROM ${table}`);
    return Number(row?.["n"]);
  };
  const message = (externalId: string, given: object = {}) => ({
    externalId,
    customerNumber: "+447700900001",
    direction: "INBOUND",
    senderId: "Fieldward",
    body: `Body of ${externalId}.`,
    sentAt: "2026-06-15T12:00:00Z",
    ...given,
  });

  it("makes a customer whose values are read back, the number in one form", async () => {
    const input = {
      name: " Amira Novak ",
      phone: "+44 7700 900501",
      email: "Amira@Example.ORG",
      birthDate: "1990-05-17",
    };
    expect((await write(CREATE, { input })).data).toEqual({
      createCustomer: {
        id: expect.any(String),
        tenantId: tenant,
        name: "Amira Novak",
        phone: "+447700900501",
        email: "amira@example.org",
        birthDate: "1990-05-17",
      },
    });
  });

  it("refuses a number that is taken or cannot be read, and leaves nothing half-written", async () => {
    const before = await count("customer");
    const inputs = [
      { phone: "+447700900501" },
      { phone: "0770 090" },
      { phone: "+447700900502", birthDate: "1990-02-30" },
      { phone: "+447700900503", email: "nobody" },
    ];
    const answers = [];
    for (const input of inputs) answers.push(...codes(await write(CREATE, { input })));
    expect(answers).toEqual(["CONFLICT", "BAD_USER_INPUT", "BAD_USER_INPUT", "BAD_USER_INPUT"]);
    expect(await count("customer")).toBe(before);
  });

  it("changes what is given and leaves the rest", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const query =
      "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { name country email } }";
    const { data } = await write(query, { input: { id, name: "New Name", country: null } });
    expect(data).toEqual({
      updateCustomer: { name: "New Name", country: "GB", email: `amira.${id}@example.org` },
    });
    const phone = fictionalPhone();
    await write(query, { input: { id, phone } });
    const lookup = await gateway.partner("larkfield", ["contact:lookup"], ["support"]);
    expect(
      (
        await gateway.query(
          lookup,
          "query ($p: String) { customers(filter: { phone: $p }) { nodes { id } } }",
          { p: phone },
        )
      ).data,
    ).toEqual({ customers: { nodes: [{ id }] } });
  });

  it("stores a batch once, however often it is sent, and makes a customer of each unknown number", async () => {
    const people = await count("customer");
    const batch = [
      message("a1", { customerNumber: "+447700900601" }),
      message("a2", { customerNumber: "+44 7700 900601" }),
      message("a1", { customerNumber: "+447700900601" }),
    ];
    const first = await write(STORE, { messages: batch });
    expect(listAt(first, "storeMessages")).toMatchObject([
      { duplicate: false, bodyStored: true },
      { duplicate: false },
      { duplicate: true },
    ]);
    expect(at(first, "storeMessages.2.id")).toBe(at(first, "storeMessages.0.id"));
    const again = await write(STORE, { messages: batch });
    expect(listAt(again, "storeMessages")).toMatchObject([
      { duplicate: true },
      { duplicate: true },
      { duplicate: true },
    ]);
    expect(await count("customer")).toBe(people + 1);
    expect(
      await pastTheGateway(
        gateway,
        "data",
        "SELECT external_id FROM message WHERE external_id IN ('a1', 'a2')",
      ),
    ).toHaveLength(2);
  });

  it("stores a batch once where two calls bring it at the same time", async () => {
    const batch = Array.from({ length: 30 }, (_, i) =>
      message(`c${String(i)}`, { customerNumber: `+4477009007${String(i % 10).padStart(2, "0")}` }),
    );
    const answers = await Promise.all([1, 2, 3].map(() => write(STORE, { messages: batch })));
    expect(answers.flatMap(codes)).toEqual([]);
    expect(
      answers.flatMap((answer) =>
        listAt(answer, "storeMessages").filter((row) => JSON.stringify(row).includes(`"duplicate":false`)),
      ),
    ).toHaveLength(30);
    expect(
      await pastTheGateway(gateway, "data", "SELECT id FROM message WHERE external_id LIKE 'c%'"),
    ).toHaveLength(30);
  });

  it("takes 1,000 messages and no more, and none of a batch with a wrong one", async () => {
    const thousand = Array.from({ length: 1_000 }, (_, i) => message(`k${String(i)}`));
    const before = await count("message");
    expect(codes(await write(STORE, { messages: [...thousand, message("k1000")] }))).toEqual([
      "BAD_USER_INPUT",
    ]);
    expect(
      codes(await write(STORE, { messages: [message("w1"), message("w2", { customerNumber: "12" })] })),
    ).toEqual(["BAD_USER_INPUT"]);
    expect(await count("message")).toBe(before);
    expect(codes(await write(STORE, { messages: thousand }))).toEqual([]);
    expect(await count("message")).toBe(before + 1_000);
  });

  it("notes delivery receipts and reports unknown ones", async () => {
    await write(STORE, { messages: [message("s1")] });
    const query = `mutation ($updates: [MessageStatusInput!]!) { updateMessageStatuses(updates: $updates) { externalId reason id } }`;
    const { data } = await write(query, {
      updates: [
        { externalId: "s1", status: "FAILED", errorCode: "30003" },
        { externalId: "nosuch", status: "SENT" },
      ],
    });
    expect(data).toEqual({
      updateMessageStatuses: [
        { externalId: "s1", reason: null, id: expect.any(String) },
        { externalId: "nosuch", reason: "NOT_FOUND", id: null },
      ],
    });
    const stored = await pastTheGateway(
      gateway,
      "data",
      "SELECT status, error_code FROM message WHERE external_id = 's1'",
    );
    expect(stored).toMatchObject([{ status: "FAILED", error_code: "30003" }]);
  });

  it("needs the scope of what is written", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const reader = await gateway.partner(
      "larkfield",
      WRITES.filter((scope) => !scope.endsWith(":write")),
      ["support"],
    );
    const event = {
      customerId: id,
      purpose: "marketing",
      state: "GRANTED",
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
    };
    const tries = [
      await write(CREATE, { input: { phone: "+447700900902" } }, reader),
      await write(STORE, { messages: [] }, reader),
      await write(RECORD, { input: event }, reader),
    ];
    expect(tries.flatMap(codes)).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
    const support = await gateway.staff("support", "support");
    expect(codes(await write(STORE, { messages: [message("x")] }, support))).toEqual(["FORBIDDEN"]);
  });
});
