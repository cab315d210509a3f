import fc from "fast-check";
import { parseCorpus } from "../../../bench/anonymiser/corpus";
import type { Found } from "../../../bench/anonymiser/matching";
import { scoreMessage } from "../../../bench/anonymiser/message-score";
import { reportOn, type SliceEstimates } from "../../../bench/anonymiser/report";
import { formatMistakes, formatReport } from "../../../bench/anonymiser/score-table";

const CORPUS = parseCorpus(
  [
    `{"id":"m1","lang":"en","text":"Hi Ann Lee, call 01632 960318 now",
      "spans":[{"start":3,"end":10,"type":"PERSON"},{"start":17,"end":29,"type":"PHONE"}]}`,
    `{"id":"m2","lang":"de","text":"Konto 12345678 IBAN endet auf 4711, Otto Muster",
      "spans":[{"start":6,"end":14,"type":"ACCOUNT"},{"start":36,"end":47,"type":"PERSON"}],"ignore":[{"start":30,"end":34}]}`,
    `{"id":"m3","lang":"en","text":"Sale ends Monday at 9","spans":[]}`,
    `{"id":"m4","lang":"de","text":"Bus 12 um 9","spans":[]}`,
  ]
    .map((line) => line.replaceAll(/\s*\n\s*/g, ""))
    .join("\n"),
);

const FOUND: readonly (readonly Found[])[] = [
  [
    // A name in two halves is one name.
    { start: 3, end: 6, type: "PERSON" },
    { start: 7, end: 10, type: "PERSON" },
    // Five of eleven digits: less than half.
    { start: 17, end: 22, type: "PHONE" },
  ],
  [
    // The wrong type.
    { start: 6, end: 14, type: "PHONE" },
    // Ignored.
    { start: 30, end: 34, type: "CARD" },
    { start: 36, end: 47, type: "ANY" },
  ],
  [
    { start: 10, end: 16, type: "PERSON" },
    { start: 20, end: 21, type: "OTHER" },
  ],
  [],
];

const SCORES = CORPUS.map((message, index) => scoreMessage(message, FOUND[index] ?? []));
const REPORT = reportOn(SCORES);

function figures(slice: SliceEstimates | undefined): readonly (number | undefined)[] {
  return [
    slice?.labels,
    slice?.found,
    slice?.precision.value,
    slice?.recall.value,
    slice?.f1.value,
    slice?.leak.value,
  ];
}

