import lexicon from "../../../src/anonymise/lexicon/lexicon.json";
import { sayEvidence } from "../../../src/anonymise/person/evidence";
import { mannerOf } from "../../../src/anonymise/person/manner";
import { mayBeName } from "../../../src/anonymise/person/person";
import { Reading } from "../../../src/anonymise/reading/reading";
import { structuredClaims } from "../../../src/anonymise/sms-detector";
import type { LabelledMessage } from "../corpus";
import { alteredCopy } from "./altered-copy";
import { featuresOf, type Example } from "./example";
import { drawn, seededRandom, type Random } from "./seeded-random";
import { entriesOf } from "./word-files";

/** Altered copies count less than what somebody wrote; those in lower case least. */
const ALTERED = 0.15;
const LOWERED = 0.075;
const SWAPS = 2;

/**
 * Every word that may be a name, of the messages and of altered copies: with other names of the lists in the place of
 * those labelled, and in lower case (not German, where capitals are grammar), so that what is learned is the surroundings.
 */
export function nameExamplesOf(messages: readonly LabelledMessage[]): Example[] {
  const random = seededRandom(12_345);
  return messages.flatMap((message) => {
    const named = message.spans.some(({ type }) => type === "PERSON");
    const swapped = (): LabelledMessage =>
      named
        ? alteredCopy(message, (written, type) => (type === "PERSON" ? otherName(written, random) : written))
        : message;
    return [
      ...examplesIn(message, 1),
      ...(named ? Array.from({ length: SWAPS }, () => examplesIn(swapped(), ALTERED)).flat() : []),
      ...(message.lang === "de" ? [] : examplesIn(inLowerCase(swapped()), LOWERED)),
    ];
  });
}

function examplesIn({ text, spans, ignore }: LabelledMessage, weight: number): Example[] {
  const reading = new Reading(text);
  const claimed = structuredClaims(reading);
  const manner = mannerOf(reading, claimed);
  return reading.tokens.flatMap((token, index) => {
    const over = (spanned: { start: number; end: number }): boolean =>
      spanned.start < reading.sourceOffset(token.end) && spanned.end > reading.sourceOffset(token.start);
    const taken = claimed.some(({ start, end }) => start < token.end && end > token.start);
    if (taken || !mayBeName(reading, index) || ignore.some(over)) return [];
    const isName = spans.some((span) => span.type === "PERSON" && over(span));
    // "van", "de": whether they belong to a name is not theirs to say.
    if (isName && reading.has(index, "particle") && token.word.length <= 3) return [];
    const features = featuresOf((say) => {
      sayEvidence(reading, index, manner, say);
    });
    return [{ features, holds: isName, weight }];
  });
}

const KEPT = /^(?:de|van|der|den|von|del|la|da|do|dos|di|el|al|ji|bin|ter|ten|mr|mrs|st)$/i;
const GIVEN = entriesOf(lexicon.given);
const SURNAMES = entriesOf(lexicon.surnames);

/** The first word becomes another given name, the others become other surnames, in the case of what they replace. */
function otherName(written: string, random: Random): string {
  let count = 0;
  return written.replace(/\p{L}{2,}/gu, (word) => {
    if (KEPT.test(word)) return word;
    const list = count++ === 0 ? GIVEN : SURNAMES;
    return inCaseOf(drawn(list, random) ?? word, word);
  });
}

function inCaseOf(name: string, like: string): string {
  if (/^[a-z]/.test(like)) return name;
  if (like === like.toUpperCase()) return name.toUpperCase();
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function inLowerCase(message: LabelledMessage): LabelledMessage {
  const text = message.text.toLowerCase();
  return text.length === message.text.length ? { ...message, text } : message;
}
