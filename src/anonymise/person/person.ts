import { chanceOf, Scales } from "../evidence";
import { Lexicon, RANK } from "../lexicon/lexicon";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";
import { sayEvidence } from "./evidence";
import { mannerOf, type Manner } from "./manner";
import { nameSpan } from "./name-span";
import { BEFORE, wordBeside } from "./neighbours";
import weights from "./weights.json";
import { wordClass } from "./word-class";

const SCALES = new Scales(weights);

/** Above this a word is a name by itself. */
const SURE = 0.45;

/** Names of persons: each word's evidence is weighed (logistic regression), then names that stand together are joined. */
export function recognisePersons(reading: Reading, claimed: readonly Claim[]): Claim[] {
  const chances = nameChances(reading, claimed);
  const claims: Claim[] = [];
  let earliest = 0;
  for (let index = 0; index < chances.length; index++) {
    const chance = chances[index] ?? 0;
    if (chance < SURE) continue;
    const { first, last } = nameSpan(reading, chances, index, earliest);
    claims.push({
      start: reading.token(first).start,
      end: reading.token(last).end,
      type: "PERSON",
      score: chance,
    });
    index = last;
    earliest = last + 1;
  }
  return claims;
}

/** How likely each token is a name, 0 to 1. */
function nameChances(reading: Reading, claimed: readonly Claim[]): Float64Array {
  const chances = new Float64Array(reading.tokens.length);
  const manner = mannerOf(reading, claimed);
  let claim = 0;
  reading.tokens.forEach(({ start, end }, index) => {
    while ((claimed[claim]?.end ?? Infinity) <= start) claim++;
    const taken = (claimed[claim]?.start ?? Infinity) < end;
    if (!taken && mayBeName(reading, index)) chances[index] = nameChance(reading, index, manner);
  });
  return chances;
}

function nameChance(reading: Reading, index: number, manner: Manner): number {
  const odds = SCALES.weigh((say) => {
    sayEvidence(reading, index, manner, say);
  });
  const chance = chanceOf(odds);
  return isTitled(reading, index) || isInitialled(reading, index) ? Math.max(chance, TITLED) : chance;
}

/** "J. Smith": hardly anything else than a name follows an initial with its dot. */
const isInitialled = (reading: Reading, index: number): boolean =>
  reading.isCapital(index) &&
  reading.isListed(index, Lexicon.SURNAME) &&
  !reading.isListed(index, Lexicon.PHRASE | Lexicon.BRAND) &&
  reading.word(index - 1) === "." &&
  reading.word(index - 2).length === 1 &&
  reading.isCapital(index - 2);

/** What a title or an initial before a capital word is worth at least. */
const TITLED = 0.8;

/** "Mr van den Berg", "Frau Ö.": a title makes a name of what no list knows as something else ("Dr Pepper"). */
function isTitled(reading: Reading, index: number): boolean {
  if (!reading.isCapital(index) || reading.isListed(index, Lexicon.PHRASE | Lexicon.BRAND)) return false;
  const usual = reading.isOrdinary(index) && !reading.isListed(index, Lexicon.GIVEN | Lexicon.SURNAME);
  return !usual && wordBeside(reading, index - 1, -1, BEFORE) === "title";
}

const ABBREVIATION = 3;

/**
 * Whether a word can be a name at all: no number, no single letter, no usual word in lower case but a given name that is not among
 * the most usual ("grace", but not "will"), no usual word whose capital is that of a sentence.
 */
export function mayBeName(reading: Reading, index: number): boolean {
  const { kind, letterCase, word } = reading.token(index);
  if (kind !== "WORD" || word.length < 2) return false;
  // "IP", "NI": short capitals are abbreviations, unless the name is a common one.
  if (letterCase === "UPPER" && word.length <= ABBREVIATION) return reading.isListed(index, Lexicon.WIDELY);
  const known = wordClass(reading, index);
  if (letterCase !== "LOWER") return known !== "word" || !startsSentence(reading, index);
  if (known === "givenWord") return reading.grade(index, RANK) < MOST_USUAL;
  return known !== "surnameWord" && known !== "word" && known !== "rare";
}

const MOST_USUAL = 5;

const startsSentence = (reading: Reading, index: number): boolean =>
  index === 0 || reading.endsSentence(index - 1);
