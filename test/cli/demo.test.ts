import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { engines, freshInstallation, type Installation } from "../support/engines";
import { oneJsonLine, start, startDemo, surroundingsOf, type Demo, type Surroundings } from "./command-line";

jest.setTimeout(60_000);

const CALLERS = ["analyst", "compliance", "partner", "support"];
const ALL = "{ customers(first: 100) { nodes { id externalRef } } }";

describe.each(engines)("the demo on $name", (engine) => {
  let installation: Installation;
  let at: Surroundings;
  let customers: unknown;

  beforeAll(async () => {
    installation = await freshInstallation(engine);
    at = surroundingsOf(installation);
  });
  afterAll(() => installation.remove());

  const ended = async (demo: Demo, signal: "SIGINT" | "SIGTERM") => {
    const { code, stdout } = await demo.stop(signal);
    expect(code).toBe(0);
    return stdout;
  };

  it("prints one line of JSON, and at SIGINT ends with exit 0 though a connection is open", async () => {
    const demo = await startDemo(at);
    const { data } = await demo.ask("support", ALL);
    customers = data;
    expect(JSON.stringify(data).match(/externalRef/g)).toHaveLength(100);
    const line = oneJsonLine(await ended(demo, "SIGINT"));
    expect(Object.keys(line)).toEqual(["url", "credentials", "purposes", "query"]);
    expect(Object.keys(demo.credentials).sort()).toEqual(CALLERS);
    expect(Object.keys(demo.purposes).sort()).toEqual(CALLERS);
    expect(demo.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(demo.credentials["partner"]).toMatch(/^fw_larkfield_/);
  });

  it("finds the same customers at a second start, and ends at SIGTERM", async () => {
    const demo = await startDemo(at);
    expect((await demo.ask("support", ALL))["data"]).toEqual(customers);
    await ended(demo, "SIGTERM");
  });

  it("starts again after it was killed", async () => {
    const killed = await startDemo(at);
    await killed.stop("SIGKILL");
    const demo = await startDemo(at);
    expect((await demo.ask("compliance", ALL))["data"]).toEqual(customers);
    await ended(demo, "SIGINT");
  });

  it("has ended the partner's token of an earlier start", async () => {
    const first = await startDemo(at);
    await ended(first, "SIGINT");
    const second = await startDemo(at);
    const { status } = await fetch(second.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${first.credentials["partner"] ?? ""}`,
      },
      body: JSON.stringify({ query: "{ me { id } }" }),
    });
    expect(status).toBe(401);
    expect(await second.ask("partner", "{ me { kind } }")).toEqual({ data: { me: { kind: "PARTNER" } } });
    await ended(second, "SIGINT");
  });
});

describe("a demo that is killed while it is being prepared", () => {
  it("is whole at the next start", async () => {
    const installation = await freshInstallation({ name: "SQLite", server: null });
    const at = surroundingsOf(installation);
    const first = start(at, ["demo"]);
    const { stderr } = first.process;
    if (stderr === null) throw new Error("the demo has no standard error");
    await once(stderr, "data");
    // It has said that it prepares the demo, which takes longer than this.
    await setTimeout(250);
    first.process.kill("SIGKILL");
    await first.ended;
    const demo = await startDemo(at);
    const { data } = await demo.ask("support", ALL);
    expect(JSON.stringify(data).match(/externalRef/g)).toHaveLength(100);
    const messages = await demo.ask("support", "{ messages(first: 100) { nodes { id } } }");
    expect(JSON.stringify(messages["data"]).match(/"id"/g)).toHaveLength(100);
    await demo.stop("SIGINT");
    await installation.remove();
  });
});
