import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addEnrolled, addPerson, callerOf, challengeOf, CHANGE, codeAt, codesOf, login } from "./staff";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SET = "mutation ($code: String!, $next: String!) { setPassword(code: $code, next: $next) }";
const NEXT = "another amber lantern";

describe.each(engines)("one's own password on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.clock.forward(2 * DAY_MS);
  });

  const nowCode = (secret: string) => codeAt(secret, gateway.clock.nowMs);
  const signedIn = async (caller: Caller) => {
    gateway.clock.forward(REVOCATION_BOUND_MS);
    return codesOf(await gateway.query(caller, "{ me { id } }")).length === 0;
  };

  it("is another one once the old one was given, and ends all sessions with it", async () => {
    const person = await addPerson(gateway);
    const caller = await callerOf(gateway, person);
    const other = await callerOf(gateway, person);
    const wrong = { current: "not the password", next: NEXT };
    expect(codesOf(await gateway.query(caller, CHANGE, wrong))).toEqual(["BAD_USER_INPUT"]);
    const weak = { current: person.password, next: "password2026!!" };
    expect(codesOf(await gateway.query(caller, CHANGE, weak))).toEqual(["BAD_USER_INPUT"]);
    expect(codesOf(await gateway.query(caller, CHANGE, { current: person.password, next: NEXT }))).toEqual(
      [],
    );
    expect([await signedIn(caller), await signedIn(other)]).toEqual([false, false]);
    expect(codesOf(await login(gateway, person))).toEqual(["UNAUTHENTICATED"]);
    expect(codesOf(await login(gateway, { ...person, password: NEXT }))).toEqual([]);
  });

  it("needs a code for another password where there is a second factor", async () => {
    const person = await addEnrolled(gateway);
    const given = { current: person.password, next: NEXT };
    expect(codesOf(await gateway.query(person.caller, CHANGE, given))).toEqual(["BAD_USER_INPUT"]);
    const code = nowCode(person.secret);
    expect(codesOf(await gateway.query(person.caller, CHANGE, { ...given, code }))).toEqual([]);
  });

  it("is set by an activation code, once and in time, and the second factor stays", async () => {
    const { accounts } = gateway.fieldward.services;
    const person = await addEnrolled(gateway);
    await accounts.resetPassword(person.id, null, () => Promise.resolve());
    expect(codesOf(await login(gateway, person))).toEqual(["UNAUTHENTICATED"]);
    expect(await signedIn(person.caller)).toBe(false);
    const late = await accounts.activate(person.id);
    gateway.clock.forward(24 * HOUR_MS);
    const set = async (code: string) => codesOf(await gateway.query(null, SET, { code, next: NEXT }));
    expect(await set(late.code)).toEqual(["UNAUTHENTICATED"]);
    const replaced = await accounts.activate(person.id);
    const { code } = await accounts.activate(person.id);
    expect(await set(replaced.code)).toEqual(["UNAUTHENTICATED"]);
    // Who handed the code over has seen it: it is no password.
    const same = await gateway.query(null, SET, { code, next: code.toLowerCase() });
    expect(codesOf(same)).toEqual(["BAD_USER_INPUT"]);
    expect((await Promise.all([set(code), set(code)])).sort()).toEqual([[], ["UNAUTHENTICATED"]]);
    expect(codesOf(await login(gateway, { ...person, password: code }))).toEqual(["UNAUTHENTICATED"]);
    expect(await challengeOf(gateway, { ...person, password: NEXT })).not.toBe("");
  });
});
