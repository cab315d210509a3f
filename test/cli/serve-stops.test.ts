import type { TwinOutcome } from "../../src/lifecycle/twin-renewal";
import { serveUntilStopped } from "../../src/cli/serve";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";

const NOTHING = { made: 0, withheld: 0, moved: 0, failed: 0, restricted: 0, total: 0 };

describe.each(engines.slice(0, 1))("the end of serving", (engine) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
  }, 60_000);
  afterAll(() => gateway.close());

  it("does not wait for the twins that are being made, but to close what they need", async () => {
    const { fieldward, installation } = gateway;
    const settings = { ...installation.settings, FIELDWARD_LISTEN: "127.0.0.1:0" };
    let end: (outcome: TwinOutcome) => void = () => undefined;
    let isTold = false;
    const renewal = Object.assign(Object.create(fieldward.twins.renewal) as typeof fieldward.twins.renewal, {
      isDue: () => Promise.resolve(true),
      run: async ({ signal }: { signal: AbortSignal }) => {
        const ended = new Promise<TwinOutcome>((resolve) => {
          end = resolve;
        });
        signal.addEventListener("abort", () => {
          isTold = true;
        });
        return { outcome: await ended, ...NOTHING };
      },
    });
    // It looks as soon as it may.
    const timer = (_ms: number, then: () => void) => {
      setImmediate(then);
      return () => undefined;
    };
    let hasEnded = false;
    let ended: Promise<void> = Promise.resolve();
    const serving = new Promise<string>((resolve) => {
      const twins = { ...fieldward.twins, renewal, timer };
      ended = serveUntilStopped({ ...fieldward, twins }, settings, resolve).then(() => {
        hasEnded = true;
      });
    });
    const health = new URL("/healthz", await serving);
    expect((await fetch(health)).status).toBe(200);
    process.emit("SIGTERM");
    const refused = async (): Promise<boolean> =>
      fetch(health).then(
        () => false,
        () => true,
      );
    for (let tries = 0; tries < 1_000 && !(await refused()); tries += 1);
    expect([await refused(), isTold, hasEnded]).toEqual([true, true, false]);
    end("stopped");
    await ended;
  });
});
