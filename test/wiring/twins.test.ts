import pino from "pino";
import type { RenewalCalls, TwinOutcome, TwinRenewal } from "../../src/lifecycle/twin-renewal";
import { keepTwinsUp } from "../../src/wiring/twins";

const MINUTE_MS = 60_000;

/** A renewal that takes as long as it is let, and notes what it is asked. */
class FakeRenewal implements Pick<TwinRenewal, "isDue" | "run"> {
  isDueNow = true;
  fails = false;
  made = 3;
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
    return { outcome, made: this.made, withheld: 1, moved: 0, failed: 0, restricted: 2, total: 3 };
  }
}

const timer = (ms: number, then: () => void) => {
  const timeout = setTimeout(then, ms);
  return () => {
    clearTimeout(timeout);
  };
};

describe("keeping twins up", () => {
  let lines: Record<string, unknown>[];
  let renewal: FakeRenewal;
  let end: () => Promise<void>;
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    renewal = new FakeRenewal();
    end = keepTwinsUp({ renewal, timer }, pino({ base: null }, { write }));
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

  it("says nothing where restricted customers' messages are all that is left", async () => {
    renewal.made = 0;
    await jest.advanceTimersByTimeAsync(2_000);
    renewal.end("finished");
    await jest.advanceTimersByTimeAsync(0);
    expect([renewal.runs.length, lines]).toEqual([1, []]);
  });

  it("rests as long as it worked, or until it is told to stop", async () => {
    await jest.advanceTimersByTimeAsync(2_000);
    const rested: string[] = [];
    const rest = async (name: string): Promise<void> => {
      await renewal.runs[0]?.rest?.(1_000);
      rested.push(name);
    };
    void rest("worked");
    await jest.advanceTimersByTimeAsync(999);
    expect(rested).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    void rest("stopped");
    const over = end();
    void rest("is stopped already");
    await jest.advanceTimersByTimeAsync(0);
    expect(rested).toEqual(["worked", "stopped", "is stopped already"]);
    expect(jest.getTimerCount()).toBe(0);
    renewal.end("stopped");
    await over;
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
