import { StartupError } from "../../src/domain/errors";
import { readListen } from "../../src/http/server";
import { sendRaw } from "../graphql/answers";
import { breakAccessLog } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";

describe("the address to listen on", () => {
  it.each(["127.0.0.1:4000", "127.9.9.9:1", "localhost:4000", "[::1]:4000"])(
    "may be %s without TLS",
    (listen) => {
      expect(readListen(listen, null).tls).toBeNull();
    },
  );

  it.each([
    "0.0.0.0:4000",
    "[::]:4000",
    "10.0.0.1:4000",
    "fieldward.example.com:4000",
    "localhost.example.com:80",
    "127.0.0.1.example.com:80",
    "[::ffff:10.0.0.1]:80",
  ])("may not be %s without TLS", (listen) => {
    expect(() => readListen(listen, null)).toThrow(StartupError);
    expect(() => readListen(listen, null)).toThrow(/FIELDWARD_TLS_CERT/);
  });
});

describe.each(engines)("the HTTP server on $name", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  });
  afterAll(() => gateway.close());
  const page = (path: string) => sendRaw(gateway.url.replace("/graphql", path), { method: "GET" });

  it("says that it is alive and ready", async () => {
    expect(await page("/healthz")).toMatchObject({ status: 200, text: `{"status":"ok"}` });
    expect(await page("/readyz")).toMatchObject({ status: 200, text: `{"status":"ready"}` });
  });

  it("forbids every cache and every browser feature", async () => {
    const headers = { "content-type": "application/json" };
    const answers = [
      await page("/healthz"),
      await page("/nosuch"),
      await sendRaw(gateway.url, { body: "{}", headers }),
    ];
    for (const answer of answers) {
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("x-frame-options")).toMatch(/^(?:DENY|SAMEORIGIN)$/);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("x-powered-by")).toBeNull();
    }
  });

  it("is alive but refuses to serve where the access log is gone", async () => {
    const support = await gateway.staff("support", "support");
    const repair = await breakAccessLog(gateway);
    const refused = await gateway.query(support, "{ me { id } }");
    await repair();
    expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: "AUDIT_UNAVAILABLE" } }] });
    expect(await page("/healthz")).toMatchObject({ status: 200 });
    expect(await gateway.query(support, "{ me { role } }")).toMatchObject({
      status: 200,
      data: { me: { role: "support" } },
    });
  });
});
