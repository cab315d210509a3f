import { sendRaw, type RawAnswer } from "../graphql/answers";
import { auditBytes } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCanary, canariesIn, CANARY, type CanaryCustomer } from "./canaries";

/** Requests that go wrong with a value in them: document and variables. */
const WRONG: readonly (readonly [string, Readonly<Record<string, unknown>>?])[] = [
  [`{ customer(id: "Canaryname") { nosuch } }`],
  [`{ customer(id: {name: "Canaryname"}) { id } }`],
  [`{ customers(first: "Canaryname") { nodes { id } } }`],
  [`{ customers(first: 7700900961) { nodes { id } } }`],
  [`{ customers(filter: "Canaryname") { nodes { id } } }`],
  [`{ customers(filter: { status: "Canaryname" }) { nodes { id } } }`],
  [`{ customers(filter: { createdAfter: "Canaryname" }) { nodes { id } } }`],
  [`{ customers(filter: { phone: "+7700900961" }) { nodes { id } } }`],
  [`{ customers(filter: { email: "canarymail leak.example" }) { nodes { id } } }`],
  [`{ customers(filter: { phone: 7700900961 }) { nodes { id } } }`],
  [`{ customers(after: "Canaryname") { nodes { id } } }`],
  [`{ customers(filter: { phone: "Canaryname }) { nodes { id } } }`],
  [`{ customers(filter: { phone: """Canaryname }) { nodes { id } } }`],
  [`{ customers(filter: { phone: "\\q Canaryname" }) { nodes { id } } }`],
  [`{ me { id } } "Canaryname"`],
  [`{ me { id } } # Canaryname\n }`],
  [`{ me(id: "Canaryname") { id } }`],
  [`{ me { id @nosuch(a: "Canaryname") } }`],
  [`{ me { id @include(if: "Canaryname") } }`],
  [`query ($a: Int = "Canaryname") { customers(first: $a) { nodes { id } } }`],
  [`query ($a: ID!) { customer(id: $a) { id } }`, { a: { name: "Canaryname" } }],
  [`query ($a: ID!) { customer(id: $a) { id } }`, { a: ["Canaryname"] }],
  [`query ($a: Int) { customers(first: $a) { nodes { id } } }`, { a: "Canaryname" }],
  [`query ($a: CustomerFilter) { customers(filter: $a) { nodes { id } } }`, { a: { status: "Canaryname" } }],
  [
    `query ($a: CustomerFilter) { customers(filter: $a) { nodes { id } } }`,
    { a: { Canaryname: "Quillfeather" } },
  ],
  [
    `query ($a: CustomerFilter) { customers(filter: $a) { nodes { id } } }`,
    { a: { createdAfter: "Canaryname" } },
  ],
  [`query ($a: Redaction) { customers { nodes { phone(as: $a) } } }`, { a: "Canaryname" }],
  [
    `mutation ($a: CreateCustomerInput!) { createCustomer(input: $a) { id } }`,
    { a: { phone: CANARY.phone, name: 61 } },
  ],
  [
    `mutation ($a: CreateCustomerInput!) { createCustomer(input: $a) { id } }`,
    { a: { ...CANARY, body: "Canarybody" } },
  ],
  [
    `mutation ($a: UpdateCustomerInput!) { updateCustomer(input: $a) { id } }`,
    { a: { id: "Canaryname", name: "Canaryname" } },
  ],
  [
    `mutation ($a: [StoreMessageInput!]!) { storeMessages(messages: $a) { id } }`,
    { a: [{ body: "Canarybody" }] },
  ],
  [
    `mutation ($a: String!) { login(email: $a, password: $a) { challenge } }`,
    { a: "canarymail@leak.example.org" },
  ],
];

/** Inputs of createCustomer that are of the right type and still wrong. */
const WRONG_CUSTOMERS: readonly Readonly<Record<string, string>>[] = [
  { phone: "7700900961" },
  { phone: "+4477009009610000000" },
  { phone: CANARY.phone, birthDate: "1961-02-30" },
  { phone: CANARY.phone, email: "canarymail@" },
  { phone: CANARY.phone, name: "Canaryname\u0000" },
  { phone: CANARY.phone, name: "Canaryname".repeat(30) },
  { phone: CANARY.phone, country: "Canarystreet" },
  { phone: CANARY.phone, language: "Canaryname!" },
  { phone: CANARY.phone, externalRef: "Canary name" },
  { phone: CANARY.phone, tenantId: "Canaryname" },
  { phone: CANARY.phone, name: "Canaryname" },
  { phone: "+447700900962", externalRef: "ref-1" },
];

