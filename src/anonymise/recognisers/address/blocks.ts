import type { Reading } from "../../reading/reading";
import type { Form } from "./core";
import { isNeverName } from "./names";
import { houseNumberEnd } from "./numbers";

const BLOCK = /^(?:blk|block)$/;
const MOST_BLOCK_WORDS = 6;
const SEATS = /^(?:row|seats?|gate|section|door|aisle|level)$/;

/** "Blk 331 Tampines St 33", "Blk 78 Toa Payoh Lor 4": blocks of Singapore, on a street with a name or a number. */
export const blockStreet: Form = (reading, index) => {
  if (!BLOCK.test(reading.word(index))) return undefined;
  const number = reading.word(index + 1) === "." ? index + 2 : index + 1;
  const from = number + 1;
  if (houseNumberEnd(reading, number) === undefined) return undefined;
  let at = from;
  while (at < from + MOST_BLOCK_WORDS && isBlockWord(reading, at)) at++;
  if (at > from && /^[1-9]\d?[a-e]?$/.test(reading.word(at))) return { first: index, last: at, score: 0.95 };
  const kind = reading.has(at - 1, "streetAfter") && at > from + 1;
  return kind ? { first: index, last: at - 1, score: 0.95 } : undefined;
};

const isBlockWord = (reading: Reading, at: number): boolean =>
  reading.token(at).kind === "WORD" &&
  (reading.isCapital(at) || !reading.isOrdinary(at)) &&
  !SEATS.test(reading.word(at)) &&
  !isNeverName(reading, at);
