import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PACKAGE_DIR } from "../../src/config";
import { REVOCATION_BOUND_MS } from "../../src/identity/authenticator";
import { RecoveryCode } from "../../src/domain/sign-in";
import { Staff } from "../../src/domain/staff";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import {
  addEnrolled,
  addPerson,
  at,
  callerOf,
  challengeOf,
  CHANGE,
  codeAt,
  codesOf,
  CONFIRM,
  ENROL,
  entriesOf,
  login,
  PASSWORD,
  textAt,
  verify,
  wrongCode,
} from "./staff";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NEW_CODES = `mutation ($password: String! = "${PASSWORD}", $code: String!) { newRecoveryCodes(password: $password, code: $code) }`;
const NEXT = "another amber lantern";

describe.each(engines)("one's own account on $name", (engine) => {
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

  it("has a second factor once a code of it has confirmed it, and not before", async () => {
    const person = await addPerson(gateway);
    const caller = await callerOf(gateway, person);
    const secret = textAt(await gateway.query(caller, ENROL), "enrolTotp.secret");
    expect(textAt(await login(gateway, person), "login.session.token")).not.toBe("");
    const wrong = wrongCode(secret, gateway.clock.nowMs);
    expect(codesOf(await gateway.query(caller, CONFIRM, { code: wrong }))).toEqual(["BAD_USER_INPUT"]);
    const codes = at(await gateway.query(caller, CONFIRM, { code: nowCode(secret) }), "confirmTotp");
    expect(new Set(codes as string[]).size).toBe(10);
    for (const code of codes as string[]) expect(code).toMatch(/^(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
    const challenge = await challengeOf(gateway, person);
    expect(codesOf(await verify(gateway, challenge, nowCode(secret)))).toEqual(["UNAUTHENTICATED"]);
    gateway.clock.forward(30_000);
    expect(codesOf(await verify(gateway, challenge, nowCode(secret)))).toEqual([]);
  });

  it("ends all sessions with it, that which set it up as well", async () => {
    const person = await addPerson(gateway);
    const caller = await callerOf(gateway, person);
    const other = await callerOf(gateway, person);
    const secret = textAt(await gateway.query(caller, ENROL), "enrolTotp.secret");
    await gateway.query(caller, CONFIRM, { code: nowCode(secret) });
    expect([await signedIn(caller), await signedIn(other)]).toEqual([false, false]);
  });

  it("is set up, and has new recovery codes, for the password once more", async () => {
    const plain = await callerOf(gateway, await addPerson(gateway));
    const wrong = { password: "not the password", code: "000000" };
    expect(codesOf(await gateway.query(plain, ENROL, wrong))).toEqual(["BAD_USER_INPUT"]);
    const person = await addEnrolled(gateway);
    const given = { password: "not the password", code: nowCode(person.secret) };
    expect(codesOf(await gateway.query(person.caller, NEW_CODES, given))).toEqual(["BAD_USER_INPUT"]);
    expect(codesOf(await gateway.query(person.caller, ENROL, given))).toEqual(["BAD_USER_INPUT"]);
    // The code was not even looked at: it still counts.
    expect(codesOf(await gateway.query(person.caller, NEW_CODES, { code: given.code }))).toEqual([]);
  });

  it("locks an account whose password is guessed at in between right codes", async () => {
    const person = await addEnrolled(gateway);
    const guess = { current: "not the password", next: NEXT };
    for (let tries = 0; tries < 4; tries += 1)
      expect(codesOf(await gateway.query(person.caller, CHANGE, guess))).toEqual(["BAD_USER_INPUT"]);
    const code = nowCode(person.secret);
    await gateway.query(person.caller, NEW_CODES, { code });
    const again = await gateway.fieldward.services.sessions.open(person.id, { secondFactor: true });
    expect(codesOf(await gateway.query(again, CHANGE, guess))).toEqual(["BAD_USER_INPUT"]);
    expect(codesOf(await gateway.query(again, CHANGE, guess))).toEqual(["RATE_LIMITED"]);
  });

  it("keeps the old second factor until a new one is confirmed, which needs a code of the old one", async () => {
    const person = await addEnrolled(gateway);
    expect(codesOf(await gateway.query(person.caller, ENROL))).toEqual(["BAD_USER_INPUT"]);
    const wrong = wrongCode(person.secret, gateway.clock.nowMs);
    expect(codesOf(await gateway.query(person.caller, ENROL, { code: wrong }))).toEqual(["BAD_USER_INPUT"]);
    const again = await gateway.query(person.caller, ENROL, { code: nowCode(person.secret) });
    const next = textAt(again, "enrolTotp.secret");
    gateway.clock.forward(30_000);
    const challenge = await challengeOf(gateway, person);
    expect(codesOf(await verify(gateway, challenge, nowCode(next)))).toEqual(["UNAUTHENTICATED"]);
    expect(codesOf(await verify(gateway, challenge, nowCode(person.secret)))).toEqual([]);
    expect(codesOf(await gateway.query(person.caller, CONFIRM, { code: nowCode(next) }))).toEqual([]);
    gateway.clock.forward(30_000);
    expect(codesOf(await verify(gateway, challenge, nowCode(person.secret)))).toEqual(["UNAUTHENTICATED"]);
    expect(codesOf(await verify(gateway, challenge, nowCode(next)))).toEqual([]);
    const [old = ""] = person.recoveryCodes;
    expect(codesOf(await verify(gateway, challenge, old))).toEqual(["UNAUTHENTICATED"]);
  });

  it("has new recovery codes for a code, and the old ones end", async () => {
    const person = await addEnrolled(gateway);
    const [old = ""] = person.recoveryCodes;
    expect(codesOf(await gateway.query(person.caller, NEW_CODES, { code: "000000" }))).not.toEqual([]);
    const renewed = await gateway.query(person.caller, NEW_CODES, { code: nowCode(person.secret) });
    const [fresh = ""] = at(renewed, "newRecoveryCodes") as string[];
    const challenge = await challengeOf(gateway, person);
    expect(codesOf(await verify(gateway, challenge, old))).toEqual(["UNAUTHENTICATED"]);
    expect(codesOf(await verify(gateway, challenge, fresh))).toEqual([]);
  });

  it("is locked by wrong codes as by wrong passwords, and a right password does not unlock it", async () => {
    const person = await addEnrolled(gateway);
    const first = await challengeOf(gateway, person);
    const wrong = wrongCode(person.secret, gateway.clock.nowMs);
    for (let tries = 0; tries < 3; tries += 1) await verify(gateway, first, wrong);
    const second = await challengeOf(gateway, person);
    for (let tries = 0; tries < 2; tries += 1) await verify(gateway, second, wrong);
    expect(codesOf(await login(gateway, person))).toEqual(["RATE_LIMITED"]);
    const [entry] = (await entriesOf(gateway, "SIGN_IN")).slice(-1);
    expect(entry).toMatchObject({ operation: "login", outcome: "locked", about: person.id });
    gateway.clock.forward(60_000);
    const challenge = await challengeOf(gateway, person);
    expect(codesOf(await verify(gateway, challenge, nowCode(person.secret)))).toEqual([]);
  });

  it("may do nothing but set a second factor up where that is overdue", async () => {
    const person = await addPerson(gateway, "compliance");
    gateway.clock.forward(24 * HOUR_MS - 1_000);
    const caller = await callerOf(gateway, person);
    expect(codesOf(await gateway.query(caller, "{ customers(first: 1) { nodes { id } } }"))).toEqual([]);
    gateway.clock.forward(REVOCATION_BOUND_MS);
    const refused = await gateway.query(
      { ...caller, purpose: "legal" },
      "{ customers(first: 1) { nodes { id } } }",
    );
    expect(codesOf(refused)).toEqual(["FORBIDDEN"]);
    expect(refused.errors?.[0]?.message).toContain("call enrolTotp");
    const levels = "{ me { role levels { level canElevate } } }";
    const me = at(await gateway.query(caller, levels), "me") as { levels: object[] };
    expect(new Set(me.levels.map((level) => JSON.stringify(level)))).toEqual(
      new Set(['{"level":"HIDDEN","canElevate":false}']),
    );
    for (const query of [CHANGE, NEW_CODES, "mutation { logoutEverywhere }"]) {
      const given = { current: "x", next: NEXT, code: "000000" };
      expect(codesOf(await gateway.query(caller, query, given))).toEqual(["FORBIDDEN"]);
    }
    const secret = textAt(await gateway.query(caller, ENROL), "enrolTotp.secret");
    await gateway.query(caller, CONFIRM, { code: nowCode(secret) });
    gateway.clock.forward(30_000);
    const signed = await verify(gateway, await challengeOf(gateway, person), nowCode(secret));
    const both = { token: textAt(signed, "verifyTotp.token"), purpose: "legal" };
    expect(codesOf(await gateway.query(both, "{ customers(first: 1) { nodes { id } } }"))).toEqual([]);
  });

  it("may do nothing else from the beginning where the policy gives no time", async () => {
    const strict = mkdtempSync(join(tmpdir(), "fieldward-policy-"));
    cpSync(join(PACKAGE_DIR, "policy"), strict, { recursive: true });
    writeFileSync(join(strict, "sign-in.yaml"), "secondFactor: { enrolWithinHours: 0 }\n");
    const other = await openTestGateway(engine, { FIELDWARD_POLICY_DIR: strict });
    const caller = await callerOf(other, await addPerson(other));
    expect(codesOf(await other.query(caller, "{ customers(first: 1) { nodes { id } } }"))).toEqual([
      "FORBIDDEN",
    ]);
    expect(codesOf(await other.query(caller, ENROL))).toEqual([]);
    await other.close();
    rmSync(strict, { recursive: true });
  });

  it("is signed out of this session, or of all, when it says so", async () => {
    const person = await addPerson(gateway);
    const [one, two, three] = [
      await callerOf(gateway, person),
      await callerOf(gateway, person),
      await callerOf(gateway, person),
    ];
    expect((await gateway.query(one, "mutation { logout }")).data).toEqual({ logout: true });
    expect([await signedIn(one), await signedIn(two), await signedIn(three)]).toEqual([false, true, true]);
    await gateway.query(two, "mutation { logoutEverywhere }");
    expect([await signedIn(two), await signedIn(three)]).toEqual([false, false]);
  });

  it("has five sessions at most: a sixth ends the oldest", async () => {
    const { sessions } = gateway.fieldward.services;
    const person = await addPerson(gateway);
    const callers: Caller[] = [];
    for (let i = 0; i < 6; i += 1) {
      gateway.clock.forward(1_000);
      callers.push(await sessions.open(person.id));
    }
    const alive = [];
    for (const caller of callers) alive.push(await signedIn(caller));
    expect(alive).toEqual([false, true, true, true, true, true]);
  });

  it("is not what a partner has: none of this is for its token", async () => {
    await addTenant(gateway, "larkfield");
    const partner = await gateway.partner("larkfield", ["account:clear"], ["support"]);
    expect(codesOf(await gateway.query(partner, ENROL))).toEqual(["FORBIDDEN"]);
    expect(codesOf(await gateway.query(partner, "mutation { logoutEverywhere }"))).toEqual(["FORBIDDEN"]);
    expect((await gateway.query(partner, "mutation { logout }")).data).toEqual({ logout: false });
  });

  it("lies in the database without a secret that could be used, and its changes are on the access log", async () => {
    const before = (await entriesOf(gateway, "ACCOUNTS")).length;
    const person = await addEnrolled(gateway);
    const { reader } = gateway.fieldward.databases.data;
    const rows = JSON.stringify([await reader.manager.find(RecoveryCode), await reader.manager.find(Staff)]);
    for (const secret of [
      person.secret,
      ...person.recoveryCodes,
      ...person.recoveryCodes.map((c) => c.replaceAll("-", "")),
    ])
      expect(rows).not.toContain(secret);
    const entries = (await entriesOf(gateway, "ACCOUNTS")).slice(before);
    expect(entries).toMatchObject([
      { about: person.id, actor: person.id, outcome: "ok" },
      { about: person.id, actor: person.id, outcome: "ok" },
    ]);
  });
});