describe.each(engines)("an error on $name", (engine) => {
  let gateway: TestGateway;
  let canary: CanaryCustomer;
  let support: Caller;
  let partner: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    canary = await addCanary(gateway, "larkfield");
    support = await gateway.staff("support", "support");
    partner = await gateway.partner(
      "larkfield",
      ["customers:write", "messages:write", "consents:write", "contact:lookup"],
      ["support"],
    );
  });
  afterAll(() => gateway.close());

  const send = (
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
    caller = support,
  ): Promise<RawAnswer> =>
    sendRaw(
      gateway.url,
      {
        body: JSON.stringify({ query, variables }),
        headers: { "content-type": "application/json", ...headers },
      },
      caller,
    );

  function expectClean(answer: RawAnswer): void {
    expect(canariesIn(answer.text + JSON.stringify([...answer.headers]))).toEqual([]);
    expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|node_modules|SELECT|INSERT|ux_|_bi\b|_ct\b/);
    expect(JSON.parse(answer.text)).toMatchObject({
      errors: [
        {
          message: expect.any(String),
          extensions: {
            code: expect.stringMatching(/^[A-Z_]+$/),
            requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          },
        },
      ],
    });
  }

  it.each(WRONG.map(([query, variables = {}]) => ({ query, variables })))(
    "does not repeat what was submitted: $query",
    async ({ query, variables }) => {
      expectClean(await send(query, variables));
    },
  );

  it("does not repeat what a new customer was given", async () => {
    for (const input of WRONG_CUSTOMERS) {
      const query = "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id } }";
      const answer = await send(query, { input }, {}, partner);
      expectClean(answer);
      expect({ input, text: answer.text }).toEqual({
        input,
        text: expect.stringMatching(/BAD_USER_INPUT|CONFLICT|NOT_FOUND/),
      });
    }
  });

  it("does not repeat what a message or a consent was given", async () => {
    const base = {
      externalId: "m",
      customerNumber: CANARY.phone,
      direction: "INBOUND",
      senderId: "a",
      body: CANARY.body,
      sentAt: "2026-01-01T00:00:00Z",
    };
    for (const wrong of [
      { customerNumber: "Canaryname" },
      { externalId: "Canary name" },
      { senderId: "Canary\u0001name" },
      { body: "Canarybody".repeat(2_000) },
      { segments: 961 },
      { customerId: "Canaryname" },
    ]) {
      const query = "mutation ($m: [StoreMessageInput!]!) { storeMessages(messages: $m) { id } }";
      expectClean(await send(query, { m: [{ ...base, ...wrong }] }, {}, partner));
    }
    const consent = {
      customerId: canary.id,
      purpose: "support",
      state: "GRANTED",
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
      evidence: CANARY.evidence,
    };
    for (const wrong of [
      { purpose: "Canaryname" },
      { customerId: "Canaryname" },
      { method: "Canary\u0001name" },
      { language: "Canaryname!" },
      { noticeVersion: -961 },
      { state: "NONE" },
    ]) {
      const query = "mutation ($c: RecordConsentInput!) { recordConsent(input: $c) { id } }";
      expectClean(await send(query, { c: { ...consent, ...wrong } }));
    }
  });

  it("does not repeat headers, operation names and the rest of a request", async () => {
    expectClean(await send("{ me { id } }", {}, { "fieldward-purpose": "Canaryname; case=Quillfeather" }));
    expectClean(await send("{ me { id } }", {}, { "fieldward-purpose": "canaryname" }));
    expectClean(await send("{ me { id } }", {}, { authorization: "Bearer Canaryname" }));
    expectClean(await send("{ me { id } }", {}, { authorization: "Canaryname" }));
    const headers = { "content-type": "application/json" };
    const query = "query A { me { id } } query B { me { id } }";
    for (const body of [
      { query, operationName: "Canaryname" },
      { query, operationName: 7700900961 },
      { query, variables: "Canaryname" },
      { query, extensions: "Canaryname" },
      { query: ["Canaryname"] },
      { Canaryname: "Canaryname" },
    ])
      expectClean(await sendRaw(gateway.url, { body: JSON.stringify(body), headers }, support));
    for (const body of ["Canaryname", `{"query": "Canaryname`, `"Canaryname"`, `[{"query": "Canaryname"}]`])
      expectClean(await sendRaw(gateway.url, { body, headers }, support));
  });

  it("leaves no value on the access log either", async () => {
    await send(
      `query ($id: ID!) { customer(id: $id) { name phone email address birthDate messages { nodes { body } } consents { evidence } } }`,
      { id: canary.id },
    );
    const bytes = await auditBytes(gateway);
    expect(bytes.length).toBeGreaterThan(10);
    expect(bytes.flatMap(canariesIn)).toEqual([]);
  });
});
