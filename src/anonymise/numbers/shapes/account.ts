import type { Reading } from "../../reading/reading";
import { isUpperCase, writtenForm, type Shape } from "./shape";

/** An account, customer, order, booking, policy, case or member number: any code of some length, named by a word beside it. */
export const accountShape: Shape = (candidate, reading) => {
  const { compact, digits, grouped, start, first, whole } = candidate;
  const written = writtenForm(candidate, reading);
  if (!isLikely(compact, digits, written)) return undefined;
  const groups = grouped.split("-").length;
  const signs = [
    [reading.text.charAt(start) === "#", 0.12],
    [/^[A-Z]/.test(compact), 0.06],
    [digits >= 6, 0.05],
    [!whole, -0.06],
    // A national telephone number of eleven figures.
    [/^0[1-9]\d{9}$/.test(compact), -0.35],
    [groups > 5, -0.1],
    [reading.has(first - 1, "account"), 0.05],
    [!reading.has(first - 1, "account") && isNumbered(reading, first), 0.4],
  ] as const;
  return signs.reduce((worth, [holds, adds]) => worth + (holds ? adds : 0), 0.18);
};

const LONGEST = 24;
const MOST_LETTERS = 10;
/** Years, short numbers, words to reply with ("YES-762") and numbers that are hidden already ("XX1234", "X123"); measures ("500mg"). */
const UNLIKELY = /^(?:(?:19|20)\d\d|\d{1,3}|(?:YES|NO|STOP|NEW|SEE)\d.*|XX.*|X\d{3,4})$/;
const MEASURE = /^\d+[a-z]{1,3}$/;

function isLikely(compact: string, digits: number, written: string): boolean {
  const { length } = compact;
  const fewest = isUpperCase(written) && length >= 6 ? 1 : 3;
  if (digits < fewest || length < 4 || length > LONGEST) return false;
  if (MEASURE.test(written) || UNLIKELY.test(compact)) return false;
  const letters = length - digits;
  return letters <= MOST_LETTERS && (letters <= 5 || digits >= 2);
}

const NUMBERING = /^(?:no|nr|nro|num|numero|number|nummer|id|ref|n)$|.{3}(?:nr|nummer)$/;

/** Whether a word like "no." or "Vorgangsnr." stands right before: what is numbered may be any kind of record. */
function isNumbered(reading: Reading, first: number): boolean {
  let at = first - 1;
  while (/^[.:#°]$/.test(reading.word(at))) at--;
  return NUMBERING.test(reading.word(at));
}
