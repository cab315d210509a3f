import { v7 as uuidv7 } from "uuid";
import { FieldwardError } from "../../src/domain/errors";
import { Consents } from "../../src/lifecycle/consents";
import type { Purpose } from "../../src/policy/purposes-file";
import { codes, textAt } from "../graphql/answers";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { defaultPolicy } from "../policy/principals";
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
  const kept = async (id: string): Promise<unknown> => {
    const select = "SELECT consent_bits, consent_expiry FROM customer WHERE id = ?";
    return (await pastTheGateway(gateway, "data", select, [id]))[0];
  };

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
    expect(await kept(id)).toMatchObject({ consent_bits: 3 });
    await write(RECORD, { input: { ...event, purpose: "marketing", state: "WITHDRAWN" } });
    expect(await kept(id)).toMatchObject({ consent_bits: 2 });
  });

  it("takes nothing for a consent that is none, and a withdrawal on whatever basis", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const record = (purpose: string, state: string, legalBasis: string): Promise<Answer> =>
      write(RECORD, {
        input: { ...{ customerId: id, purpose, state, legalBasis }, method: "web", jurisdiction: "GB" },
      });
    const refused = await record("marketing", "GRANTED", "LEGITIMATE_INTEREST");
    expect(codes(refused)).toEqual(["BAD_USER_INPUT"]);
    expect(refused.errors?.[0]?.message).toContain("send legalBasis CONSENT");
    const ledger = await pastTheGateway(
      gateway,
      "data",
      "SELECT id FROM consent_record WHERE customer_id = ?",
      [id],
    );
    expect([await kept(id), ledger]).toMatchObject([{ consent_bits: 0 }, []]);
    // A purpose with a bit that does not rest on consent: the event stands, and is no consent.
    expect(codes(await record("analytics", "GRANTED", "LEGITIMATE_INTEREST"))).toEqual([]);
    expect(await kept(id)).toMatchObject({ consent_bits: 0 });
    for (const purpose of ["marketing", "analytics"]) await record(purpose, "GRANTED", "CONSENT");
    await record("analytics", "GRANTED", "CONTRACT");
    expect(await kept(id)).toMatchObject({ consent_bits: 3 });
    await record("marketing", "WITHDRAWN", "CONTRACT");
    expect(await kept(id)).toMatchObject({ consent_bits: 2 });
  });

  it("does not tell which purposes there are", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const event = { customerId: id, purpose: "anything", state: "GRANTED", legalBasis: "CONSENT" };
    const answer = await write(RECORD, { input: { ...event, method: "web", jurisdiction: "GB" } });
    expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
    for (const purpose of defaultPolicy.purposes.keys())
      expect(answer.errors?.[0]?.message).not.toContain(purpose);
  });

  it("takes ends from 1970 to 2286, which compare as text and as numbers", async () => {
    const { id } = await addCustomer(gateway, tenant);
    const event = { customerId: id, purpose: "marketing", state: "GRANTED", legalBasis: "CONSENT" };
    const until = async (validUntil: string): Promise<string[]> =>
      codes(await write(RECORD, { input: { ...event, method: "web", jurisdiction: "GB", validUntil } }));
    for (const end of ["1969-12-31T23:59:59.999Z", "2286-11-20T17:46:40Z", "9999-12-31T00:00:00Z"])
      expect([end, await until(end)]).toEqual([end, ["BAD_USER_INPUT"]]);
    for (const end of ["1970-01-01T00:00:00Z", "2286-11-20T17:46:39.999Z"])
      expect([end, await until(end)]).toEqual([end, []]);
    expect(await kept(id)).toEqual({ consent_bits: 1, consent_expiry: "00:9999999999999" });
  });

  it("has room for fifteen ends: one more is refused until one is over, which goes with its consent", async () => {
    const purpose: Purpose = { basis: "CONSENT", bit: 0, levels: {}, case: null };
    const purposes = new Map(
      Array.from({ length: 17 }, (_, bit) => [`p${String(bit)}`, { ...purpose, bit }]),
    );
    const { data } = gateway.fieldward.databases;
    const consents = new Consents({ data, newId: () => uuidv7(), clock: gateway.clock.read }, () => ({
      ...defaultPolicy,
      purposes,
    }));
    const { id: customerId } = await addCustomer(gateway, tenant);
    const grant = async (bit: number, minutes: number | null): Promise<string> => {
      const validUntil = minutes === null ? null : new Date(gateway.clock.nowMs + minutes * 60_000);
      const event = { customerId, purpose: `p${String(bit)}`, state: "GRANTED", legalBasis: "CONSENT" };
      const input = { ...event, method: "web", jurisdiction: "GB", validUntil };
      try {
        await consents.record(input, customerId, null, () => Promise.resolve());
        return "taken";
      } catch (error) {
        return error instanceof FieldwardError ? error.code : "INTERNAL";
      }
    };
    const taken = [];
    for (let bit = 0; bit < 16; bit += 1) taken.push(await grant(bit, bit === 3 ? 1 : 60));
    expect(taken).toEqual([...new Array<string>(15).fill("taken"), "BAD_USER_INPUT"]);
    expect(await grant(16, null)).toBe("taken");
    const all = 2 ** 15 - 1 + 2 ** 16;
    expect(await kept(customerId)).toMatchObject({ consent_bits: all });
    gateway.clock.forward(60_000);
    expect(await grant(15, 60)).toBe("taken");
    // Without its end the consent that is over would stand for ever.
    expect(await kept(customerId)).toMatchObject({
      consent_bits: all - 2 ** 3 + 2 ** 15,
      consent_expiry: expect.not.stringContaining("03:"),
    });
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
