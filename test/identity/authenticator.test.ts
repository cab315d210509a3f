import { createHmac } from "node:crypto";
import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { formatToken, parseToken, type TokenParts } from "../../src/identity/token-format";
import { ApiToken } from "../../src/domain/api-token";
import { FieldwardError } from "../../src/domain/errors";
import { Staff } from "../../src/domain/staff";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import { useIsNoted } from "./staff";

const DAY_MS = 24 * 60 * 60 * 1_000;
const HOUR_MS = 60 * 60 * 1_000;

describe.each(engines)("a credential on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    await addTenant(gateway, "larkfield");
    await addTenant(gateway, "northgate");
  });
  afterAll(() => gateway.close());

  const services = () => gateway.fieldward.services;
  const authenticate = (token: string) => services().authenticator.authenticate(`Bearer ${token}`);
  const issue = () =>
    services().apiTokens.issue({
      tenantSlug: "larkfield",
      name: "app",
      scopes: ["contact:masked"],
      purposes: ["support"],
      expiresInDays: 30,
    });
  const changed = (token: string, change: Partial<TokenParts>): string => {
    const parts = parseToken(token);
    if (parts === undefined) throw new Error("the issued token is malformed");
    return formatToken({ ...parts, ...change });
  };
  const refusalOf = async (token: string): Promise<unknown> => {
    const refusal: unknown = await authenticate(token).catch((error: unknown) => error);
    if (!(refusal instanceof FieldwardError)) throw new Error("the credential was not refused");
    const { message, code, hint, status } = refusal;
    return { message, code, hint, status };
  };

  it("is a partner's where it is the token that was issued", async () => {
    const { id, token } = await issue();
    const tenantId = (await gateway.fieldward.databases.data.reader.manager.findOneByOrFail(ApiToken, { id }))
      .tenantId;
    expect(await authenticate(token)).toEqual({
      id,
      kind: "PARTNER",
      tenantId,
      role: null,
      scopes: ["contact:masked"],
      purposes: ["support"],
      trainedUntil: null,
    });
  });

  it("is stored as an HMAC under the vault's key, nowhere as it is", async () => {
    const { id, token } = await issue();
    const row = await gateway.fieldward.databases.data.reader.manager.findOneByOrFail(ApiToken, { id });
    const secret = parseToken(token)?.secret ?? "";
    const key = gateway.fieldward.vault.rootKeys["api-token"];
    expect(row.secretHash).toBe(createHmac("sha256", key).update(secret).digest("hex"));
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it("is refused alike, whatever is wrong with it", async () => {
    const { token } = await issue();
    const revoked = await issue();
    await services().apiTokens.revoke(revoked.id);
    const staff = await gateway.staff("support", "support");
    const refusals = [
      await refusalOf(changed(token, { secret: "0".repeat(43) })),
      await refusalOf(changed(token, { handle: "0".repeat(12) })),
      await refusalOf(changed(token, { tenant: "northgate" })),
      await refusalOf(changed(token, { tenant: "nobody" })),
      await refusalOf(`${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`),
      await refusalOf(revoked.token),
      await refusalOf(`${staff.token}x`),
      await refusalOf("nonsense"),
      await refusalOf(""),
    ];
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("is a token until its last millisecond", async () => {
    const { token, expiresAt } = await issue();
    const now = gateway.clock.nowMs;
    gateway.clock.nowMs = expiresAt.getTime() - 1;
    expect(await authenticate(token)).toMatchObject({ kind: "PARTNER" });
    gateway.clock.nowMs = expiresAt.getTime();
    expect(await refusalOf(token)).toMatchObject({ code: "UNAUTHENTICATED" });
    gateway.clock.nowMs = now;
  });

  it("is refused two seconds after its revocation at the latest, and elsewhere at once", async () => {
    const { id, token } = await issue();
    await authenticate(token);
    await services().apiTokens.revoke(id);
    expect(REVOCATION_BOUND_MS).toBeLessThanOrEqual(2_000);
    gateway.clock.forward(REVOCATION_BOUND_MS - 1);
    // The last moment in which this process may still go by what it has looked up.
    expect(await authenticate(token)).toMatchObject({ id });
    gateway.clock.forward(1);
    expect(await refusalOf(token)).toMatchObject({ code: "UNAUTHENTICATED" });
    gateway.clock.forward(-REVOCATION_BOUND_MS);
    services().authenticator.forget();
    expect(await refusalOf(token)).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("does not live longer by being used", async () => {
    const { id, token } = await issue();
    await authenticate(token);
    await services().apiTokens.revoke(id);
    for (let used = 0; used < 3; used += 1) {
      gateway.clock.forward(600);
      expect(await authenticate(token)).toMatchObject({ id });
    }
    gateway.clock.forward(600);
    expect(await refusalOf(token)).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("is a session until it is ended, or its user is disabled", async () => {
    const ended = await gateway.staff("support", "support");
    const principal = await authenticate(ended.token);
    expect(principal).toMatchObject({ kind: "STAFF", role: "support", tenantId: null, scopes: [] });
    await services().sessions.endAll(principal?.id ?? "");
    const disabled = await gateway.staff("support", "support");
    const other = await authenticate(disabled.token);
    await gateway.fieldward.databases.data.write((manager) =>
      manager.update(Staff, { id: other?.id ?? "" }, { disabled: true }),
    );
    gateway.clock.forward(REVOCATION_BOUND_MS);
    expect(await refusalOf(ended.token)).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await refusalOf(disabled.token)).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("is a session for eight hours", async () => {
    const { token } = await gateway.staff("support", "support");
    for (let used = 1; used < 16; used += 1) {
      gateway.clock.forward(HOUR_MS / 2);
      expect(await authenticate(token)).toMatchObject({ kind: "STAFF" });
      await useIsNoted(gateway);
    }
    gateway.clock.forward(HOUR_MS / 2 - 1_000);
    expect(await authenticate(token)).toMatchObject({ kind: "STAFF" });
    gateway.clock.forward(1_000);
    expect(await refusalOf(token)).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("is none where none was sent, and refused in any other form than Bearer", async () => {
    const { authenticator } = services();
    const { token } = await issue();
    expect(await authenticator.authenticate(undefined)).toBeNull();
    for (const header of ["", token, `Basic ${token}`, `Bearer  ${token}`, `Bearer ${token} x`, "Bearer"])
      await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it.each([0, 0.5, 366, Number.NaN])("is not issued for %d days", async (expiresInDays) => {
    const wanted = { tenantSlug: "larkfield", name: "app", scopes: [], purposes: [], expiresInDays };
    await expect(services().apiTokens.issue(wanted)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("is issued for a year at most", async () => {
    const wanted = { tenantSlug: "larkfield", name: "app", scopes: [], purposes: [], expiresInDays: 365 };
    const { expiresAt } = await services().apiTokens.issue(wanted);
    expect(expiresAt.getTime() - gateway.clock.nowMs).toBe(365 * DAY_MS);
  });

  it("is a password of a user, whatever the case of the address, and of no one else", async () => {
    const { accounts, signIn } = services();
    const login = (email: string, password: string) =>
      signIn.login(email, password, { requestId: "test", ip: null });
    const made = { name: "Ann Staff", role: "support", password: "a right password", trainedUntil: null };
    const id = await accounts.addStaff({ ...made, email: "Ann@Staff.example.com" });
    const { session } = await login("ann@staff.EXAMPLE.com", "a right password");
    expect(await authenticate(session?.token ?? "")).toMatchObject({ id });
    const attempts = [
      ["ann@staff.example.com", "a wrong password"],
      ["bob@staff.example.com", "a right password"],
      ["not an address", "a right password"],
      ["", ""],
    ] as const;
    for (const [email, password] of attempts) {
      const refusal: unknown = await login(email, password).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: "UNAUTHENTICATED",
        hint: "The e-mail address or the password is wrong.",
      });
    }
    await expect(accounts.addStaff({ ...made, email: "ANN@staff.example.com" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });
});
