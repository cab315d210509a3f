import { engines } from "../support/engines";
import { openTestGateway, type Answer, type Caller, type TestGateway } from "../support/gateway";

const LOGIN = `mutation { login(email: "nobody@staff.example.com", password: "whatever it may be") { challenge } }`;

/** A sign-in that comes from another address, by a proxy. */
function elsewhere(url: string): Promise<Response> {
  const headers = { "content-type": "application/json", "x-forwarded-for": "198.51.100.7" };
  const body = JSON.stringify({ query: LOGIN.replace("nobody@", "somebody@") });
  return fetch(url, { method: "POST", headers, body });
}

describe.each(engines)("requests without a credential on $name", (engine) => {
  let gateway: TestGateway;
  let support: Caller;
  /** As `serve` lets them in: so many of one network are answered or wait at once. */
  let admitted: number;
  beforeAll(async () => {
    gateway = await openTestGateway(engine, { FIELDWARD_TRUSTED_PROXIES: "127.0.0.1" });
    support = await gateway.staff("support", "support");
    const { atOnce } = gateway.fieldward.hasher;
    admitted = 20 * atOnce;
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
    // Another network is not kept out by this one.
    const other = elsewhere(gateway.url);
    open = true;
    for (const release of held.splice(0)) release();
    await Promise.all(sent);
    expect((await other).status).toBe(401);
    const away = answers.filter(({ errors }) => errors?.[0]?.extensions["code"] === "RATE_LIMITED");
    expect(away.filter(({ errors }) => errors?.[0]?.path === undefined)).toHaveLength(3);
    expect(away.map(({ status }) => status)).toEqual(away.map(() => 429));
  });
});
