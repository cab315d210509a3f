import { possibilities, sayOf } from "../../../src/anonymise/numbers/numbers";
import { Reading } from "../../../src/anonymise/reading/reading";
import { claimsBesideNumbers } from "../../../src/anonymise/sms-detector";
import type { LabelledMessage } from "../corpus";
import { alteredCopy } from "./altered-copy";
import { featuresOf, type Example } from "./example";
import { otherCode } from "./other-codes";
import { seededRandom } from "./seeded-random";

/** How much of the longer of the two a label and a candidate have in common, to be the same. */
const SAME = 0.8;
/** What a part of a label, or more than it, counts as an example of what is none: some are found in the label's place. */
const PARTLY = 0.3;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

const shared = (a: Stretch, b: Stretch): number =>
  (Math.min(a.end, b.end) - Math.max(a.start, b.start)) /
  (Math.max(a.end, b.end) - Math.min(a.start, b.start));

/** What an altered copy counts, beside what somebody wrote. */
const ALTERED = 0.3;

/**
 * Every number and code of the messages, as each type that its form allows, and of altered copies: with other one-time codes
 * in the place of those labelled, so that an unusual grouping says little beside the words.
 */
export function numberExamplesOf(messages: readonly LabelledMessage[]): Example[] {
  const random = seededRandom(54_321);
  return messages.flatMap((message) => {
    const written = examplesIn(message, 1);
    if (!message.spans.some(({ type }) => type === "OTP")) return written;
    const copy = alteredCopy(message, (code, type) => (type === "OTP" ? otherCode(code, random) : code));
    return [...written, ...examplesIn(copy, ALTERED)];
  });
}

function examplesIn({ text, spans, ignore }: LabelledMessage, weight: number): Example[] {
  const reading = new Reading(text);
  return possibilities(reading, claimsBesideNumbers(reading)).flatMap((possibility) => {
    const { candidate } = possibility.surroundings;
    const place = {
      start: reading.sourceOffset(candidate.start),
      end: reading.sourceOffset(candidate.end),
    };
    if (ignore.some((one) => shared(one, place) > 0)) return [];
    const label = spans.find((span) => shared(span, place) >= SAME);
    const partly = label === undefined && spans.some((span) => shared(span, place) > 0);
    const features = featuresOf((say) => {
      sayOf(possibility, say);
    });
    const holds = label?.type === possibility.type.type;
    return [{ features, holds, weight: partly ? weight * PARTLY : weight }];
  });
}
