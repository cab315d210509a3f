import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addEnrolled, challengeOf, codeAt, codesOf, CONFIRM, ENROL, login, textAt, verify } from "./staff";

const DAY_MS = 86_400_000;
const READ = "{ customers(first: 1) { nodes { id } } }";

describe.each(engines)("a second factor that was lost on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.clock.forward(2 * DAY_MS);
  });

  const takeAway = (id: string) =>
    gateway.fieldward.services.accounts.resetSecondFactor(id, () => Promise.resolve());

  it("is good for nothing once an operator has taken it away, and neither are its recovery codes and sessions", async () => {
    const person = await addEnrolled(gateway);
    const challenge = await challengeOf(gateway, person);
    await takeAway(person.id);
    gateway.clock.forward(REVOCATION_BOUND_MS);
    expect(codesOf(await gateway.query(person.caller, "{ me { id } }"))).toEqual(["UNAUTHENTICATED"]);
    const [recoveryCode = ""] = person.recoveryCodes;
    for (const code of [codeAt(person.secret, gateway.clock.nowMs), recoveryCode])
      expect(codesOf(await verify(gateway, challenge, code))).toEqual(["UNAUTHENTICATED"]);
  });

  it("is replaced before anything else is done", async () => {
    const person = await addEnrolled(gateway);
    gateway.clock.forward(DAY_MS);
    await takeAway(person.id);
    const caller = {
      token: textAt(await login(gateway, person), "login.session.token"),
      purpose: "support",
    };
    expect(codesOf(await gateway.query(caller, READ))).toEqual(["FORBIDDEN"]);
    const secret = textAt(await gateway.query(caller, ENROL), "enrolTotp.secret");
    expect(secret).not.toBe(person.secret);
    const code = codeAt(secret, gateway.clock.nowMs);
    expect(codesOf(await gateway.query(caller, CONFIRM, { code }))).toEqual([]);
    gateway.clock.forward(30_000);
    const again = codeAt(secret, gateway.clock.nowMs);
    const signed = await verify(gateway, await challengeOf(gateway, person), again);
    const both = { token: textAt(signed, "verifyTotp.token"), purpose: "support" };
    expect(codesOf(await gateway.query(both, READ))).toEqual([]);
  });
});
