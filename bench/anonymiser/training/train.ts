/**
 * `npm run anonymiser:train`: learns the weights of the evidence for numbers, then for names, from the labelled messages that are
 * not held back. Numbers come first: names are looked for in what numbers leave.
 */
import { writeFileSync } from "node:fs";
import { report } from "../../progress";
import { readCorpus } from "../corpus";
import type { Example } from "./example";
import { learnLikeness } from "./learn-likeness";
import { learnWeights } from "./logistic-regression";
import { nameExamplesOf } from "./name-examples";
import { numberExamplesOf } from "./number-examples";

const CORPUS = "test/anonymise/corpus/tuning.jsonl";
const ROOM = "src/anonymise";

/** The penalties, by cross-validation. */
const PENALTY_OF_NUMBERS = 1;
const PENALTY_OF_NAMES = 1.5;

function learn(file: string, examples: readonly Example[], penalty: number): void {
  const held = examples.filter(({ holds }) => holds).length;
  report(`${String(examples.length)} examples, ${String(held)} of them hold`);
  const weights = learnWeights(examples, penalty);
  const text = JSON.stringify(weights, null, 1);
  writeFileSync(file, `${text}\n`);
  report(`${file}: ${String(text.split("\n").length)} lines`);
}

function learnNames(): void {
  learn(`${ROOM}/person/weights.json`, nameExamplesOf(readCorpus(CORPUS)), PENALTY_OF_NAMES);
}

function learnNumbers(): void {
  learn(`${ROOM}/numbers/weights.json`, numberExamplesOf(readCorpus(CORPUS)), PENALTY_OF_NUMBERS);
}

function learnTrigrams(): void {
  const file = `${ROOM}/person/likeness.json`;
  writeFileSync(file, `${JSON.stringify({ trigrams: learnLikeness() })}\n`);
  report(`${file} is written: build, then train the rest`);
}

const LESSONS: Readonly<Record<string, () => void>> = {
  "--likeness": learnTrigrams,
  "--numbers": learnNumbers,
  "--names": learnNames,
};

const lesson = LESSONS[process.argv[2] ?? ""];
if (lesson === undefined) throw new Error(`one of ${Object.keys(LESSONS).join(", ")} is needed`);
lesson();
