import { Staff } from "../../src/domain/staff";
import {
  addEnrolled,
  addPerson,
  callerOf,
  challengeOf,
  CHANGE,
  codeAt,
  codesOf,
  login,
  verify,
} from "../identity/staff";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";

const DAY_MS = 86_400_000;
const NEXT = "another amber lantern";
const SET = "mutation ($code: String!, $next: String!) { setPassword(code: $code, next: $next) }";
const unrecorded = (): Promise<void> => Promise.resolve();

describe.each(engines)("a sign-in that something overtakes on $name", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.clock.forward(2 * DAY_MS);
  });

  const accounts = () => gateway.fieldward.services.accounts;
  /** Does something, which must not ask for a turn of bcrypt's itself, while the next password is being compared, which is then found right. */
  const meanwhile = (work: () => Promise<unknown>): void => {
    jest.spyOn(gateway.fieldward.hasher, "compare").mockImplementationOnce(async () => {
      await work();
      return true;
    });
  };

  it("opens nothing where the password is another by then", async () => {
    const person = await addPerson(gateway);
    meanwhile(() => accounts().resetPassword(person.id, null, unrecorded));
    expect(codesOf(await login(gateway, person))).toEqual(["UNAUTHENTICATED"]);
  });

  it("opens nothing where the account is disabled by then", async () => {
    const person = await addPerson(gateway);
    meanwhile(() => accounts().disable(person.id, unrecorded));
    expect(codesOf(await login(gateway, person))).toEqual(["UNAUTHENTICATED"]);
  });

  it("does not undo what an administrator did to the password", async () => {
    const person = await addPerson(gateway);
    const caller = await callerOf(gateway, person);
    meanwhile(() => accounts().resetPassword(person.id, null, unrecorded));
    const change = await gateway.query(caller, CHANGE, { current: person.password, next: NEXT });
    expect(codesOf(change)).toEqual(["CONFLICT"]);
    expect(codesOf(await login(gateway, { ...person, password: NEXT }))).toEqual(["UNAUTHENTICATED"]);
  });

  it("is not finished with a challenge for a password that is gone", async () => {
    const person = await addEnrolled(gateway);
    const challenge = await challengeOf(gateway, person);
    await accounts().resetPassword(person.id, NEXT, unrecorded);
    const code = codeAt(person.secret, gateway.clock.nowMs);
    expect(codesOf(await verify(gateway, challenge, code))).toEqual(["UNAUTHENTICATED"]);
  });

  it("is not made possible by an activation code from before, nor by one of who is frozen", async () => {
    const set = async (code: string) => codesOf(await gateway.query(null, SET, { code, next: NEXT }));
    const reset = await addPerson(gateway);
    const first = await accounts().activate(reset.id);
    await accounts().resetPassword(reset.id, "quiet amber harbours", unrecorded);
    expect(await set(first.code)).toEqual(["UNAUTHENTICATED"]);
    const own = await addPerson(gateway);
    const second = await accounts().activate(own.id);
    const caller = await callerOf(gateway, own);
    await gateway.query(caller, CHANGE, { current: own.password, next: "quiet amber harbours" });
    expect(await set(second.code)).toEqual(["UNAUTHENTICATED"]);
    const frozen = await addPerson(gateway);
    const third = await accounts().activate(frozen.id);
    const { data } = gateway.fieldward.databases;
    await data.write((manager) => manager.update(Staff, { id: frozen.id }, { frozenAt: new Date() }));
    expect(await set(third.code)).toEqual(["UNAUTHENTICATED"]);
  });

  it("leaves five sessions at most, however many are opened at once", async () => {
    const { sessions } = gateway.fieldward.services;
    const { id } = await addPerson(gateway);
    const opened = await Promise.all(Array.from({ length: 12 }, () => sessions.open(id)));
    const alive = await Promise.all(opened.map((caller) => gateway.query(caller, "{ me { id } }")));
    expect(alive.filter(({ status }) => status === 200)).toHaveLength(5);
  });

  it("does not keep the person from the account by failing in the person's name", async () => {
    const person = await addPerson(gateway);
    const caller = await callerOf(gateway, person);
    for (let i = 0; i < 6; i += 1) await login(gateway, { ...person, password: "not the password" });
    expect(codesOf(await login(gateway, person))).toEqual(["RATE_LIMITED"]);
    const change = await gateway.query(caller, CHANGE, { current: person.password, next: NEXT });
    expect(codesOf(change)).toEqual([]);
  });
});

describe("a sign-in with more text than anybody types", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engines[0] ?? { name: "SQLite", server: null });
  });
  afterAll(() => gateway.close());

  it("is not brought into one form at its full length, which takes the square of that", async () => {
    const normalize = jest.spyOn(String.prototype, "normalize");
    // Each accent is moved past all others where they are put into their order.
    const accents = "\u0301".repeat(200_000) + "\u0323".repeat(200_000);
    const person = { email: "nobody@staff.example.com", password: "x" };
    expect(codesOf(await login(gateway, { ...person, password: accents }))).toEqual(["UNAUTHENTICATED"]);
    expect(codesOf(await login(gateway, { ...person, email: `${accents}@x.example` }))).toEqual([
      "UNAUTHENTICATED",
    ]);
    expect(codesOf(await gateway.query(null, SET, { code: accents, next: accents }))).toEqual([
      "UNAUTHENTICATED",
    ]);
    const lengths = normalize.mock.contexts.map((text) => String(text).length);
    expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(2_048);
  });
});
