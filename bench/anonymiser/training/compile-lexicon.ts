/** `npm run anonymiser:lexicon`: compiles the word lists of `src/anonymise/lexicon` into the one file that the detector reads. */
import { writeFileSync } from "node:fs";
import { givenBySpread, surnamesBySpread } from "./name-lists";
import { usualWords, wordsByRank, wordsBySpelling } from "./usual-words";
import { foldedList } from "./word-files";

const FILE = "src/anonymise/lexicon/lexicon.json";

const joined = (words: Iterable<string>): string => [...new Set(words)].sort().join("|");

/** Brands that are persons' names are known as brands only in full: "Paul Smith", not "Paul". */
const brandsOfNames = foldedList("brands-of-persons-names").filter((name) => /[ ']/.test(name));

const lexicon = {
  words: usualWords().map(joined),
  ranks: wordsByRank().map(joined),
  spelling: wordsBySpelling().map(joined),
  given: givenBySpread().map(joined),
  surnames: surnamesBySpread().map(joined),
  places: joined(foldedList("places")),
  brands: joined([...foldedList("brands"), ...brandsOfNames]),
  famous: [joined(foldedList("famous")), joined(foldedList("teams-titles"))].join("|"),
  calendar: joined(foldedList("calendar")),
  nouns: joined(foldedList("capitalised-nouns")),
};

const text = `${JSON.stringify(lexicon)}\n`;
writeFileSync(FILE, text);
process.stderr.write(`${FILE}: ${String(Math.round(text.length / 1_024))} KiB\n`);
