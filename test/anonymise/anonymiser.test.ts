import {
  Anonymiser,
  LONGEST_MESSAGE,
  TIME_OUT_MS,
  type Anonymised,
  type AnonymiserParts,
} from "../../src/anonymise/anonymiser";
import type { Detector, KnownOfSubject } from "../../src/anonymise/detector";
import { SmsDetector } from "../../src/anonymise/sms-detector";
import type { Span } from "../../src/anonymise/span";
import { subjectOf } from "./subject";

const MESSAGE = "Call Ann on 020 7946 0958";
const NAME: Span = { start: 5, end: 8, type: "PERSON" };
const NUMBER: Span = { start: 12, end: 25, type: "PHONE" };

/** A detector whose every try is what the next of some functions gives; the last one again and again. */
class ScriptedDetector implements Detector {
  readonly version = 7;
  readonly asked: (readonly [string, KnownOfSubject])[] = [];

  constructor(private readonly tries: readonly (() => readonly Span[] | Promise<readonly Span[]>)[]) {}

  detect(message: string, known: KnownOfSubject): readonly Span[] | Promise<readonly Span[]> {
    this.asked.push([message, known]);
    return (this.tries[this.asked.length - 1] ?? this.tries.at(-1))?.() ?? [];
  }
}

/** A timer that rings as soon as it is waited for, and notes what it was asked. */
class RingingTimer {
  readonly asked: number[] = [];
  stopped = 0;

  readonly start: AnonymiserParts["timer"] = (ms, then) => {
    this.asked.push(ms);
    setImmediate(then);
    return () => {
      this.stopped += 1;
    };
  };
}

/** A clock that shows one time after the other, two a try. */
const showing = (...times: readonly number[]): (() => number) => {
  let read = 0;
  return () => times[read++] ?? times.at(-1) ?? 0;
};

const anonymiserOf = (detector: Detector, others: Partial<AnonymiserParts> = {}): Anonymiser =>
  new Anonymiser({ detector, clock: () => 0, timer: new RingingTimer().start, ...others });

const anonymised = (detector: Detector, others: Partial<AnonymiserParts> = {}): Promise<Anonymised> =>
  anonymiserOf(detector, others).anonymise(MESSAGE, subjectOf());

const never = (): Promise<readonly Span[]> => new Promise(() => undefined);
const finds =
  (...spans: readonly Span[]) =>
  (): readonly Span[] =>
    spans;

describe("an anonymised message", () => {
  it("is its text with surrogates for what was found", async () => {
    const given = await anonymised(new ScriptedDetector([finds(NAME, NUMBER)]));
    expect(given).toEqual({
      twin: [
        "Call ",
        expect.objectContaining({ type: "PERSON", mask: "A." }),
        " on ",
        expect.objectContaining({ type: "PHONE", mask: "•••58" }),
      ],
    });
  });

  it("is its own text where nothing was found, and empty where it was", async () => {
    const anonymiser = anonymiserOf(new ScriptedDetector([finds()]));
    expect(await anonymiser.anonymise("Hi", subjectOf())).toEqual({ twin: ["Hi"] });
    expect(await anonymiser.anonymise("", subjectOf())).toEqual({ twin: [] });
  });

  it("may be one surrogate alone, or two side by side", async () => {
    const halves = finds({ start: 0, end: 8, type: "PERSON" }, { start: 8, end: 25, type: "PHONE" });
    expect(await anonymised(new ScriptedDetector([halves]))).toEqual({
      twin: [expect.objectContaining({ type: "PERSON" }), expect.objectContaining({ type: "PHONE" })],
    });
  });

  it("is what a detector outside of this process finds in time, with its timer called off", async () => {
    const timer = new RingingTimer();
    const detector = new ScriptedDetector([() => Promise.resolve([NUMBER])]);
    const given = await anonymised(detector, { timer: timer.start });
    expect(given).toEqual({ twin: ["Call Ann on ", expect.objectContaining({ type: "PHONE" })] });
    expect(timer).toMatchObject({ asked: [TIME_OUT_MS], stopped: 1 });
  });

  it("is looked through with the names that are known, by the detector whose version it has", async () => {
    const detector = new ScriptedDetector([finds()]);
    const anonymiser = anonymiserOf(detector);
    await anonymiser.anonymise(MESSAGE, subjectOf({ names: ["Ann Lee"] }));
    expect(detector.asked).toEqual([[MESSAGE, expect.objectContaining({ names: ["Ann Lee"] })]]);
    expect(anonymiser.version).toBe(7);
  });

  it("has its twin by the shipped detector, which needs no timer", async () => {
    const timer = new RingingTimer();
    const given = await anonymised(new SmsDetector(), { timer: timer.start });
    expect(JSON.stringify(given)).not.toMatch(/Ann|7946/);
    expect(timer.asked).toEqual([]);
  });
});

