import type { Reading } from "../../reading/reading";

/** Whether a token is the first of a line: addresses on labels have a line for each part, and no commas. */
export function startsLine(reading: Reading, index: number): boolean {
  const { start } = reading.token(index);
  const { end } = reading.token(index - 1);
  return end >= 0 && start > end && reading.text.slice(end, start).includes("\n");
}
