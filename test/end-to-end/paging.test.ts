import { at, codes, listAt, textAt } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";

describe.each(engines)("a list on $name", (engine) => {
  let gateway: TestGateway;
  let tenant: string;
  let caller: Caller;
  const ids: string[] = [];
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    tenant = await addTenant(gateway, "larkfield");
    caller = await gateway.staff("compliance", "legal");
    for (let i = 0; i < 23; i += 1) ids.push((await addCustomer(gateway, tenant)).id);
  });
  afterAll(() => gateway.close());

  it("gives each row once, page by page, whatever is added meanwhile", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page += 1) {
      const answer = await gateway.query(
        caller,
        "query ($after: String) { customers(first: 5, after: $after) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }",
        { after },
      );
      seen.push(...listAt(answer, "customers.nodes").map((node) => JSON.stringify(node).slice(7, 43)));
      expect(at(answer, "customers.pageInfo.hasPreviousPage")).toBe(page > 0);
      if (page === 1) await addCustomer(gateway, tenant);
      if (at(answer, "customers.pageInfo.hasNextPage") !== true) break;
      after = textAt(answer, "customers.pageInfo.endCursor");
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 23)).toEqual(ids);
    expect(seen).toHaveLength(24);
  });

  it("counts all that its filter matches, not the page", async () => {
    const [id = ""] = ids;
    const { data } = await gateway.query(
      caller,
      `{ all: customers(first: 2) { totalCount nodes { id } } one: customers(filter: { externalRef: "ref-${id}" }) { totalCount } none: customers(filter: { country: "PL" }) { totalCount pageInfo { hasNextPage startCursor endCursor } } }`,
    );
    expect(data).toMatchObject({
      all: { totalCount: 24 },
      one: { totalCount: 1 },
      none: { totalCount: 0, pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } },
    });
  });

  it("of messages is newest first, filtered and paged within each customer", async () => {
    const customer = await addCustomer(gateway, tenant);
    const messages = await addMessages(gateway, customer, ["1", "2", "3", "4", "5"]);
    const newest = messages.toReversed();
    const page = async (after: string | null) =>
      gateway.query(
        caller,
        "query ($id: ID!, $after: String) { customer(id: $id) { messages(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } inbound: messages(filter: { direction: INBOUND }) { totalCount } } }",
        { id: customer.id, after },
      );
    const first = await page(null);
    expect(at(first, "customer.messages")).toMatchObject({
      totalCount: 5,
      nodes: newest.slice(0, 2).map((id) => ({ id })),
      pageInfo: { hasNextPage: true },
    });
    expect(at(first, "customer.inbound.totalCount")).toBe(2);
    const second = await page(textAt(first, "customer.messages.pageInfo.endCursor"));
    expect(at(second, "customer.messages.nodes")).toEqual(newest.slice(2, 4).map((id) => ({ id })));
  });

  it("tells callers who they are, and what they get", async () => {
    const { data } = await gateway.query(
      caller,
      "{ me { kind role tenantId scopes purposes levels { category level canElevate } } }",
    );
    expect(data).toMatchObject({
      me: { kind: "STAFF", role: "compliance", tenantId: null, scopes: null, purposes: ["legal", "support"] },
    });
    expect(listAt({ data: data ?? null }, "me.levels")).toContainEqual({
      category: "CONTENT",
      level: "MASKED",
      canElevate: true,
    });
  });

  it("asks for a purpose where there is more than one", async () => {
    const answer = await gateway.query({ token: caller.token }, "{ customers { nodes { name } } }");
    expect(codes(answer)).toEqual(["PURPOSE_REQUIRED"]);
    expect(answer).toMatchObject({ status: 400 });
  });

  it("is for as long as one is signed in", async () => {
    const { accounts } = gateway.fieldward.services;
    const staff = {
      email: "new.colleague@staff.example.com",
      name: "New",
      role: "support",
      trainedUntil: null,
    };
    await accounts.addStaff({ ...staff, password: "a long enough password" });
    const LOGIN =
      'mutation ($p: String!) { login(email: "New.Colleague@staff.example.com", password: $p) { session { token } challenge } }';
    expect(codes(await gateway.query(null, LOGIN, { p: "a wrong password here" }))).toEqual([
      "UNAUTHENTICATED",
    ]);
    const token = textAt(
      await gateway.query(null, LOGIN, { p: "a long enough password" }),
      "login.session.token",
    );
    expect((await gateway.query({ token }, "{ me { role } }")).data).toEqual({ me: { role: "support" } });
    expect((await gateway.query({ token }, "mutation { logout }")).data).toEqual({ logout: true });
    expect(codes(await gateway.query({ token }, "{ me { role } }"))).toEqual(["UNAUTHENTICATED"]);
  });
});
