import { matchesOf } from "../../matches";
import { languageBit } from "../../reading/cues";
import type { Reading } from "../../reading/reading";
import type { Claim } from "../../span";
import { skip, type Form } from "./core";

/** Post boxes: "PO Box 412", "Postfach 10 20 30", "P.O. Box 4418-00200", "POBox36504W45WQ". */

export const postBox: Form = (reading, index) => {
  if (!reading.has(index, "postBox") || reading.has(index - 1, "postBox")) return undefined;
  let name = index;
  while (reading.has(name, "postBox")) name++;
  const number = skip(reading, name, /^(?:[.:°]|no?|nr)$/);
  const short = reading.word(index).length <= 2 && number === index + 1;
  if (!isBoxNumber(reading, number) || (short && !isShortBox(reading, index, number))) return undefined;
  return { first: index, last: boxNumberEnd(reading, number), score: short ? 0.62 : 0.9 };
};

const isBoxNumber = (reading: Reading, at: number): boolean =>
  reading.token(at).kind === "NUMBER" || /^[a-z]{1,2}\d{2,5}$/.test(reading.word(at));

const ENGLISH = languageBit("en");
const LONGEST_SHORT_BOX = 4;

/** "CP 28013" is a postcode, and "cp" with a capital at least is a box. */
const isShortBox = (reading: Reading, index: number, number: number): boolean =>
  // In English "BP 120" is a blood pressure.
  reading.languages !== ENGLISH &&
  reading.isCapital(index) &&
  reading.word(number).length <= LONGEST_SHORT_BOX;

const MOST_GROUPS = 4;

/** The last token of "10 20 30", or of "4418-00200" with Kenya's postcode. */
function boxNumberEnd(reading: Reading, number: number): number {
  const last = skip(reading, number + 1, /^\d{1,3}$/, MOST_GROUPS) - 1;
  const code = reading.word(last + 1) === "-" && reading.isGlued(last + 2);
  return code && /^\d{5}$/.test(reading.word(last + 2)) ? last + 2 : last;
}

const BOX_NUMBER = String.raw`\d{1,6}[A-Za-z0-9]{0,16}`;
const BRITISH = String.raw`[ ,-]{1,2}[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Za-z]{2}(?![A-Za-z0-9])`;
const BOX = "(?:BOX|Box|Bx|bx)";

/**
 * A post box as senders of advertisements write it, with what follows in one word: "POBox36504W45WQ", "Box334 SK38XH". "Box 14"
 * alone is one of a form.
 */
const GLUED_BOX = new RegExp(
  String.raw`(?<![A-Za-z!])(?:P\.? ?O\.? ?${BOX}\.? ?${BOX_NUMBER}(?:${BRITISH})?|${BOX}\.?${BOX_NUMBER}(?:${BRITISH})?|${BOX}\.? ${BOX_NUMBER}${BRITISH})`,
  "g",
);

export function gluedBoxes({ text }: Reading): Claim[] {
  return matchesOf(GLUED_BOX, text).map(({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    type: "ADDRESS" as const,
    score: 0.75,
  }));
}
