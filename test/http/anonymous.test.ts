import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";

const LOGIN = `mutation { login(email: "nobody@staff.example.com", password: "whatever it may be") { challenge } }`;

describe.each(engines)("requests without a credential on $name", (engine) => {
  let gateway: TestGateway;
  let support: Caller;
  /** As `serve` lets them in: so many are answered at once, and so many wait. */
  let admitted: number;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    support = await gateway.staff("support", "support");
    const { atOnce } = gateway.fieldward.hasher;
    admitted = 2 * atOnce + 2 + 40 * atOnce;
  });
  afterAll(() => gateway.close());

  it("wait for a turn, and are sent away at once where too many wait, while others are served", async () => {
    const held: (() => void)[] = [];
    let open = false;
    jest.spyOn(gateway.fieldward.hasher, "compare").mockImplementation(() =>
      open
        ? Promise.resolve(false)
        : new Promise((resolve) =>
            held.push(() => {
              resolve(false);
            }),
          ),
    );
    const answers: Answer[] = [];
    const sent = Array.from({ length: admitted + 3 }, async () => {
      answers.push(await gateway.query(null, LOGIN));
    });
    await Promise.race(sent);
    const served = await gateway.query(support, "{ me { role } }");
    expect(served.data).toEqual({ me: { role: "support" } });
    expect(answers.length).toBeLessThanOrEqual(3);
    open = true;
    for (const release of held.splice(0)) release();
    await Promise.all(sent);
    const away = answers.filter(({ errors }) => errors?.[0]?.extensions["code"] === "RATE_LIMITED");
    expect(away.filter(({ errors }) => errors?.[0]?.path === undefined)).toHaveLength(3);
    expect(away.map(({ status }) => status)).toEqual(away.map(() => 429));
  });
});
