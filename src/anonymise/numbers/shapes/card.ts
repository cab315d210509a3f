import type { Candidate } from "../candidates/candidate";
import type { Shape } from "./shape";

/** First digits and lengths of the networks (ISO/IEC 7812-1; the networks' own tables). */
const NETWORKS =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6\d{12,18}|35\d{14}|50\d{11,17})$/;
const GROUPINGS =
  /^(?:\d{13,19}|\d{4}-\d{4}-\d{4}-\d{4}(?:-\d{3})?|\d{4}-\d{6}-\d{4,5}|\d{8}-\d{8}|(?:\d-){12,18}\d|\d{4}-\d{4}-\d{4}-\d{1,3})$/;

/** Worth with a check digit that holds: alone, as a part of more figures, or of no known network; and without. */
const VALID = 1.3;
const VALID_PART = 1.05;
const VALID_ELSEWHERE = 0.4;
const MISTYPED = 0.35;

/** A full card number in one of the ways it is written, by the network's prefix and its check digit. */
export const cardShape: Shape = (candidate, reading) => {
  const { compact, digits, grouped, whole } = candidate;
  if (digits < 13) return undefined;
  const known = NETWORKS.test(compact);
  const usual = GROUPINGS.test(grouped);
  // Grouped as nobody else does, it is a card only if nothing of it is left over.
  if (known && passesLuhn(compact)) return whole ? VALID : usual ? VALID_PART : undefined;
  return usual && reading.says("card") ? doubtful(candidate, known) : undefined;
};

/** What a message that speaks of cards may mean by one: with a wrong digit, or of no known network. */
function doubtful({ compact, digits }: Candidate, known: boolean): number | undefined {
  // Numbers of telephones and articles have the same check digit.
  if (!known) return passesLuhn(compact) ? VALID_ELSEWHERE : undefined;
  return digits >= 15 ? MISTYPED : undefined;
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
