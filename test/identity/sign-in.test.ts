import { Staff } from "../../src/domain/staff";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import {
  addEnrolled,
  addPerson,
  callerOf,
  challengeOf,
  codeAt,
  codesOf,
  entriesOf,
  login,
  textAt,
  verify,
  wrongCode,
} from "./staff";

const DAY_MS = 86_400_000;

describe.each(engines)("a sign-in on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());
  // Past any lock-out: every test has its own people, but one address.
  beforeEach(() => {
    gateway.clock.forward(2 * DAY_MS);
  });

  const me = async (token: string) => codesOf(await gateway.query({ token }, "{ me { id } }"));
  const change = (id: string, to: Partial<Staff>) =>
    gateway.fieldward.databases.data.write((manager) => manager.update(Staff, { id }, to));

  it("takes a password, then a code, and answers a session", async () => {
    const person = await addEnrolled(gateway);
    const first = await login(gateway, person);
    expect(first.data).toEqual({ login: { session: null, challenge: expect.any(String) as string } });
    const code = codeAt(person.secret, gateway.clock.nowMs);
    const second = await verify(gateway, textAt(first, "login.challenge"), code);
    expect(await me(textAt(second, "verifyTotp.token"))).toEqual([]);
  });

  it("gives the same answer for whatever is wrong with account or password", async () => {
    const right = await addPerson(gateway);
    const disabled = await addPerson(gateway);
    await change(disabled.id, { disabled: true });
    const frozen = await addPerson(gateway);
    await change(frozen.id, { frozenAt: new Date(gateway.clock.nowMs) });
    const external = await addPerson(gateway);
    await change(external.id, { passwordHash: "none" });
    const tries = [
      { ...right, password: "quiet violet harbour" },
      { ...right, password: "" },
      disabled,
      frozen,
      external,
      { email: "nobody@staff.example.com", password: right.password },
      { email: "no address", password: right.password },
    ];
    const answers: unknown[] = [];
    for (const person of tries) {
      const { errors, data, status } = await login(gateway, person);
      answers.push({ status, data, message: errors?.[0]?.message, code: errors?.[0]?.extensions["code"] });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify(answers[0])]),
    );
    expect(answers[0]).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });

  it("refuses a code that was used, one of another time, and one that is none", async () => {
    const person = await addEnrolled(gateway);
    const now = gateway.clock.nowMs;
    const code = codeAt(person.secret, now);
    const challenge = await challengeOf(gateway, person);
    expect(codesOf(await verify(gateway, challenge, code))).toEqual([]);
    for (const other of [code, codeAt(person.secret, now - 60_000), codeAt(person.secret, now + 60_000)])
      expect(codesOf(await verify(gateway, challenge, other))).toEqual(["UNAUTHENTICATED"]);
    expect(codesOf(await verify(gateway, challenge, "12345"))).toEqual(["UNAUTHENTICATED"]);
  });

  it("takes the code of the step before, but not once a later one was used", async () => {
    const person = await addEnrolled(gateway);
    gateway.clock.forward(30_000);
    const now = gateway.clock.nowMs;
    const challenge = await challengeOf(gateway, person);
    expect(codesOf(await verify(gateway, challenge, codeAt(person.secret, now - 30_000)))).toEqual([]);
    expect(codesOf(await verify(gateway, challenge, codeAt(person.secret, now + 30_000)))).toEqual([]);
    expect(codesOf(await verify(gateway, challenge, codeAt(person.secret, now)))).toEqual([
      "UNAUTHENTICATED",
    ]);
  });

  it("opens one session where the same code comes twice at once", async () => {
    const person = await addEnrolled(gateway);
    const challenge = await challengeOf(gateway, person);
    const code = codeAt(person.secret, gateway.clock.nowMs);
    const both = await Promise.all([1, 2, 3].map(() => verify(gateway, challenge, code)));
    expect(both.map(codesOf).sort()).toEqual([[], ["UNAUTHENTICATED"], ["UNAUTHENTICATED"]]);
  });

  it("takes each recovery code once, however it is typed, and once where it comes twice at once", async () => {
    const person = await addEnrolled(gateway);
    const [first = "", second = ""] = person.recoveryCodes;
    const challenge = await challengeOf(gateway, person);
    const typed = ` ${first.toLowerCase().replaceAll("-", " ")} `;
    expect(codesOf(await verify(gateway, challenge, typed))).toEqual([]);
    expect(codesOf(await verify(gateway, challenge, first))).toEqual(["UNAUTHENTICATED"]);
    const both = await Promise.all([1, 2].map(() => verify(gateway, challenge, second)));
    expect(both.map(codesOf).sort()).toEqual([[], ["UNAUTHENTICATED"]]);
  });

  it("takes no code of another person, and no challenge after five minutes", async () => {
    const person = await addEnrolled(gateway);
    const other = await addEnrolled(gateway);
    const challenge = await challengeOf(gateway, person);
    const [stolen = ""] = other.recoveryCodes;
    expect(codesOf(await verify(gateway, challenge, stolen))).toEqual(["UNAUTHENTICATED"]);
    gateway.clock.forward(5 * 60_000);
    const code = codeAt(person.secret, gateway.clock.nowMs);
    expect(codesOf(await verify(gateway, challenge, code))).toEqual(["UNAUTHENTICATED"]);
  });

  it("ends with the account: a challenge of somebody disabled opens nothing", async () => {
    const person = await addEnrolled(gateway);
    const challenge = await challengeOf(gateway, person);
    await change(person.id, { disabled: true });
    const code = codeAt(person.secret, gateway.clock.nowMs);
    expect(codesOf(await verify(gateway, challenge, code))).toEqual(["UNAUTHENTICATED"]);
  });

  it("takes no challenge for a session and no session for a challenge", async () => {
    const person = await addEnrolled(gateway);
    const challenge = await challengeOf(gateway, person);
    expect(await me(challenge)).toEqual(["UNAUTHENTICATED"]);
    const code = codeAt(person.secret, gateway.clock.nowMs);
    expect(codesOf(await verify(gateway, person.caller.token, code))).toEqual(["UNAUTHENTICATED"]);
  });

  it("ends the session that it was sent with", async () => {
    const person = await addPerson(gateway);
    const old = await callerOf(gateway, person);
    const again = await gateway.query(
      old,
      "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { session { token } } }",
      { e: person.email, p: person.password },
    );
    expect(await me(textAt(again, "login.session.token"))).toEqual([]);
    gateway.clock.forward(2_000);
    expect(await me(old.token)).toEqual(["UNAUTHENTICATED"]);
  });

  it("is on the access log however it ends, with the person's id and without what was typed", async () => {
    const before = (await entriesOf(gateway, "SIGN_IN")).length;
    const person = await addPerson(gateway);
    await login(gateway, person);
    await login(gateway, { ...person, password: "some other password" });
    await login(gateway, { email: "nobody.at.all@staff.example.com", password: "some other password" });
    const entries = (await entriesOf(gateway, "SIGN_IN")).slice(before);
    const common = { operation: "login", ip: "127.0.0.1" };
    expect(entries).toMatchObject([
      { ...common, outcome: "ok", about: person.id },
      { ...common, outcome: "refused", about: person.id },
      { ...common, outcome: "refused" },
    ]);
    expect(entries[2]).not.toHaveProperty("about");
    expect(JSON.stringify(entries)).not.toMatch(/staff\.example|password/);
  });

  it("is logged with its second half too", async () => {
    const person = await addEnrolled(gateway);
    const before = (await entriesOf(gateway, "SIGN_IN")).length;
    const challenge = await challengeOf(gateway, person);
    await verify(gateway, challenge, wrongCode(person.secret, gateway.clock.nowMs));
    await verify(gateway, challenge, codeAt(person.secret, gateway.clock.nowMs));
    const entries = (await entriesOf(gateway, "SIGN_IN")).slice(before);
    expect(entries.map(({ operation, outcome, about }) => [operation, outcome, about])).toEqual([
      ["login", "second-factor", person.id],
      ["verifyTotp", "refused", person.id],
      ["verifyTotp", "ok", person.id],
    ]);
  });
});
