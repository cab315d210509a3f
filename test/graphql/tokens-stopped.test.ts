import { Alert } from "../../src/domain/alert";
import { ApiToken } from "../../src/domain/api-token";
import { FieldwardError } from "../../src/domain/errors";
import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import { CREATE, FREEZE, LIST, REVOKE, ROTATE, deskAt, type Issued } from "./token-desk";

const MINUTE_MS = 60 * 1_000;

describe.each(engines)("tokens and people that are stopped, and who may do that, on $name", (engine) => {
  let gateway: TestGateway;
  let admin: Caller;
  let larkfield: string;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    larkfield = await addTenant(gateway, "larkfield");
  });
  // A session that is left alone ends, and these tests let days go by.
  beforeEach(async () => {
    admin = await gateway.staff("admin", "security");
  });
  afterAll(() => gateway.close());

  const { inputOf, fieldOf, create, list, shown, codeOf, works, principalOf, changesOf } = deskAt(() => ({
    gateway,
    admin,
    larkfield,
  }));

  it("freezes one at once, which a rotation does not undo, and tells why in a sealed alert", async () => {
    const { secret, token } = await create();
    expect(await works(secret)).toBe(true);
    const reason = "found in a public repository by Ann Staff";
    const freeze = () => gateway.query(admin, FREEZE, { id: token.id, reason });
    expect(fieldOf(await freeze(), "freezePrincipal")).toBe(true);
    expect(fieldOf(await freeze(), "freezePrincipal")).toBe(true);
    const rotated = fieldOf(await gateway.query(admin, ROTATE, { id: token.id }), "rotateApiToken") as Issued;
    expect([await works(secret), await works(rotated.secret)]).toEqual([false, false]);
    const { manager } = gateway.fieldward.databases.data.reader;
    const alerts = await manager.findBy(Alert, { detector: "freeze", actorId: token.id });
    expect(alerts.map(({ severity, reason: told }) => ({ severity, told }))).toEqual([
      { severity: "high", told: reason },
    ]);
    const { services } = gateway.fieldward;
    await services.freezing.unfreezeToken(token.id, () => Promise.resolve());
    gateway.clock.forward(REVOCATION_BOUND_MS);
    expect([await works(secret), await works(rotated.secret)]).toEqual([false, true]);
    expect((await changesOf(token.id)).map((change) => (change as { outcome: string }).outcome)).toEqual([
      "created",
      "frozen",
      "rotated",
    ]);
  });

  it("freezes a member of staff, whose sessions end", async () => {
    const other = await gateway.staff("support", "support");
    const id = await principalOf(other);
    expect(await works(other.token)).toBe(true);
    const security = await gateway.staff("security", "security");
    expect(fieldOf(await gateway.query(security, FREEZE, { id, reason: "a test" }), "freezePrincipal")).toBe(
      true,
    );
    expect(await works(other.token)).toBe(false);
    expect(await changesOf(id)).toEqual([{ actor: await principalOf(security), outcome: "frozen" }]);
  });

  it("freezes nobody without a reason, nobody who is not there, and not oneself", async () => {
    const { token } = await create();
    const freeze = async (id: string, reason: string) =>
      codeOf(await gateway.query(admin, FREEZE, { id, reason }));
    expect(await freeze(token.id, "  ")).toBe("BAD_USER_INPUT");
    expect(await freeze(token.id, "r".repeat(1_001))).toBe("BAD_USER_INPUT");
    expect(await freeze("0190f3a0-0000-7000-8000-000000000000", "a test")).toBe("NOT_FOUND");
    expect(await freeze("1", "a test")).toBe("NOT_FOUND");
    expect(await freeze(await principalOf(admin), "a test")).toBe("BAD_USER_INPUT");
    expect(await works(admin.token)).toBe(true);
  });

  it("is for those with the right, whatever else they may", async () => {
    const { token } = await create();
    const partner = await gateway.partner("larkfield", ["contact:clear", "security:clear"], ["support"]);
    const callers = [
      ["support", await gateway.staff("support", "support")],
      ["compliance", await gateway.staff("compliance", "legal")],
      ["security", await gateway.staff("security", "security")],
      ["partner", partner],
    ] as const;
    const operations = [
      [LIST, {}],
      [LIST, { tenantId: larkfield }],
      [CREATE, { input: inputOf() }],
      [ROTATE, { id: token.id }],
      [REVOKE, { id: token.id }],
    ] as const;
    for (const [who, caller] of callers)
      for (const [document, variables] of operations) {
        const answer = await gateway.query(caller, document, variables);
        // Those who could never call it are told that there is no such field.
        expect([who, codeOf(answer), answer.data ?? null]).toEqual([
          who,
          expect.stringMatching(/^(?:FORBIDDEN|BAD_USER_INPUT)$/),
          null,
        ]);
      }
    for (const caller of [callers[0][1], partner])
      expect(
        (await gateway.query(caller, FREEZE, { id: token.id, reason: "a test" })).data ?? null,
      ).toBeNull();
    expect(await shown(token.id)).toMatchObject({
      revokedAt: null,
      frozenAt: null,
      previousSecretUntil: null,
    });
  });

  it("changes nothing where the access log cannot be written", async () => {
    const { secret, token } = await create();
    const count = (await list()).length;
    const { accessLog } = gateway.fieldward.services;
    const append = accessLog.append.bind(accessLog);
    jest
      .spyOn(accessLog, "append")
      .mockImplementation((entry) =>
        entry.kind === "ACCOUNTS" ? Promise.reject(new FieldwardError("AUDIT_UNAVAILABLE")) : append(entry),
      );
    const attempts = [
      [CREATE, { input: inputOf() }],
      [ROTATE, { id: token.id, grace: 0 }],
      [REVOKE, { id: token.id }],
      [FREEZE, { id: token.id, reason: "a test" }],
    ] as const;
    for (const [document, variables] of attempts)
      expect(codeOf(await gateway.query(admin, document, variables))).toBe("AUDIT_UNAVAILABLE");
    expect(await works(secret)).toBe(true);
    expect(await list()).toHaveLength(count);
  });

  it("tells when one was last used, to five minutes, and not of uses that were refused", async () => {
    const { secret, token } = await create();
    const away = await create({ allowedIps: ["192.0.2.1"] });
    const { manager } = gateway.fieldward.databases.data.reader;
    const lastUse = async (id: string) =>
      (await manager.findOneByOrFail(ApiToken, { id })).lastUsedAt?.getTime() ?? null;
    /** It is written beside the request: looked for until it is there. */
    const written = async (ms: number): Promise<void> => {
      for (let tries = 0; tries < 1_000; tries += 1) if ((await lastUse(token.id)) === ms) return;
      throw new Error("the use was not written");
    };
    const first = gateway.clock.nowMs;
    await works(away.secret);
    await works(secret);
    await written(first);
    gateway.clock.forward(5 * MINUTE_MS - 1);
    await works(secret);
    gateway.clock.forward(1);
    const second = gateway.clock.nowMs;
    await works(secret);
    await written(second);
    expect(await lastUse(away.token.id)).toBeNull();
    expect((await shown(token.id))?.["lastUsedAt"]).toBe(new Date(second).toISOString());
  });
});
