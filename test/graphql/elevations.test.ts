import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import type { Customer } from "../../src/domain/customer";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { at, codes, listAt, textAt } from "./answers";

const MINUTE_MS = 60_000;

const REQUEST = `mutation ($customer: ID!, $category: Category!, $reason: String!, $case: String, $minutes: Int!, $emergency: Boolean) {
  requestElevation(customerId: $customer, category: $category, reason: $reason, case: $case, minutes: $minutes, emergency: $emergency) {
    id customerId category requestedBy approvedBy reason case state expiresAt reviewedAt emergency
  }
}`;
const APPROVE = "mutation ($id: ID!) { approveElevation(id: $id) { id state approvedBy expiresAt } }";
const END = "mutation ($id: ID!) { endElevation(id: $id) { state } }";
const REVIEW = `mutation ($id: ID!, $finding: String!) {
  reviewElevation(id: $id, finding: $finding) { state reviewedAt finding }
}`;
const LIST = `query ($state: String) {
  elevations(state: $state) { id state reason reads { at records fields { field level } } }
}`;

describe.each(engines)("an elevation on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  let customer: Customer;
  let support: Caller;
  let security: Caller;
  let compliance: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "acme");
    security = await gateway.staff("security", "security");
    compliance = await gateway.staff("compliance", "legal");
  });
  beforeEach(async () => {
    customer = await addCustomer(gateway, tenant);
    support = await gateway.staff("support", "support; case=T-1042");
  });
  afterAll(() => gateway.close());

  const wish = () => ({
    customer: customer.id,
    category: "CONTACT",
    reason: "Calls from a new number and cannot be verified.",
    minutes: 10,
  });
  const request = async (given: object = {}): Promise<string> =>
    textAt(await gateway.query(support, REQUEST, { ...wish(), ...given }), "requestElevation.id");
  const approved = async (): Promise<string> => {
    const id = await request();
    await gateway.query(security, APPROVE, { id });
    return id;
  };
  const phoneOf = async ({ id }: Pick<Customer, "id">): Promise<string> =>
    textAt(await gateway.query(support, `{ customer(id: "${id}") { phone } }`), "customer.phone");
  const idOf = async (caller: Caller): Promise<string> =>
    textAt(await gateway.query(caller, "{ me { id } }"), "me.id");

  it("waits for its approval, shows that customer in the clear until it expires, and nobody else", async () => {
    const other = await addCustomer(gateway, tenant);
    const asked = await gateway.query(support, REQUEST, wish());
    expect(at(asked, "requestElevation")).toMatchObject({
      customerId: customer.id,
      category: "CONTACT",
      requestedBy: await idOf(support),
      approvedBy: null,
      reason: wish().reason,
      case: "T-1042",
      state: "REQUESTED",
      expiresAt: null,
    });
    expect(await phoneOf(customer)).toContain("•");
    const id = textAt(asked, "requestElevation.id");
    gateway.clock.forward(MINUTE_MS);
    const approval = await gateway.query(security, APPROVE, { id });
    expect(at(approval, "approveElevation")).toEqual({
      id,
      state: "ACTIVE",
      approvedBy: await idOf(security),
      expiresAt: new Date(gateway.clock.nowMs + 10 * MINUTE_MS).toISOString(),
    });
    expect([await phoneOf(customer), await phoneOf(other)]).toEqual([
      customer.phone,
      expect.stringContaining("•"),
    ]);
    gateway.clock.forward(10 * MINUTE_MS - 1);
    expect(await phoneOf(customer)).toBe(customer.phone);
    gateway.clock.forward(1);
    expect(await phoneOf(customer)).toContain("•");
  });

  it("is reviewed by somebody else, over exactly what was read under it", async () => {
    const other = await addCustomer(gateway, tenant);
    await phoneOf(customer);
    const id = await approved();
    await phoneOf(customer);
    await phoneOf(other);
    gateway.clock.forward(10 * MINUTE_MS);
    await phoneOf(customer);
    const { data } = await gateway.query(compliance, LIST, { state: "EXPIRED" });
    const mine = (data?.["elevations"] as { id: string }[]).find((shown) => shown.id === id);
    expect(mine).toMatchObject({
      state: "EXPIRED",
      reads: [
        {
          at: new Date(gateway.clock.nowMs - 10 * MINUTE_MS).toISOString(),
          records: 1,
          fields: [{ field: "Customer.phone", level: "CLEAR" }],
        },
      ],
    });
    const finding = "Ticket T-1042 bears it out.";
    const reviewed = await gateway.query(compliance, REVIEW, { id, finding });
    expect(at(reviewed, "reviewElevation")).toMatchObject({ state: "REVIEWED", finding });
    expect(codes(await gateway.query(compliance, REVIEW, { id, finding }))).toEqual(["CONFLICT"]);
  });

  it("is reviewed over what is of its own category, where several are in force", async () => {
    const ids: string[] = [];
    for (const category of ["CONTACT", "CONTENT"]) {
      ids.push(await request({ category }));
      await gateway.query(security, APPROVE, { id: ids.at(-1) });
    }
    await addMessages(gateway, customer, ["One.", "Two."]);
    const query = `{ customer(id: "${customer.id}") { id name phone messages { nodes { status body } } } }`;
    const answer = await gateway.query(support, query);
    expect(at(answer, "customer")).toMatchObject({ phone: customer.phone, messages: { nodes: [{}, {}] } });
    const listed = await gateway.query(compliance, LIST, { state: "ACTIVE" });
    const reads = ids.map((id) => {
      const mine = listAt(listed, "elevations").find((shown) => (shown as { id: string }).id === id);
      return (mine as { reads: unknown[] }).reads;
    });
    expect(reads).toMatchObject([
      [{ records: 1, fields: [{ field: "Customer.phone", level: "CLEAR" }] }],
      [{ records: 2, fields: [{ field: "Message.body", level: "CLEAR" }] }],
    ]);
  });

  it("is seen by who asked for it, without what is on the log, and by nobody else without a right", async () => {
    const id = await request();
    const another = await gateway.staff("support", "support");
    const own = await gateway.query(support, LIST, { state: "REQUESTED" });
    expect(at(own, "elevations")).toEqual([{ id, state: "REQUESTED", reason: wish().reason, reads: null }]);
    expect(codes(own)).toEqual(["FIELD_HIDDEN"]);
    expect(at(await gateway.query(another, LIST), "elevations")).toEqual([]);
    for (const caller of [
      await gateway.staff("billing", "billing"),
      await gateway.staff("admin", "security"),
    ])
      expect(codes(await gateway.query(caller, LIST))).toEqual(["FORBIDDEN"]);
    expect(codes(await gateway.query(another, END, { id }))).toEqual(["NOT_FOUND"]);
  });

  it("is not approved, or reviewed, by who asked for it", async () => {
    const asked = await gateway.query(compliance, REQUEST, { ...wish(), category: "CONTENT" });
    const id = textAt(asked, "requestElevation.id");
    expect(codes(await gateway.query(compliance, APPROVE, { id }))).toEqual(["FORBIDDEN"]);
    expect(codes(await gateway.query(support, APPROVE, { id }))).toEqual(["FORBIDDEN"]);
    await gateway.query(security, APPROVE, { id });
    gateway.clock.forward(10 * MINUTE_MS);
    const review = await gateway.query(compliance, REVIEW, { id, finding: "All is well." });
    expect(codes(review)).toEqual(["FORBIDDEN"]);
  });

  it("is ended before its time, at once", async () => {
    const id = await approved();
    expect(await phoneOf(customer)).toBe(customer.phone);
    expect(at(await gateway.query(support, END, { id }), "endElevation.state")).toBe("EXPIRED");
    expect(await phoneOf(customer)).toContain("•");
    expect(codes(await gateway.query(support, END, { id }))).toEqual(["CONFLICT"]);
  });

  it.each([
    ["a reason that is too short", { reason: "Because." }, "BAD_USER_INPUT"],
    ["a reason without words", { reason: "............ 1234" }, "BAD_USER_INPUT"],
    ["a reason that is too long", { reason: "a".repeat(501) }, "BAD_USER_INPUT"],
    ["no minutes", { minutes: 0 }, "BAD_USER_INPUT"],
    ["more than an hour", { minutes: 61 }, "BAD_USER_INPUT"],
    ["a case that the purpose knows no such", { case: "1042" }, "BAD_USER_INPUT"],
    ["a customer who does not exist", { customer: "01981111-0000-7000-8000-000000000000" }, "NOT_FOUND"],
    ["no id", { customer: "0" }, "NOT_FOUND"],
    ["a category that the role is not elevated in", { category: "IDENTITY" }, "FORBIDDEN"],
    ["an emergency, which policy does not know", { emergency: true }, "FORBIDDEN"],
  ])("is not asked for with %s", async (_, given, code) => {
    const answer = await gateway.query(support, REQUEST, { ...wish(), ...given });
    expect(codes(answer)).toEqual([code]);
  });

  it("is asked for once at a time: of five requests at once, one is taken", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => gateway.query(support, REQUEST, wish())),
    );
    expect(answers.flatMap(codes)).toEqual(new Array(4).fill("CONFLICT"));
  });

  it("is approved once: of five approvals at once, one counts", async () => {
    const id = await request();
    const approvers = [security, compliance, security, compliance, security];
    const answers = await Promise.all(approvers.map((caller) => gateway.query(caller, APPROVE, { id })));
    expect(answers.flatMap(codes)).toEqual(new Array(4).fill("CONFLICT"));
  });

  it("keeps no reason of a customer that was shredded, and can still be reviewed", async () => {
    const id = await approved();
    await gateway.fieldward.services.shredder.shred(customer.id, null, "operator");
    gateway.clock.forward(10 * MINUTE_MS);
    const { data } = await gateway.query(compliance, LIST, { state: "EXPIRED" });
    const mine = (data?.["elevations"] as { id: string }[]).find((shown) => shown.id === id);
    expect(mine).toMatchObject({ reason: "[shredded]" });
    const review = await gateway.query(compliance, REVIEW, { id, finding: "Erased since." });
    expect(at(review, "reviewElevation")).toMatchObject({ state: "REVIEWED", finding: "[shredded]" });
    expect(codes(await gateway.query(support, REQUEST, wish()))).toEqual(["ERASED"]);
  });

  it("has each of its steps on the access log, by its id", async () => {
    const id = await approved();
    gateway.clock.forward(10 * MINUTE_MS);
    await gateway.query(compliance, REVIEW, { id, finding: "All is well." });
    const store = sqlAuditStore(gateway.fieldward.databases.audit);
    const found: { kind: string; about?: string; outcome?: string; actor: string }[] = [];
    for (const writer of await store.writers())
      for (const { entry } of await store.entriesFrom(writer, 0, 5_000))
        found.push(JSON.parse(Buffer.from(entry).toString()) as (typeof found)[number]);
    const steps = found.filter(({ about }) => about === id);
    expect(steps.map(({ kind, outcome, actor }) => [kind, outcome, actor])).toEqual([
      ["ELEVATION", "requested", await idOf(support)],
      ["ELEVATION", "approved", await idOf(security)],
      ["ELEVATION", "reviewed", await idOf(compliance)],
    ]);
  });

  it("is nothing for a partner", async () => {
    const partner = await gateway.partner("acme", ["contact:masked"], ["support"]);
    expect(codes(await gateway.query(partner, REQUEST, wish()))).toEqual(["FORBIDDEN"]);
  });

  it("lapses where nobody answers within the hour", async () => {
    const id = await request();
    gateway.clock.forward(60 * MINUTE_MS - 1);
    expect(at(await gateway.query(support, LIST), "elevations.0.state")).toBe("REQUESTED");
    gateway.clock.forward(1);
    expect(
      at(
        await gateway.query(await gateway.staff("compliance", "legal"), LIST, { state: "LAPSED" }),
        "elevations.0.id",
      ),
    ).toBe(id);
    const late = await gateway.staff("security", "security");
    expect(codes(await gateway.query(late, APPROVE, { id }))).toEqual(["CONFLICT"]);
  });
});
