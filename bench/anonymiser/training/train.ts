/** `npm run anonymiser:train`: learns the weights of the evidence for names from the labelled messages that are not held back. */
import { writeFileSync } from "node:fs";
import { report } from "../../progress";
import { readCorpus } from "../corpus";
import { examplesOf } from "./examples";
import { learnLikeness } from "./learn-likeness";
import { learnWeights } from "./logistic-regression";

const CORPUS = "test/anonymise/corpus/tuning.jsonl";
const PERSON = "src/anonymise/person";

if (process.argv.includes("--likeness")) {
  writeFileSync(`${PERSON}/likeness.json`, `${JSON.stringify({ trigrams: learnLikeness() })}\n`);
  report(`${PERSON}/likeness.json is written: build, then train without --likeness.`);
} else {
  const examples = examplesOf(readCorpus(CORPUS));
  report(
    `${String(examples.length)} words, ${String(examples.filter(({ isName }) => isName).length)} of them names`,
  );
  const weights = learnWeights(examples);
  const sorted = Object.fromEntries(Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(`${PERSON}/weights.json`, `${JSON.stringify(sorted, null, 1)}\n`);
  report(`${PERSON}/weights.json: ${String(Object.keys(weights).length)} weights`);
}
