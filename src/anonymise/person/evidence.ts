import type { Say } from "../evidence";
import type { Reading } from "../reading/reading";
import { sayLists } from "./list-evidence";
import type { Manner } from "./manner";
import { sayNeighbours } from "./neighbour-evidence";
import { wordOf, type Word } from "./word";

/**
 * Says what speaks for or against a word being a person's name; the weights are in `weights.json`.
 *
 * `G`, `S` and `N` are given names, family names and other words; `<` stands before, `>` behind, `~` over marks between,
 * `=` the word itself.
 */
export function sayEvidence(reading: Reading, index: number, manner: Manner, say: Say): void {
  const word = wordOf(reading, index, manner);
  const { kind, group } = word;
  say("class", kind);
  say("class", group);
  sayNeighbours(word, manner, say);
  sayLists(word, say);
  saySpelling(word, say);
  sayMessage(word, manner, say);
}

/** The word itself, its start and its endings: "-ito", "-ova", "-heit" tell names from words where no list does. */
function saySpelling({ reading, index, group }: Word, say: Say): void {
  const word = reading.word(index);
  say("word", word);
  say("starts", word.slice(0, 3), group);
  say("ends", word.slice(-2), group);
  say("ends", word.slice(-3), group);
}

/** What the message as a whole makes likely. */
function sayMessage({ look, shape }: Word, { capitals, topics }: Manner, say: Say): void {
  say("capitals", capitals);
  say("capitals", capitals, shape);
  for (const topic of topics) say("on", topic, look);
}
