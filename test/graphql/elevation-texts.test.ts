import type { Customer } from "../../src/domain/customer";
import { logged } from "../identity/account-entries";
import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addTenant } from "../support/records";
import { at, codes, listAt, textAt } from "./answers";

const MINUTE_MS = 60_000;
const REASON = "Calls from a new number and cannot be verified.";
const FINDING = "All is well.";

const REQUEST = `mutation ($customer: ID!, $case: String) {
  requestElevation(customerId: $customer, category: CONTENT, reason: "${REASON}", case: $case, minutes: 10) {
    id case
  }
}`;
const TEXTS = "query Texts { elevations { id reason finding } }";

describe.each(engines)("the purpose and the texts of an elevation on $name", (engine) => {
  let gateway: TestGateway;
  let customer: Customer;
  let support: Caller;
  let compliance: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    const tenant = await addTenant(gateway, "acme");
    support = await gateway.staff("support", "support; case=T-1042");
    compliance = await gateway.staff("compliance", "legal");
    customer = await addCustomer(gateway, tenant);
  });
  afterAll(() => gateway.close());

  const ask = (caller: Caller, given: object = {}): Promise<Answer> =>
    gateway.query(caller, REQUEST, { customer: customer.id, ...given });

  it("are for whoever has declared a purpose; who has only one need not", async () => {
    const { token } = compliance;
    for (const text of ["reason", "finding"])
      expect(codes(await gateway.query({ token }, `{ elevations { id ${text} } }`))).toEqual([
        "PURPOSE_REQUIRED",
      ]);
    expect(codes(await ask({ token }))).toEqual(["PURPOSE_REQUIRED"]);
    // What says nothing of the customer is shown without.
    expect(codes(await gateway.query({ token }, "{ elevations { id case state } }"))).toEqual([]);
    const asked = await ask({ token: support.token }, { case: "T-7" });
    expect(at(asked, "requestElevation.case")).toBe("T-7");
    expect(codes(await gateway.query({ token: support.token }, TEXTS))).toEqual([]);
  });

  it("are withheld from staff whose training is not current, and the log has no read of them", async () => {
    const id = textAt(await ask(await gateway.staff("support", "support")), "requestElevation.id");
    await gateway.query(compliance, `mutation { approveElevation(id: "${id}") { state } }`);
    gateway.clock.forward(10 * MINUTE_MS);
    await gateway.query(
      compliance,
      `mutation { reviewElevation(id: "${id}", finding: "${FINDING}") { state } }`,
    );
    const untrained = await gateway.staff("compliance", "legal", false);
    const shown = async (caller: Caller): Promise<unknown> =>
      listAt(await gateway.query(caller, TEXTS), "elevations").find(
        (one) => (one as { id: string }).id === id,
      );
    const readers = async (): Promise<unknown[]> => {
      const entries = await logged(gateway, "READ");
      return entries.filter(({ operation, reads }) => operation === "Texts" && reads !== undefined);
    };
    const before = (await readers()).length;
    expect(await shown(untrained)).toEqual({ id, reason: "[withheld]", finding: null });
    expect(await readers()).toHaveLength(before);
    expect(await shown(compliance)).toEqual({ id, reason: REASON, finding: FINDING });
    expect(await readers()).toHaveLength(before + 1);
  });
});
