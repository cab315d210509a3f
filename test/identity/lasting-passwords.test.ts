import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addPerson, codesOf, login, textAt } from "./staff";

const DECADE_MS = 10 * 365 * 86_400_000;

describe.each(engines)("a password that nobody changes on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());

  it("is good for ten years", async () => {
    const person = await addPerson(gateway);
    gateway.clock.forward(DECADE_MS);
    const token = textAt(await login(gateway, person), "login.session.token");
    expect(codesOf(await gateway.query({ token }, "{ me { id } }"))).toEqual([]);
  });
});