// The numbers of this file are counted by hand; a scorer that was written apart from this one prints the same.
describe("the score of a detector", () => {
  it("counts labels, findings, precision, recall, F1 and leaked characters by type", () => {
    expect(Object.keys(REPORT.types)).toEqual(["ACCOUNT", "OTHER", "PERSON", "PHONE"]);
    expect(figures(REPORT.types["PERSON"])).toEqual([2, 3, 2 / 3, 1, expect.closeTo(0.8, 12), 0]);
    expect(figures(REPORT.types["PHONE"])).toEqual([1, 2, 0, 0, 0, 6 / 11]);
    expect(figures(REPORT.types["ACCOUNT"])).toEqual([1, 0, 0, 0, 0, 0]);
    expect(figures(REPORT.types["OTHER"])).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it("counts the same by language", () => {
    expect(figures(REPORT.languages["en"])).toEqual([2, 4, 1 / 4, 1 / 2, expect.closeTo(1 / 3, 12), 6 / 17]);
    expect(figures(REPORT.languages["de"])).toEqual([2, 2, 1 / 2, 1 / 2, 1 / 2, 0]);
  });

  it("counts the same over all, and with any type", () => {
    expect(figures(REPORT.overall)).toEqual([4, 6, 2 / 6, 2 / 4, expect.closeTo(0.4, 12), 6 / 35]);
    expect(figures(REPORT.untyped)).toEqual([4, 6, 3 / 6, 3 / 4, expect.closeTo(0.6, 12), 6 / 35]);
  });

  it("counts messages that leak, clean ones hit and characters redacted for nothing", () => {
    expect(REPORT.leakingMessages.value).toBe(1 / 2);
    expect(REPORT.cleanHit.value).toBe(1 / 2);
    expect(REPORT.findingsPerClean.value).toBe(2 / 2);
    expect(REPORT.overRedaction.value).toBe(7 / 53);
  });

  it("counts only the types that are asked for, and all that covers them", () => {
    const scores = CORPUS.map((message, index) =>
      scoreMessage(message, FOUND[index] ?? [], new Set(["PHONE"])),
    );
    expect(figures(reportOn(scores).overall)).toEqual([1, 2, 0, 0, 0, 6 / 11]);
  });

  it("is perfect where the labels are what was found", () => {
    const { overall, cleanHit, overRedaction } = reportOn(
      CORPUS.map((message) => scoreMessage(message, message.spans)),
    );
    expect(figures(overall)).toEqual([4, 4, 1, 1, 1, 0]);
    expect([cleanHit.value, overRedaction.value]).toEqual([0, 0]);
  });

  it("has intervals that hold the value, the same in each run", () => {
    for (const { value, low, high } of [REPORT.overall.f1, REPORT.overall.leak, REPORT.cleanHit]) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    expect(REPORT.overall.f1.low).toBeLessThan(REPORT.overall.f1.high);
    expect(reportOn(SCORES)).toEqual(REPORT);
  });

  it("names each miss and each false alarm", () => {
    const lines = formatMistakes(SCORES).split("\n");
    expect(lines.map((line) => line.split(" |")[0])).toEqual([
      'MISS  m1 en PHONE "01632 960318"',
      'FALSE m1 en PHONE "01632"',
      'MISS  m2 de ACCOUNT "12345678"',
      'FALSE m2 de PHONE "12345678"',
      'FALSE m3 en PERSON "Monday"',
      'FALSE m3 en OTHER "9"',
    ]);
  });

  it("is printed in percent with a bar", () => {
    const text = formatReport(REPORT);
    expect(text).toMatch(/PERSON +2 +3 +66\.7 \(.*\) +100\.0 \(.*\) +80\.0 \(.*\) +0\.0 \(.*\) +█{16}$/m);
  });

  it("keeps every figure between 0 and 1, whatever is found", () => {
    const found = fc.record({
      start: fc.nat(47),
      length: fc.nat(20),
      type: fc.constantFrom("PERSON", "PHONE", "ACCOUNT", "ANY", "OTHER"),
    });
    fc.assert(
      fc.property(fc.array(fc.array(found), { minLength: 4, maxLength: 4 }), (lists) => {
        const scores = CORPUS.map((message, index) => {
          const inside = (lists[index] ?? []).map(({ start, length, type }) => {
            const from = Math.min(start, message.text.length);
            return { start: from, end: Math.min(from + length, message.text.length), type };
          });
          return scoreMessage(message, inside);
        });
        for (const { overall, untyped, plain, overRedacted } of scores) {
          expect(overall.matched).toBeLessThanOrEqual(Math.min(overall.labels, overall.found));
          expect(untyped.matched).toBeGreaterThanOrEqual(overall.matched);
          expect(overall.leaked).toBeLessThanOrEqual(overall.characters);
          expect(overRedacted).toBeLessThanOrEqual(plain);
        }
      }),
    );
  });
});

describe("a corpus", () => {
  it("is refused where a label lies outside of its message", () => {
    const line = '{"id":"x","lang":"en","text":"short","spans":[{"start":0,"end":9,"type":"PERSON"}]}';
    expect(() => parseCorpus(line)).toThrow("Line 1 is no labelled message");
  });

  it("is refused where a finding lies outside of its message", () => {
    const [message] = CORPUS;
    if (message === undefined) throw new Error("no message");
    expect(() => scoreMessage(message, [{ start: 5, end: 99, type: "PERSON" }])).toThrow("Message m1");
  });
});