describe("a message that is withheld", () => {
  const overdue = TIME_OUT_MS + 1;

  it("is one that is too long, before it is looked at", async () => {
    const detector = new ScriptedDetector([finds()]);
    const anonymiser = anonymiserOf(detector);
    const of = (length: number): Promise<Anonymised> => anonymiser.anonymise("a".repeat(length), subjectOf());
    expect(await of(LONGEST_MESSAGE + 1)).toEqual({ withheld: "TOO_LONG" });
    expect(detector.asked).toEqual([]);
    expect(await of(LONGEST_MESSAGE)).toHaveProperty("twin");
  });

  it.each([
    [
      "throws",
      (): never => {
        throw new Error(MESSAGE);
      },
    ],
    ["rejects", () => Promise.reject(new Error(MESSAGE))],
  ])("is one whose detector %s, and nothing is said of it", async (_, attempt) => {
    expect(await anonymised(new ScriptedDetector([attempt]))).toEqual({ withheld: "FAILED" });
  });

  it("is one whose surrogate cannot be made", async () => {
    const pseudonymise = (): never => {
      throw new Error("no key");
    };
    const anonymiser = anonymiserOf(new ScriptedDetector([finds(NAME)]));
    expect(await anonymiser.anonymise(MESSAGE, subjectOf({ pseudonymise }))).toEqual({ withheld: "FAILED" });
  });

  it("is one whose detector never answers, after one more try", async () => {
    const timer = new RingingTimer();
    const detector = new ScriptedDetector([never]);
    expect(await anonymised(detector, { timer: timer.start })).toEqual({ withheld: "TIMED_OUT" });
    expect(detector.asked).toHaveLength(2);
    expect(timer).toMatchObject({ asked: [TIME_OUT_MS, TIME_OUT_MS], stopped: 2 });
  });

  it("is one that takes too long twice", async () => {
    const detector = new ScriptedDetector([finds(NAME)]);
    const clock = showing(0, overdue, overdue, 2 * overdue);
    expect(await anonymised(detector, { clock })).toEqual({ withheld: "TIMED_OUT" });
    expect(detector.asked).toHaveLength(2);
  });

  it("is one that takes twice the time at once, and is not tried again", async () => {
    const detector = new ScriptedDetector([finds(NAME)]);
    const clock = showing(0, 2 * TIME_OUT_MS, 2 * TIME_OUT_MS, 2 * TIME_OUT_MS);
    expect(await anonymised(detector, { clock })).toEqual({ withheld: "TIMED_OUT" });
    expect(detector.asked).toHaveLength(1);
  });

  it("is not one that takes too long once, or never answers once", async () => {
    const clock = showing(0, overdue, overdue, overdue + TIME_OUT_MS);
    expect(await anonymised(new ScriptedDetector([finds(NAME)]), { clock })).toHaveProperty("twin");
    expect(await anonymised(new ScriptedDetector([never, finds(NAME)]))).toHaveProperty("twin");
  });

  it("is one whose detector times out and then throws", async () => {
    const attempt = (): Promise<readonly Span[]> => Promise.reject(new Error("gone"));
    expect(await anonymised(new ScriptedDetector([never, attempt]))).toEqual({ withheld: "FAILED" });
  });

  it.each<[string, readonly Span[]]>([
    ["overlap", [NAME, { start: 7, end: 12, type: "PHONE" }]],
    ["are the same twice", [NAME, NAME]],
    ["are out of order", [NUMBER, NAME]],
    ["end past the message", [{ ...NUMBER, end: MESSAGE.length + 1 }]],
    ["start before it", [{ ...NAME, start: -1 }]],
    ["are empty", [{ ...NAME, end: NAME.start }]],
    ["end before they start", [{ ...NAME, end: NAME.start - 1 }]],
    ["start nowhere", [{ ...NAME, start: NaN }]],
    ["end nowhere", [{ ...NAME, end: NaN }]],
  ])("is one whose spans %s", async (_, spans) => {
    expect(await anonymised(new ScriptedDetector([() => spans]))).toEqual({ withheld: "FAILED" });
  });
});
