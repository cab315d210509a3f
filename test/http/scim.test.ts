import { Staff } from "../../src/domain/staff";
import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { makeLog, openFieldward } from "../../src/main";
import { breakAccessLog } from "../graphql/past-the-gateway";
import { logged } from "../identity/account-entries";
import { openOidcGateway, type OidcGateway } from "../identity/oidc-gateway";
import { TestProvider } from "../identity/oidc-provider";
import { engines } from "../support/engines";
import { ScimClient, SECRET, user, USER } from "./scim-client";

const ME = "{ me { id role } }";

describe.each(engines)("the SCIM service on $name", (engine) => {
  let provider: TestProvider;
  let gateway: OidcGateway;
  let client: ScimClient;

  beforeAll(async () => {
    provider = await TestProvider.start();
    gateway = await openOidcGateway(engine, provider, { FIELDWARD_SCIM_TOKEN: SECRET });
    client = new ScimClient(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    await provider.stop();
  });

  const row = (id: string) => gateway.fieldward.databases.data.reader.manager.findOneByOrFail(Staff, { id });
  const ask = async (token: string) => gateway.query({ token, purpose: "support" }, ME);
  const operationsOn = async (id: string) =>
    (await logged(gateway, "ACCOUNTS")).filter(({ about }) => about === id).map(({ operation }) => operation);

  it("makes a person whom the identity provider's token then is", async () => {
    const { status, type, location, body } = await client.send("POST", "/Users", user("ann"));
    expect(status).toBe(201);
    expect(type).toBe("application/scim+json; charset=utf-8");
    const id = String(body?.["id"]);
    expect(location).toBe(`/scim/v2/Users/${id}`);
    expect(body).toEqual({
      schemas: [USER],
      id,
      userName: "ann@staff.example.com",
      displayName: "ann Staff",
      name: { formatted: "ann Staff" },
      active: true,
      roles: [{ value: "support", primary: true }],
      meta: { resourceType: "User", created: new Date(gateway.clock.nowMs).toISOString(), location },
    });
    expect(await row(id)).toMatchObject({ passwordHash: "none", trainedUntil: null });
    const me = await ask(await gateway.tokenOf("subject-ann", { email: "ann@staff.example.com" }));
    expect(me.data).toEqual({ me: { id, role: "support" } });
    expect(await operationsOn(id)).toEqual(["scim create"]);
  });

  it("finds a person by userName and by externalId, in whatever case names are written", async () => {
    const id = await client.create("found");
    for (const filter of [
      'userName eq "FOUND@staff.example.com"',
      'USERNAME EQ "found@staff.example.com"',
      'externalId eq "subject-found"',
    ]) {
      const { status, body } = await client.find(filter);
      expect(status).toBe(200);
      expect(body).toMatchObject({ totalResults: 1, itemsPerPage: 1, startIndex: 1, Resources: [{ id }] });
    }
    for (const filter of [
      'userName eq "nobody@staff.example.com"',
      'userName eq "x"',
      'externalId eq "SUBJECT-found"',
    ])
      expect((await client.find(filter)).body).toMatchObject({ totalResults: 0, Resources: [] });
  });

  it("pages through the staff in one order", async () => {
    await client.create("page-1");
    await client.create("page-2");
    const all = await client.send("GET", "/Users");
    const total = Number(all.body?.["totalResults"]);
    const ids: unknown[] = [];
    for (let at = 1; at <= total; at += 2) {
      const { body } = await client.send("GET", `/Users?startIndex=${String(at)}&count=2`);
      const page = body?.["Resources"] as readonly { readonly id: string }[];
      ids.push(...page.map(({ id }) => id));
    }
    expect(ids).toEqual((all.body?.["Resources"] as readonly { id: string }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(total);
    expect((await client.send("GET", "/Users?count=0")).body).toMatchObject({
      totalResults: total,
      Resources: [],
    });
    expect((await client.send("GET", "/Users?startIndex=-5&count=1")).body).toMatchObject({ startIndex: 1 });
  });

  it("puts whom it told of on the access log, by id", async () => {
    const id = await client.create("told");
    await client.send("GET", `/Users/${id}`);
    const reads = (await logged(gateway, "READ")).filter(({ operation }) => operation === "scim read");
    expect(reads.at(-1)).toMatchObject({ actor: "scim", reads: [{ type: "Staff", subjects: [id] }] });
    expect(JSON.stringify(reads)).not.toContain("staff.example.com");
  });

  it.each<[string, object]>([
    ["a path", { op: "replace", path: "active", value: false }],
    ["Entra's words", { op: "Replace", path: "active", value: "False" }],
    ["a value without path", { op: "replace", value: { active: false } }],
    ["a full path", { op: "replace", path: `${USER}:active`, value: false }],
    ["names in another case", { OP: "REPLACE", Path: "ACTIVE", Value: false }],
    ["an addition", { op: "add", path: "active", value: false }],
  ])("takes access away at once by %s", async (how, operation) => {
    const name = `leaver-${how.replaceAll(/\W/g, "-").toLowerCase()}`;
    const id = await client.create(name);
    const session = await gateway.fieldward.services.sessions.open(id, { secondFactor: false });
    const token = await gateway.tokenOf(`subject-${name}`);
    expect(await ask(token)).toMatchObject({ status: 200 });
    expect(await ask(session.token)).toMatchObject({ status: 200 });
    expect(await client.patch(id, operation)).toMatchObject({ status: 204, body: null });
    // No clock has moved: what this process had found good is forgotten.
    expect(await ask(token)).toMatchObject({ status: 401 });
    expect(await ask(session.token)).toMatchObject({ status: 401 });
    expect(await operationsOn(id)).toEqual(["scim create", "scim deactivate"]);
    expect(await client.patch(id, { op: "replace", path: "active", value: "True" })).toMatchObject({
      status: 204,
    });
    expect(await ask(token)).toMatchObject({ status: 200 });
    // A session that ended stays so.
    expect(await ask(session.token)).toMatchObject({ status: 401 });
  });

  it("takes access away on other replicas within the bound", async () => {
    const id = await client.create("elsewhere");
    const { settings, clock } = gateway;
    const replica = await openFieldward(settings, { log: makeLog(settings), clock: clock.read });
    const there = async (token: string) => replica.services.authenticator.authenticate(`Bearer ${token}`);
    const token = await gateway.tokenOf("subject-elsewhere");
    expect(await there(token)).toMatchObject({ id });
    await client.patch(id, { op: "replace", path: "active", value: false });
    clock.forward(REVOCATION_BOUND_MS);
    await expect(there(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await replica.close();
  });

  it("changes nothing that cannot be put on the access log", async () => {
    const id = await client.create("unlogged");
    const repair = await breakAccessLog(gateway);
    const answers = [
      await client.patch(id, { op: "replace", path: "active", value: false }),
      await client.send("POST", "/Users", user("unlogged-2")),
      await client.send("GET", `/Users/${id}`),
      // Whom the directory does not know, nobody is.
      await ask(await gateway.tokenOf("subject-unlogged-3")),
    ];
    await repair();
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 401]);
    expect((await row(id)).disabled).toBe(false);
    expect((await client.find('userName eq "unlogged-2@staff.example.com"')).body).toMatchObject({
      totalResults: 0,
    });
    expect((await client.find('externalId eq "subject-unlogged-3"')).body).toMatchObject({ totalResults: 0 });
  });

  it("takes access away by PUT and by DELETE too, and keeps the person out whatever else they say", async () => {
    const put = await client.create("put");
    const gone = user("put", { active: false, roles: [{ value: "no role" }], externalId: "another" });
    expect(await client.send("PUT", `/Users/${put}`, gone)).toMatchObject({
      status: 200,
      body: { active: false },
    });
    expect(await ask(await gateway.tokenOf("subject-put"))).toMatchObject({ status: 401 });
    const deleted = await client.create("deleted");
    expect(await client.send("DELETE", `/Users/${deleted}`)).toMatchObject({ status: 204 });
    expect(await ask(await gateway.tokenOf("subject-deleted"))).toMatchObject({ status: 401 });
    expect((await row(deleted)).disabled).toBe(true);
  });

  it("is not kept from a deactivation by what it does not know beside it", async () => {
    const id = await client.create("beside");
    const others = [
      { op: "replace", path: 'addresses[type eq "work"].formatted', value: "7 Fictional Lane" },
      { op: "remove", path: "title" },
      {
        op: "add",
        path: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        value: "x",
      },
    ];
    expect(await client.patch(id, ...others, { op: "replace", path: "active", value: false })).toMatchObject({
      status: 204,
    });
    expect((await row(id)).disabled).toBe(true);
  });

  it("ends the sessions of whom it gives another address, and of nobody else", async () => {
    const id = await client.create("moving");
    const session = await gateway.fieldward.services.sessions.open(id);
    await client.patch(id, { op: "replace", path: "displayName", value: "Another Name" });
    expect(await ask(session.token)).toMatchObject({ status: 200 });
    await client.patch(id, { op: "replace", path: "userName", value: "moved@staff.example.com" });
    expect(await ask(session.token)).toMatchObject({ status: 401 });
  });

  it("changes a name, an address and a role, and logs nothing where nothing changes", async () => {
    const id = await client.create("changed");
    await client.patch(id, { op: "replace", path: "displayName", value: "Another Name" });
    await client.patch(id, {
      op: "replace",
      value: { userName: "renamed@staff.example.com", roles: ["compliance"] },
    });
    const changed = await row(id);
    expect([changed.name, changed.email, changed.role]).toEqual([
      "Another Name",
      "renamed@staff.example.com",
      "compliance",
    ]);
    expect((await client.find('userName eq "renamed@staff.example.com"')).body).toMatchObject({
      totalResults: 1,
    });
    expect((await client.find('userName eq "changed@staff.example.com"')).body).toMatchObject({
      totalResults: 0,
    });
    await client.patch(id, { op: "replace", path: "externalId", value: "subject-changed" });
    expect(await operationsOn(id)).toEqual(["scim create", "scim change", "scim change"]);
  });

  it("binds a user of ours to the identity provider once, and never to another", async () => {
    const id = await gateway.fieldward.services.accounts.addStaff({
      email: "local@staff.example.com",
      name: "Local User",
      role: "support",
      password: "a long enough password of theirs",
      trainedUntil: null,
    });
    const claims = { email: "local@staff.example.com" };
    expect(await ask(await gateway.tokenOf("local", claims))).toMatchObject({ status: 401 });
    expect(await client.patch(id, { op: "add", path: "externalId", value: "local" })).toMatchObject({
      status: 204,
    });
    expect((await ask(await gateway.tokenOf("local", claims))).data).toMatchObject({ me: { id } });
    const moved = await client.patch(id, { op: "replace", path: "externalId", value: "someone else" });
    expect(moved).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
  });
});
