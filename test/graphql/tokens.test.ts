import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import { CREATE, REVOKE, ROTATE, deskAt, type Issued, type Shown } from "./token-desk";

const DAY_MS = 24 * 60 * 60 * 1_000;

describe.each(engines)("managing tokens on $name", (engine) => {
  let gateway: TestGateway;
  let admin: Caller;
  let larkfield: string;
  let northgate: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    larkfield = await addTenant(gateway, "larkfield");
    northgate = await addTenant(gateway, "northgate");
  });
  // A session that is left alone ends, and these tests let days go by.
  beforeEach(async () => {
    admin = await gateway.staff("admin", "security");
  });
  afterAll(() => gateway.close());

  const { inputOf, fieldOf, create, list, codeOf, works, principalOf, changesOf } = deskAt(() => ({
    gateway,
    admin,
    larkfield,
  }));

  it("creates one that works, and shows its secret then and never again", async () => {
    const { secret, token } = await create({ allowedIps: ["127.0.0.0/8", "2001:db8::/32"] });
    expect(token).toEqual({
      id: expect.any(String) as unknown,
      name: "campaign tool",
      tenantId: larkfield,
      scopes: ["contact:masked", "messages:write"],
      purposes: ["support"],
      createdAt: new Date(gateway.clock.nowMs).toISOString(),
      expiresAt: new Date(gateway.clock.nowMs + 30 * DAY_MS).toISOString(),
      lastUsedAt: null,
      revokedAt: null,
      frozenAt: null,
      allowedIps: ["127.0.0.0/8", "2001:db8::/32"],
      certificateSha256: null,
      previousSecretUntil: null,
      createdBy: await principalOf(admin),
    });
    expect(await works(secret)).toBe(true);
    const listed = JSON.stringify(await list());
    expect(listed).toContain(token.id);
    expect(listed).not.toContain(secret.split("_")[3]);
    expect(await changesOf(token.id)).toEqual([{ actor: await principalOf(admin), outcome: "created" }]);
  });

  it.each([
    ["no tenant", { tenantId: null }, "BAD_USER_INPUT", "Variable $input"],
    ["a tenant that can be none", { tenantId: "larkfield" }, "NOT_FOUND", "no such thing"],
    [
      "a tenant that is not there",
      { tenantId: "0190f3a0-0000-7000-8000-000000000000" },
      "NOT_FOUND",
      "tenant",
    ],
    ["no name", { name: " " }, "BAD_USER_INPUT", "name must not be empty"],
    ["a long name", { name: "n".repeat(121) }, "BAD_USER_INPUT", "name has at most"],
    ["a scope that is none", { scopes: ["contact:all"] }, "BAD_USER_INPUT", "A scope is"],
    ["a purpose that is none", { purposes: ["curiosity"] }, "BAD_USER_INPUT", "purposes are some of"],
    ["no purpose", { purposes: [] }, "BAD_USER_INPUT", "purposes names at least one"],
    ["a day too many", { expiresInDays: 366 }, "BAD_USER_INPUT", "1 to 365"],
    ["no day", { expiresInDays: 0 }, "BAD_USER_INPUT", "1 to 365"],
    ["an address that is none", { allowedIps: ["10.0.0.300"] }, "BAD_USER_INPUT", "Allowed address 1"],
    ["no address", { allowedIps: [] }, "BAD_USER_INPUT", "leave it out"],
    ["a certificate that is none", { certificateSha256: "abc" }, "BAD_USER_INPUT", "64 hex"],
  ])("creates none with %s", async (_, given, code, said) => {
    const before = (await list()).length;
    const answer = await gateway.query(admin, CREATE, { input: inputOf(given) });
    expect([codeOf(answer), answer.data ?? null]).toEqual([code, null]);
    expect(answer.errors?.[0]?.message).toContain(said);
    expect(await list()).toHaveLength(before);
  });

  it("lists all, or those of one tenant", async () => {
    const { token } = await create({ tenantId: northgate });
    const all = await list();
    expect(new Set(all.map(({ tenantId }) => tenantId))).toEqual(new Set([larkfield, northgate]));
    expect((await list(northgate)).map(({ id }) => id)).toEqual([token.id]);
    expect(await list("nonsense")).toEqual([]);
  });

  it("rotates one: the new secret works now, and the old one for a day more", async () => {
    const { secret, token } = await create();
    const rotated = fieldOf(await gateway.query(admin, ROTATE, { id: token.id }), "rotateApiToken") as Issued;
    expect(rotated.token).toMatchObject({
      id: token.id,
      expiresAt: token.expiresAt,
      previousSecretUntil: new Date(gateway.clock.nowMs + DAY_MS).toISOString(),
    });
    expect([await works(secret), await works(rotated.secret)]).toEqual([true, true]);
    gateway.clock.forward(DAY_MS);
    expect([await works(secret), await works(rotated.secret)]).toEqual([false, true]);
    expect(await changesOf(token.id)).toHaveLength(2);
  });

  it("rotates one without grace and with a new end, where that is asked for", async () => {
    const { secret, token } = await create();
    await works(secret);
    const answer = await gateway.query(admin, ROTATE, { id: token.id, grace: 0, days: 365 });
    const rotated = fieldOf(answer, "rotateApiToken") as Issued;
    expect([await works(secret), await works(rotated.secret)]).toEqual([false, true]);
    expect(rotated.token.expiresAt).toBe(new Date(gateway.clock.nowMs + 365 * DAY_MS).toISOString());
    for (const wrong of [{ grace: 169 }, { grace: -1 }, { days: 366 }, { days: 0 }])
      expect(codeOf(await gateway.query(admin, ROTATE, { id: token.id, ...wrong }))).toBe("BAD_USER_INPUT");
  });

  it("revokes one at once, with both of its secrets, and once", async () => {
    const { secret, token } = await create();
    const rotated = fieldOf(await gateway.query(admin, ROTATE, { id: token.id }), "rotateApiToken") as Issued;
    expect([await works(secret), await works(rotated.secret)]).toEqual([true, true]);
    const revoked = fieldOf(await gateway.query(admin, REVOKE, { id: token.id }), "revokeApiToken") as Shown;
    expect(revoked["revokedAt"]).toBe(new Date(gateway.clock.nowMs).toISOString());
    expect([await works(secret), await works(rotated.secret)]).toEqual([false, false]);
    for (const document of [REVOKE, ROTATE])
      expect(codeOf(await gateway.query(admin, document, { id: token.id }))).toBe("NOT_FOUND");
  });
});
