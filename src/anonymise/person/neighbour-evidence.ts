import type { Say } from "../evidence";
import type { Reading } from "../reading/reading";
import type { Manner } from "./manner";
import { BEFORE, BEHIND, beside, hyphenatedTo, usualWord, wordBeside } from "./neighbours";
import type { Word } from "./word";

/** What stands beside a word, as cues and as usual words. */
export function sayNeighbours(word: Word, manner: Manner, say: Say): void {
  sayCues(word, manner, say);
  const { reading, index, group, look } = word;
  sayUsualWord(reading, index - 1, '<"', say, look);
  sayUsualWord(reading, index + 1, '>"', say, look);
  sayUsualWord(reading, index - 2, '<<"', say);
  sayUsualWord(reading, index + 2, '>>"', say);
  const tied = hyphenatedTo(reading, index);
  if (tied === undefined) return;
  say("-", tied);
  say("-", tied, group);
}

function sayCues({ reading, index, look }: Word, { personal, pays, sells }: Manner, say: Say): void {
  const left = beside(reading, index - 1, BEFORE);
  const right = beside(reading, index + 1, BEHIND);
  const leftWord = wordBeside(reading, index - 1, -1, BEFORE);
  const rightWord = wordBeside(reading, index + 1, 1, BEHIND);
  const leftWord2 = wordBeside(reading, index - 2, -1, BEFORE);
  say("<", left);
  say("<", left, look);
  say(">", right);
  say(">", right, look);
  say("<~", leftWord);
  say(">~", rightWord);
  say("<~>~", rightWord, leftWord);
  say("<<~", leftWord2);
  if (sells) {
    say("sells", look);
    say("sells<~", leftWord);
  }
  if (pays) {
    say("pays", look);
  }
  if (personal) {
    say("personal", look);
    say("personal<~", leftWord);
  }
}

function sayUsualWord(reading: Reading, index: number, side: string, say: Say, look?: string): void {
  const word = usualWord(reading, index);
  if (word === undefined) return;
  say(side, word);
  if (look !== undefined) say(side, word, look);
}
