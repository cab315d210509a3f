import fc from "fast-check";
import { SmsDetector } from "../../src/anonymise/sms-detector";
import { PERSONAL_TYPES, type PersonalType, type Span } from "../../src/anonymise/span";
import { anyText, lifelikeText, NAMES } from "./texts";

const detector = new SmsDetector();
const text = fc.oneof(anyText, lifelikeText);
const known = fc.record({ names: fc.subarray(NAMES, { maxLength: 3 }) });

/** A message with each span replaced by its type. */
function redacted(message: string, spans: readonly Span[]): string {
  return [...spans]
    .reverse()
    .reduce((rest, { start, end, type }) => `${rest.slice(0, start)}[${type}]${rest.slice(end)}`, message);
}

describe("what the detector finds in any text", () => {
  it("lies in it, in order, without overlaps, each of a known type", () => {
    fc.assert(
      fc.property(text, known, (message, names) => {
        let from = 0;
        for (const { start, end, type } of detector.detect(message, names)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          expect(PERSONAL_TYPES).toContain(type);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(message.length);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same each time, and for each detector", () => {
    fc.assert(
      fc.property(text, known, (message, names) => {
        const spans = detector.detect(message, names);
        expect(detector.detect(message, names)).toEqual(spans);
        expect(new SmsDetector().detect(message, names)).toEqual(spans);
      }),
    );
  });

  it("can be taken out, and the rest read again", () => {
    fc.assert(
      fc.property(text, known, (message, names) => {
        const rest = redacted(message, detector.detect(message, names));
        expect(() => detector.detect(rest, names)).not.toThrow();
      }),
    );
  });
});

describe("a known name", () => {
  const name = fc.oneof(
    fc.constantFrom("Sarah", "May", "Will", "José", "Łukasz", "Zoë", "Борис"),
    fc.stringMatching(/^[A-Za-z]{3,12}$/),
  );
  const written = fc.constantFrom<(name: string) => string>(
    (one) => one,
    (one) => one.toUpperCase(),
    (one) => one.toLowerCase(),
    (one) => one.normalize("NFD"),
  );

  it("is found in any text where it stands as a word of its own", () => {
    fc.assert(
      fc.property(lifelikeText, name, written, lifelikeText, (before, one, form, after) => {
        const start = before.length + 1;
        const message = `${before} ${form(one)} ${after}`;
        const end = start + form(one).length;
        const spans = detector.detect(message, { names: [`Q ${one}`] });
        expect(spans.some((span) => span.start <= start && span.end >= end)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("is found where the word would be something else", () => {
    expect(detector.detect("See you on 14 May", { names: ["May Fox"] })).toEqual([
      { start: 14, end: 17, type: "PERSON" },
    ]);
  });

  it("is found in parts and not by its initials and particles", () => {
    const message = "Berg, den 4. de O";
    expect(detector.detect(message, { names: ["Jo O. van den Berg"] })).toEqual([
      { start: 0, end: 4, type: "PERSON" },
      { start: 6, end: 9, type: "PERSON" },
    ]);
  });
});

describe("a value written to be missed", () => {
  const VALUES: readonly (readonly [PersonalType, string])[] = [
    ["CARD", "4111 1111 1111 1111"],
    ["CARD", "5555-5555-5555-4444"],
    ["CARD", "378282246310005"],
    ["IBAN", "GB29 NWBK 6016 1331 9268 19"],
    ["IBAN", "NL91ABNA0417164300"],
    ["EMAIL", "ann.lee@example.org"],
    ["EMAIL", "o'brien+sms@mail.example.co.uk"],
  ];
  const invisible = fc.constantFrom("\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u0301");

  it("is found whole, in upper case and with characters in it that show nothing", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VALUES),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(30), invisible), { maxLength: 5 }),
        ([type, value], upper, insertions) => {
          const hidden = insertions.reduce(
            (rest, [place, character]) => {
              const at = 1 + (place % (rest.length - 1));
              return rest.slice(0, at) + character + rest.slice(at);
            },
            upper ? value.toUpperCase() : value,
          );
          expect(detector.detect(`Use ${hidden} today`)).toEqual([
            { start: 4, end: 4 + hidden.length, type },
          ]);
        },
      ),
    );
  });
});
