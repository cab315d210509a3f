import { migrateAll } from "../../src/cli/migrate";
import { StartupError } from "../../src/domain/errors";
import { Staff } from "../../src/domain/staff";
import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { initialise } from "../../src/installation";
import { makeLog, openFieldward } from "../../src/main";

import { engines, freshInstallation, type Installation } from "../support/engines";
import { addCustomer, addTenant } from "../support/records";
import { logged } from "./account-entries";
import { openOidcGateway, type OidcGateway } from "./oidc-gateway";
import { TestProvider } from "./oidc-provider";

const ME = "{ me { id kind role } }";
const REFUSED = { status: 401, errors: [{ extensions: { code: "UNAUTHENTICATED" } }] };

describe.each(engines)("a person of the identity provider on $name", (engine) => {
  let provider: TestProvider;
  let gateway: OidcGateway;

  beforeAll(async () => {
    provider = await TestProvider.start();
    gateway = await openOidcGateway(engine, provider);
  });
  afterAll(async () => {
    await gateway.close();
    await provider.stop();
  });

  const ask = (token: string) => gateway.query({ token, purpose: "support" }, ME);
  const meOf = async (token: string) => (await ask(token)).data?.["me"] as { id: string; role: string };
  const staffRow = (id: string) =>
    gateway.fieldward.databases.data.reader.manager.findOneByOrFail(Staff, { id });
  const count = () => gateway.fieldward.databases.data.reader.manager.count(Staff);
  const change = (id: string, facts: Partial<Pick<Staff, "disabled" | "frozenAt" | "trainedUntil">>) =>
    gateway.fieldward.databases.data.write((manager) => manager.update(Staff, { id }, facts));

  it("is made on first sight, and is the same ever after", async () => {
    const first = await ask(
      await gateway.tokenOf("ann", {
        email: "Ann@staff.example.com",
        email_verified: true,
        name: "Ann Staff",
      }),
    );
    expect(first).toMatchObject({ status: 200, data: { me: { kind: "STAFF", role: "support" } } });
    const { id } = await meOf(await gateway.tokenOf("ann"));
    const row = await staffRow(id);
    expect(row).toMatchObject({ passwordHash: "none", role: "support", disabled: false, trainedUntil: null });
    expect([row.email, row.name]).toEqual(["Ann@staff.example.com", "Ann Staff"]);
    expect(row.externalId).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(first)).toContain(id);
  });

  it("is on the access log from first sight", async () => {
    const { id } = await meOf(await gateway.tokenOf("logged"));
    const entries = await logged(gateway, "ACCOUNTS");
    expect(entries.filter(({ about }) => about === id)).toMatchObject([
      { actor: "oidc", actorKind: "SYSTEM", operation: "oidc first sight", outcome: "ok" },
    ]);
  });

  it("is one person, however many requests come first", async () => {
    const before = await count();
    const token = () => gateway.tokenOf("crowd", { email: "crowd@staff.example.com" });
    const tokens = await Promise.all(
      Array.from({ length: 12 }, (_, i) => gateway.tokenOf("crowd", { jti: String(i) })),
    );
    const people = await Promise.all([...tokens, await token()].map(meOf));
    expect(new Set(people.map(({ id }) => id)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it("is masked from until trained, as all staff", async () => {
    const tenantId = await addTenant(gateway, `tenant-${engine.server === null ? "a" : "b"}`);
    const customer = await addCustomer(gateway, tenantId, { name: "Amira Novak" });
    const token = await gateway.tokenOf("untrained");
    const { id } = await meOf(token);
    const query = `{ customer(id: "${customer.id}") { name } }`;
    const untrained = await gateway.query({ token, purpose: "support" }, query);
    expect(JSON.stringify(untrained)).not.toContain("Amira Novak");
    await change(id, { trainedUntil: new Date(gateway.clock.nowMs + 86_400_000) });
    gateway.clock.forward(REVOCATION_BOUND_MS);
    const trained = await gateway.query({ token, purpose: "support" }, query);
    expect(trained.data).toEqual({ customer: { name: "Amira Novak" } });
  });

  it("has the role that the token gives, and the row follows", async () => {
    const { id } = await meOf(await gateway.tokenOf("promoted"));
    expect(await meOf(await gateway.tokenOf("promoted", { groups: ["fw-compliance"] }))).toMatchObject({
      id,
      role: "compliance",
    });
    expect((await staffRow(id)).role).toBe("compliance");
    const entries = await logged(gateway, "ACCOUNTS");
    expect(entries.filter(({ about }) => about === id).map(({ operation }) => operation)).toEqual([
      "oidc first sight",
      "oidc role",
    ]);
    expect(await ask(await gateway.tokenOf("promoted", { groups: ["nothing"] }))).toMatchObject(REFUSED);
  });

  it.each([
    ["disabled", { disabled: true }, { disabled: false }],
    ["frozen", { frozenAt: new Date(1) }, { frozenAt: null }],
  ])("is out while %s, whatever tokens say", async (state, out, back) => {
    const token = await gateway.tokenOf(`out-${state}`);
    const { id } = await meOf(token);
    await change(id, out);
    gateway.clock.forward(REVOCATION_BOUND_MS);
    expect(await ask(token)).toMatchObject(REFUSED);
    expect(await ask(await gateway.tokenOf(`out-${state}`, { groups: ["fw-compliance"] }))).toMatchObject(
      REFUSED,
    );
    expect((await staffRow(id)).role).toBe("support");
    await change(id, back);
    expect(await ask(token)).toMatchObject({ status: 200 });
  });

  it("is nobody else by an e-mail address", async () => {
    const id = await gateway.fieldward.services.accounts.addStaff({
      email: "boss@staff.example.com",
      name: "The Boss",
      role: "compliance",
      password: "a long enough password of hers",
      trainedUntil: null,
    });
    const before = await count();
    for (const email of ["boss@staff.example.com", "BOSS@Staff.example.com "])
      expect(await ask(await gateway.tokenOf("impostor", { email, email_verified: true }))).toMatchObject(
        REFUSED,
      );
    expect(await count()).toBe(before);
    expect((await staffRow(id)).externalId).toBeNull();
    // Without the address there is nothing to mistake.
    const { id: another } = await meOf(await gateway.tokenOf("impostor"));
    expect(another).not.toBe(id);
  });

  it.each([
    ["not vouched for", { email: "unverified@staff.example.com", email_verified: false }],
    ["none", { email: "no address" }],
    ["a list", { email: ["a@staff.example.com"] }],
  ])("has no e-mail address where it is %s", async (what, claims) => {
    const { id } = await meOf(await gateway.tokenOf(`address ${what}`, { ...claims, name: "two\nlines" }));
    const row = await staffRow(id);
    expect([row.email, row.name]).toEqual([null, null]);
  });

  it("is unknown, and not made, where the token is refused", async () => {
    const before = await count();
    expect(await ask(await gateway.tokenOf("nobody", { aud: "other" }))).toMatchObject(REFUSED);
    expect(await ask(await gateway.tokenOf("nobody", { exp: 1 }))).toMatchObject(REFUSED);
    expect(await count()).toBe(before);
  });

  it("is nothing that a directory could change without its secret being set", async () => {
    const response = await fetch(gateway.url.replace("/graphql", "/scim/v2/Users"), {
      headers: { authorization: "Bearer undefined" },
    });
    expect(response.status).toBe(404);
  });

  it("is told that the keys are away, not that the token is bad, where the provider has never answered", async () => {
    const silent = await TestProvider.start();
    const before = await openOidcGateway(engine, silent);
    const token = await before.tokenOf("early");
    await silent.stop();
    const query = () => before.query({ token, purpose: "support" }, ME);
    expect(await query()).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: "VAULT_UNAVAILABLE" } }],
    });
    expect(await before.query(await before.staff("support", "support"), ME)).toMatchObject({ status: 200 });
    await silent.listen();
    before.clock.forward(10_000);
    expect(await query()).toMatchObject({ status: 200 });
    await before.close();
    await silent.stop();
  });

  it("is out when the token ends, to the second", async () => {
    const start = gateway.clock.nowMs;
    const token = await gateway.tokenOf("hourly");
    const end = (Math.floor(start / 1_000) + 3_600) * 1_000;
    gateway.clock.nowMs = end - 1;
    expect(await ask(token)).toMatchObject({ status: 200 });
    gateway.clock.nowMs = end;
    expect(await ask(token)).toMatchObject(REFUSED);
    gateway.clock.nowMs = start;
  });
});

describe("the settings of the identity provider", () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await freshInstallation({ name: "SQLite", server: null });
    await migrateAll(installation.settings);
    await initialise(installation.settings, () => 0);
  });
  afterAll(() => installation.remove());

  it.each([
    [{ FIELDWARD_OIDC_ISSUER: "https://login.example.com" }, /go together/],
    [{ FIELDWARD_OIDC_AUDIENCE: "fieldward" }, /go together/],
    [{ FIELDWARD_OIDC_ISSUER: "http://login.example.com", FIELDWARD_OIDC_AUDIENCE: "fieldward" }, /https/],
  ])("stop the start where they are %j", async (own, said) => {
    const settings = { ...installation.settings, ...own };
    const surroundings = { log: makeLog(settings), clock: () => 0 };
    const refusal: unknown = await openFieldward(settings, surroundings).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartupError);
    expect(String(refusal)).toMatch(said);
  });
});
