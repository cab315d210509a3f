import type { Say } from "../evidence";
import { GIVEN_SPREAD, Lexicon, RANK, SPELLING, SURNAME_SPREAD } from "../lexicon/lexicon";
import { languageBit } from "../reading/cues";
import { nameLikeness } from "./likeness";
import { OWN, strongestCue } from "./neighbours";
import type { Word } from "./word";

const LISTS = ["PLACE", "BRAND", "FAMOUS", "CALENDAR", "NOUN", "PHRASE"] as const;
const GERMAN = languageBit("de");
const SHORTEST = 4;

/** What lists know of a word, and what it says itself as a cue. */
export function sayLists(word: Word, say: Say): void {
  const { reading, index, kind, letters, look } = word;
  for (const list of LISTS) {
    if (!reading.isListed(index, Lexicon[list])) continue;
    say("listed", list);
    say("listed", list, kind);
  }
  // German writes every noun with a capital.
  if ((reading.languages & GERMAN) !== 0) say("German", look);
  const own = strongestCue(reading.cues(index), OWN);
  if (own !== undefined) say("=", own, letters);
  if (reading.word(index).length < SHORTEST) say("short", kind);
  sayUsualness(word, say);
  sayNames(word, say);
}

function sayUsualness({ reading, index, kind, look, shape }: Word, say: Say): void {
  const rank = String(reading.grade(index, RANK));
  const spelling = String(reading.grade(index, SPELLING));
  say("rank", rank, kind);
  say("rank", rank, look);
  say("spelling", spelling, shape);
}

/** How widely it is a name, or, if it is none, how much its letters look like one. */
function sayNames({ reading, index, kind, group, letters }: Word, say: Say): void {
  if (group === "N") {
    const likeness = String(nameLikeness(reading.word(index)));
    say("like a name", likeness);
    say("like a name", likeness, letters);
    return;
  }
  const given = String(reading.grade(index, GIVEN_SPREAD));
  const family = String(reading.grade(index, SURNAME_SPREAD));
  say("given", given, kind);
  say("given", given, letters);
  say("family", family, given);
}
