import fc from "fast-check";
import { joinParts } from "../../src/anonymise/multipart";
import { SmsDetector } from "../../src/anonymise/sms-detector";
import type { Span } from "../../src/anonymise/span";
import { anyText } from "./texts";

const detector = new SmsDetector();

function spansOf(parts: readonly string[]): readonly unknown[] {
  const { text, partSpans } = joinParts(parts);
  return partSpans(detector.detect(text));
}

/** A message cut at some places; a place may come twice, so that parts are empty. */
const cut = (message: string, places: readonly number[]): string[] => {
  const borders = [0, ...places.map((place) => place % (message.length + 1)), message.length];
  borders.sort((a, b) => a - b);
  return borders.slice(1).map((border, index) => message.slice(borders[index], border));
};

const spansIn = (message: string): fc.Arbitrary<Span[]> =>
  fc.array(fc.nat(message.length), { maxLength: 8 }).map((places) => {
    const borders = [...new Set(places)].sort((a, b) => a - b);
    return borders
      .slice(1)
      .map((end, index) => ({ start: borders[index] ?? 0, end, type: "CARD" as const }))
      .filter((_, index) => index % 2 === 0);
  });

describe("parts of a message", () => {
  it("have a card number that lies across their border in both", () => {
    expect(spansOf(["Your card 4111 1111", " 1111 1111 was declined"])).toEqual([
      { part: 0, start: 10, end: 19, type: "CARD" },
      { part: 1, start: 0, end: 10, type: "CARD" },
    ]);
  });

  it("have a number that fills a part in each that it lies in", () => {
    expect(spansOf(["card 4111", "1111", "1111", "", "1111."])).toEqual([
      { part: 0, start: 5, end: 9, type: "CARD" },
      { part: 1, start: 0, end: 4, type: "CARD" },
      { part: 2, start: 0, end: 4, type: "CARD" },
      { part: 4, start: 0, end: 4, type: "CARD" },
    ]);
  });

  it("have an emoji's halves in two parts without harm", () => {
    expect(spansOf(["Hi \ud83d", "\ude00 ann@example.org"])).toEqual([
      { part: 1, start: 2, end: 17, type: "EMAIL" },
    ]);
  });

  it("have what one part alone has", () => {
    const spans = detector.detect("Write to ann@example.org");
    expect(spansOf(["Write to ann@example.org"])).toEqual(spans.map((span) => ({ part: 0, ...span })));
    expect(joinParts([])).toMatchObject({ text: "" });
  });

  it("cover the same characters however the message is cut", () => {
    const cuts = anyText.chain((message) =>
      fc.tuple(fc.constant(message), spansIn(message), fc.array(fc.nat(), { maxLength: 6 })),
    );
    fc.assert(
      fc.property(cuts, ([message, spans, places]) => {
        const parts = cut(message, places);
        const { text, partSpans } = joinParts(parts);
        expect(text).toBe(message);
        const covered = partSpans(spans).map(({ part, start, end }) => {
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(parts[part]?.length ?? 0);
          return parts[part]?.slice(start, end);
        });
        expect(covered.join("")).toBe(spans.map(({ start, end }) => message.slice(start, end)).join(""));
      }),
    );
  });
});
