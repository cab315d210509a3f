import { Lexicon } from "../lexicon/lexicon";
import { languageBit } from "../reading/cues";
import type { Reading } from "../reading/reading";
import type { LetterCase } from "../reading/tokens";
import { nameLikeness } from "./likeness";
import type { Manner } from "./manner";
import { BEFORE, BEHIND, OWN, beside, hyphenatedTo, strongestCue, usualWord, wordBeside } from "./neighbours";
import { nameGroup, wordClass, type NameGroup, type WordClass } from "./word-class";

/**
 * What speaks for or against a word being a person's name, as names of features; their weights are in `weights.json`.
 *
 * `G`, `S` and `N` are given names, family names and other words; `T`, `U`, `l`, `O` and `S` the case (title, upper, lower,
 * other; all shouted); `<` stands before, `>` behind, `~` over marks between, `=` the word itself.
 */
export function evidence(reading: Reading, index: number, manner: Manner): string[] {
  const kind = wordClass(reading, index);
  const group = nameGroup(kind);
  const letters = manner.shouts ? "S" : CASES[reading.token(index).letterCase];
  return [
    ...ofNeighbours(reading, index, kind, `${group}${letters}`, group, manner),
    ...ofLists(reading, index, kind, letters),
    ...ofWords(reading, index, group),
    kind,
    group,
    letters,
    `${kind}.${letters}`,
  ];
}

const CASES: Readonly<Record<LetterCase, string>> = {
  NONE: "-",
  LOWER: "l",
  TITLE: "T",
  UPPER: "U",
  OTHER: "O",
};

function ofNeighbours(
  reading: Reading,
  index: number,
  kind: WordClass,
  look: string,
  group: NameGroup,
  { personal, sells }: Manner,
): string[] {
  const left = beside(reading, index - 1, BEFORE);
  const right = beside(reading, index + 1, BEHIND);
  const leftWord = wordBeside(reading, index - 1, -1, BEFORE);
  const rightWord = wordBeside(reading, index + 1, 1, BEHIND);
  const leftWord2 = wordBeside(reading, index - 2, -1, BEFORE);
  return [
    `<${left}`,
    `>${right}`,
    `<~${leftWord}`,
    `>~${rightWord}`,
    `<<~${leftWord2}`,
    `${look}<${left}`,
    `${look}>${right}`,
    `${look}<~${leftWord}`,
    `${look}>~${rightWord}`,
    `${kind}<~${leftWord}`,
    `${kind}>~${rightWord}`,
    `${group}<<~${leftWord2}`,
    `<~${leftWord}>~${rightWord}`,
    ...(sells ? [`sells.${look}`, `sells<~${leftWord}`] : []),
    ...(personal ? [`personal.${look}`, `personal<~${leftWord}`] : []),
  ];
}

const LISTS = ["PLACE", "BRAND", "FAMOUS", "CALENDAR", "NOUN", "PHRASE"] as const;
const GERMAN = languageBit("de");
const SHORTEST = 4;

function ofLists(reading: Reading, index: number, kind: WordClass, letters: string): string[] {
  const group = nameGroup(kind);
  const features: string[] = [];
  for (const list of LISTS)
    if (reading.isListed(index, Lexicon[list])) features.push(list, `${list}.${kind}`);
  if (group === "G") {
    const spread = reading.isListed(index, Lexicon.WIDELY) ? "widely" : "seldom";
    features.push(`${spread}.${letters}`, `${spread}.${kind}`);
    if (reading.isListed(index, Lexicon.SURNAME)) features.push("both");
  }
  if (group === "N") {
    const likeness = nameLikeness(reading.word(index));
    features.push(`like.${likeness}`, `like.${likeness}.${letters}`);
  }
  // German writes every noun with a capital.
  if ((reading.languages & GERMAN) !== 0) features.push(`de.${group}.${letters}`);
  const own = strongestCue(reading.cues(index), OWN);
  if (own !== undefined) features.push(`=${own}`, `=${own}.${letters}`);
  if (reading.word(index).length < SHORTEST) features.push(`short.${kind}`);
  return features;
}

function ofWords(reading: Reading, index: number, group: NameGroup): string[] {
  const before = usualWord(reading, index - 1);
  const after = usualWord(reading, index + 1);
  const tied = hyphenatedTo(reading, index);
  return [
    ...(before === undefined ? [] : [`<"${before}"`]),
    ...(after === undefined ? [] : [`>"${after}"`]),
    ...(tied === undefined ? [] : [`-${tied}`, `${group}-${tied}`]),
  ];
}
