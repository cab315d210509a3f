import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./compiled";

/** One message as the file to import has it. */
export interface UciMessage {
  readonly id: string;
  readonly number: string;
  readonly sentAt: string;
  readonly text: string;
}

/**
 * Where the SMS Spam Collection lies (T. A. Almeida, J. M. Gómez Hidalgo, 2011): 5,574 real texts of real people, which is
 * why it is not in this repository. Null, said aloud, where it is not at hand.
 */
export function findUciCollection(): string | null {
  const path = process.env["FIELDWARD_TEST_UCI"] ?? join(ROOT, "../shared/data/uci-sms-spam-collection.tsv");
  if (existsSync(path)) return path;
  process.stderr.write("\nNo FIELDWARD_TEST_UCI: the import of real texts is not tested.\n\n");
  return null;
}

const FIRST_MS = Date.parse("2026-01-01T00:00:00Z");
const NUMBERS = 1_100;

/** Gives each text an id, a date and one of 1,100 numbers of the range 555-01xx, which is kept for fiction. */
export function readUciCollection(path: string): UciMessage[] {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line, i) => {
    const subscriber = (i * 7_919) % NUMBERS;
    const area = 200 + Math.floor(subscriber / 100);
    return {
      id: `uci-${String(i)}`,
      number: `+1${String(area)}55501${String(subscriber % 100).padStart(2, "0")}`,
      sentAt: new Date(FIRST_MS + i * 60_000).toISOString(),
      text: line.slice(line.indexOf("\t") + 1).replace(/\r$/, ""),
    };
  });
}

/** The messages as tab-separated values without a header: id, number, date, text. */
export function toTsv(messages: readonly UciMessage[]): string {
  return messages
    .map(({ id, number, sentAt, text }) => `${[id, number, sentAt, text].join("\t")}\n`)
    .join("");
}
