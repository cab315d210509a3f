import { Anonymiser } from "../../src/anonymise/anonymiser";
import type { Detector } from "../../src/anonymise/detector";
import { Message } from "../../src/domain/message";
import { NOTHING_KNOWN, Twins, type TwinOrder } from "../../src/lifecycle/twins";
import { CALL_BUDGET_MS, TwinsAhead } from "../../src/lifecycle/twins-ahead";

/** A detector that takes so long of a clock of its own for each text, and finds nothing. */
class SlowDetector implements Detector {
  readonly version = 1;
  nowMs = 0;
  /** How many turns others had had at each of the orders' texts. */
  readonly turns: number[] = [];
  /** How many texts of no order it looked at before these. */
  firstTexts = 0;
  turnsGiven = 0;
  onText = (): void => undefined;

  constructor(private readonly tookMs: number) {}

  detect(text: string): [] {
    this.nowMs += this.tookMs;
    if (text.startsWith("Text ")) this.turns.push(this.turnsGiven);
    else if (this.turns.length === 0) this.firstTexts += 1;
    this.onText();
    return [];
  }
}

const orders = (count: number): TwinOrder[] =>
  Array.from({ length: count }, (_, i) => ({
    tenantId: "larkfield",
    customerId: "amira",
    body: `Text ${String(i)}`,
    customer: NOTHING_KNOWN,
  }));

function twinsBy(detector: SlowDetector): Twins {
  const clock = (): number => detector.nowMs;
  const anonymiser = new Anonymiser({ detector, clock, timer: () => () => undefined });
  return new Twins({ anonymiser, pseudonyms: { of: (_tenant, _category, source) => source }, clock });
}

/** Makes twins while something else wants its turns, each of which takes so long. */
async function whileOthersWait<T>(detector: SlowDetector, turnMs: number, work: Promise<T>): Promise<T> {
  let isOver = false;
  const others = (): void => {
    detector.turnsGiven += 1;
    detector.nowMs += turnMs;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  try {
    return await work;
  } finally {
    isOver = true;
  }
}

describe("the pace at which twins are made", () => {
  it("begins with texts of nobody, since a detector's first ones take long", async () => {
    const detector = new SlowDetector(1);
    await twinsBy(detector).make(orders(2));
    expect(detector.firstTexts).toBeGreaterThan(5);
  });

  it("gives others a turn every ten milliseconds, and none before", async () => {
    const detector = new SlowDetector(5);
    await whileOthersWait(detector, 0, twinsBy(detector).make(orders(100)));
    const { turns } = detector;
    expect(turns).toHaveLength(100);
    const stretches = turns.slice(2).map((turn, i) => turn - (turns[i] ?? turn));
    expect(new Set(stretches)).toEqual(new Set([1]));
  });

  it("gives a turn after each text that takes longer than that", async () => {
    const detector = new SlowDetector(19);
    await whileOthersWait(detector, 0, twinsBy(detector).make(orders(20)));
    const { turns } = detector;
    expect(new Set(turns).size).toBe(20);
  });

  it("ends with the budget, of which what others take is no part", async () => {
    const detector = new SlowDetector(10);
    const twins = twinsBy(detector);
    const made = await whileOthersWait(detector, 1_000, twins.make(orders(20), twins.pace(100)));
    expect(made.map(({ isLate }) => isLate)).toEqual(Array.from({ length: 20 }, (_, i) => i >= 10));
    expect(made.filter(({ isLate }) => isLate).every(({ text }) => text === null)).toBe(true);
  });

  it("ends with the signal", async () => {
    const detector = new SlowDetector(1);
    const twins = twinsBy(detector);
    const controller = new AbortController();
    detector.onText = () => {
      if (detector.turns.length === 3) controller.abort();
    };
    const made = await twins.make(orders(6), twins.pace(Infinity, controller.signal));
    expect(made.map(({ isLate }) => isLate)).toEqual([false, false, false, true, true, true]);
  });
});

describe("the twins of one call", () => {
  const given = (ahead: TwinsAhead, order: TwinOrder) => {
    const row = new Message();
    ahead.give(row, order);
    return { twin: row.bodyTwin, version: row.twinVersion };
  };

  it("are left to the renewal once the call's time is spent, which a second try does not renew", async () => {
    const detector = new SlowDetector(20);
    const ahead = new TwinsAhead(twinsBy(detector));
    const all = orders(110);
    await ahead.make(all.slice(0, 60));
    detector.nowMs += 60_000;
    await ahead.make(all);
    const made = all.filter((order) => given(ahead, order).version !== null);
    expect(made).toEqual(all.slice(0, CALL_BUDGET_MS / 20));
    expect(given(ahead, all[105] ?? fail())).toEqual({ twin: null, version: null });
  });

  it("are made once, and given to nothing but what they were made of", async () => {
    const detector = new SlowDetector(1);
    const ahead = new TwinsAhead(twinsBy(detector));
    const [order = fail()] = orders(1);
    await ahead.make([order]);
    await ahead.make([order]);
    expect(detector.turns).toHaveLength(1);
    expect(given(ahead, order)).toEqual({ twin: '["Text 0"]', version: 1 });
    for (const other of [
      { body: "Text 1" },
      { customerId: "zoe" },
      { customer: { names: ["Amira"], country: null } },
      { customer: { names: [], country: "DE" } },
    ])
      expect(given(ahead, { ...order, ...other })).toEqual({ twin: null, version: null });
  });
});

function fail(): never {
  throw new Error("there is no such order");
}
