import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addPerson, callerOf, codesOf, useIsNoted } from "./staff";

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;

describe.each(engines)("a session that is left alone on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());

  it("ends an hour after its last request, and not a second before", async () => {
    const person = await addPerson(gateway);
    const [used, unused] = [await callerOf(gateway, person), await callerOf(gateway, person)];
    const me = async ({ token }: { token: string }) =>
      codesOf(await gateway.query({ token }, "{ me { id } }"));
    gateway.clock.forward(HOUR_MS - SECOND_MS);
    expect(await me(used)).toEqual([]);
    await useIsNoted(gateway);
    gateway.clock.forward(SECOND_MS);
    expect(await me(unused)).toEqual(["UNAUTHENTICATED"]);
    gateway.clock.forward(HOUR_MS - SECOND_MS);
    expect(await me(used)).toEqual(["UNAUTHENTICATED"]);
  });
});
