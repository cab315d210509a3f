import pino from "pino";
import type { RenewalCalls, TwinOutcome, TwinRenewal } from "../../src/lifecycle/twin-renewal";
import { keepTwinsUp } from "../../src/wiring/twins";

const MINUTE_MS = 60_000;

/** A renewal that takes as long as it is let, and notes what it is asked. */
class FakeRenewal implements Pick<TwinRenewal, "isDue" | "run"> {
  isDueNow = true;
  fails = false;
  readonly runs: RenewalCalls[] = [];
  end: (outcome: TwinOutcome) => void = () => undefined;

  isDue(): Promise<boolean> {
    return this.fails ? Promise.reject(new Error("of a message")) : Promise.resolve(this.isDueNow);
  }

  async run(calls: RenewalCalls) {
    this.runs.push(calls);
    const outcome = await new Promise<TwinOutcome>((resolve) => {
      this.end = resolve;
    });
    return { outcome, made: 3, withheld: 1, moved: 0, failed: 0, total: 3 };
  }
}

describe("keeping twins up", () => {
  let lines: Record<string, unknown>[];
  let renewal: FakeRenewal;
  let end: () => Promise<void>;
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    renewal = new FakeRenewal();
    end = keepTwinsUp({ renewal }, pino({ base: null }, { write }));
  });
  afterEach(async () => {
    renewal.end("stopped");
    await end();
    jest.useRealTimers();
  });

  it("begins soon after the start, not with it, and says what was done", async () => {
    expect(renewal.runs).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(renewal.runs).toHaveLength(1);
    renewal.end("finished");
    await jest.advanceTimersByTimeAsync(0);
    expect(lines).toMatchObject([{ outcome: "finished", made: 3, withheld: 1, failed: 0 }]);
  });

  it("looks again ten minutes after the last end, and says nothing where there is nothing to do", async () => {
    renewal.isDueNow = false;
    await jest.advanceTimersByTimeAsync(9 * MINUTE_MS);
    renewal.isDueNow = true;
    expect(renewal.runs).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(renewal.runs).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect([renewal.runs.length, lines]).toEqual([1, []]);
  });

  it("goes on after a failure, of which the log gets no message", async () => {
    renewal.fails = true;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(lines).toMatchObject([{ level: 40 }]);
    expect(JSON.stringify(lines)).not.toContain("of a message");
    renewal.fails = false;
    await jest.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(renewal.runs).toHaveLength(1);
  });

  it("tells the work in hand to stop, waits for it, and begins nothing more", async () => {
    await jest.advanceTimersByTimeAsync(2_000);
    let isOver = false;
    const over = end().then(() => {
      isOver = true;
    });
    await jest.advanceTimersByTimeAsync(0);
    expect([renewal.runs[0]?.signal.aborted, isOver]).toEqual([true, false]);
    renewal.end("stopped");
    await over;
    await jest.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(renewal.runs).toHaveLength(1);
  });
});
