import { codes, textAt } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";

const RECORD =
  "mutation ($input: RecordConsentInput!) { recordConsent(input: $input) { id state evidence } }";

describe.each(engines)("the consent ledger on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  let partner: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "larkfield");
    partner = await gateway.partner("larkfield", ["consent:clear", "consents:write"], ["support"]);
  });
  afterAll(() => gateway.close());

  const write = (query: string, variables: Record<string, unknown>): Promise<Answer> =>
    gateway.query(partner, query, variables);

  it("keeps both of two consents that come in at once, in the ledger and on the customer", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const event = {
      customerId: id,
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
      state: "GRANTED",
      evidence: "Ticked.",
    };
    const answers = await Promise.all(
      ["marketing", "analytics"].map((purpose) => write(RECORD, { input: { ...event, purpose } })),
    );
    expect(answers.flatMap(codes)).toEqual([]);
    const state = () =>
      pastTheGateway(gateway, "data", "SELECT consent_bits FROM customer WHERE id = ?", [id]);
    expect(await state()).toMatchObject([{ consent_bits: 3 }]);
    await write(RECORD, { input: { ...event, purpose: "marketing", state: "WITHDRAWN" } });
    expect(await state()).toMatchObject([{ consent_bits: 2 }]);
  });

  it("adds consents up to a state: none, granted, withdrawn, expired", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const state = async (): Promise<string> =>
      textAt(
        await gateway.query(partner, `{ customer(id: "${id}") { consentState(purpose: "marketing") } }`),
        "customer.consentState",
      );
    const event = {
      customerId: id,
      purpose: "marketing",
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
    };
    const seen = [await state()];
    for (const change of [
      { state: "GRANTED" },
      { state: "WITHDRAWN" },
      { state: "GRANTED", validUntil: new Date(gateway.clock.nowMs + 60_000).toISOString() },
    ]) {
      gateway.clock.forward(1_000);
      await write(RECORD, { input: { ...event, ...change } });
      seen.push(await state());
    }
    gateway.clock.forward(60_000);
    expect([...seen, await state()]).toEqual(["NONE", "GRANTED", "WITHDRAWN", "GRANTED", "EXPIRED"]);
    const { data } = await gateway.query(
      partner,
      `{ customer(id: "${id}") { consents { state } other: consents(purpose: "legal") { id } } }`,
    );
    expect(data).toEqual({
      customer: { consents: [{ state: "GRANTED" }, { state: "WITHDRAWN" }, { state: "GRANTED" }], other: [] },
    });
  });
});
