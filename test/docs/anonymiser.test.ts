import { readFileSync } from "node:fs";
import { readCorpus } from "../../bench/anonymiser/corpus";
import { scoreMessage } from "../../bench/anonymiser/message-score";
import { reportOn, type Estimate, type SliceEstimates } from "../../bench/anonymiser/report";
import { SmsDetector } from "../../src/anonymise/sms-detector";

const percent = ({ value }: Estimate): string => (100 * value).toFixed(1);
const withInterval = (figure: Estimate): string =>
  `${percent(figure)} (${(100 * figure.low).toFixed(0)}–${(100 * figure.high).toFixed(0)})`;

function row(name: string, slice: SliceEstimates): string {
  const { labels, precision, recall, f1, leak } = slice;
  return `| ${name} | ${String(labels)} | ${percent(precision)} | ${percent(recall)} | ${withInterval(f1)} | ${percent(leak)} |`;
}

/** A table's row without the blanks that line it up. */
const plain = (line: string): string => line.replace(/ +/g, " ").trim();

describe("docs/anonymiser.md", () => {
  const lines = readFileSync("docs/anonymiser.md", "utf8").split("\n").map(plain);
  const messages = readCorpus("test/anonymise/corpus/held-back.jsonl");

  it("publishes the figures that the held-back messages give", () => {
    const detector = new SmsDetector();
    const found = reportOn(
      messages.map((message) => scoreMessage(message, detector.detect(message.text, { names: [] }))),
    );
    const rows = [
      ...Object.entries(found.types).map(([type, slice]) => row(type, slice)),
      ...Object.entries(found.languages).map(([language, slice]) => row(language, slice)),
      row("**all**", found.overall),
    ];
    expect(rows.filter((expected) => !lines.includes(expected))).toEqual([]);
  });
});
