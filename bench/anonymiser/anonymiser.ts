/** `npm run bench -- anonymiser`: what the detector of personal data finds, misses and costs. */
import { cpus } from "node:os";
import { SmsDetector } from "../../src/anonymise/sms-detector";
import { report } from "../progress";
import { formatBars, isKept } from "../vault-bars";
import { compareAll, formatComparison } from "./compare";
import { readCorpus, readLines } from "./corpus";
import { HOSTILE_TEXTS } from "./hostile-texts";
import { formatGrowths, growthBar, measureGrowth } from "./linearity";
import { scoreMessage, type MessageScore } from "./message-score";
import { readAnonymiserOptions } from "./options";
import { reportOn, RESAMPLES, SEED } from "./report";
import { formatMistakes, formatReport } from "./score-table";
import { formatSpeed, measureSpeed } from "./speed";

const detector = new SmsDetector();
const detect = (text: string) => detector.detect(text, { names: [] });

/** What was measured, for `--json` and for people. */
interface Outcome {
  readonly results: object;
  readonly text: string;
  readonly kept: boolean;
}

function mistakesOf({ message, missed, falseAlarms }: MessageScore) {
  const { id, lang, text } = message;
  const quote = ({ start, end, type }: { start: number; end: number; type: string }) => {
    return { id, lang, type, start, end, quote: text.slice(start, end) };
  };
  return {
    missed: missed.map((label) => quote(label)),
    falseAlarms: falseAlarms.map((found) => quote(found)),
  };
}

async function score(corpus: string, errors: boolean): Promise<Outcome> {
  const messages = readCorpus(corpus);
  report(`${corpus}: ${String(messages.length)} messages`);
  const scores = messages.map((message) => scoreMessage(message, detect(message.text)));
  const figures = reportOn(scores);
  report("speed ...");
  const speed = await measureSpeed(
    messages.map(({ text }) => text),
    detect,
  );
  const mistakes = errors ? scores.map(mistakesOf) : [];
  const missed = mistakes.flatMap((one) => one.missed);
  const falseAlarms = mistakes.flatMap((one) => one.falseAlarms);
  return {
    results: {
      corpus,
      intervals: { resamples: RESAMPLES, seed: SEED },
      ...figures,
      speed,
      ...(errors ? { missed, falseAlarms } : {}),
    },
    text: [...(errors ? [formatMistakes(scores)] : []), formatReport(figures), formatSpeed(speed)].join(
      "\n\n",
    ),
    kept: true,
  };
}

async function speedOf(file: string): Promise<Outcome> {
  const speed = await measureSpeed(readLines(file), detect);
  return { results: { file, speed }, text: formatSpeed(speed), kept: true };
}

function hostile(): Outcome {
  const now = (): number => performance.now();
  report(`${String(HOSTILE_TEXTS.length)} shapes of text: warming up, then measuring, a minute or two ...`);
  for (const { build } of HOSTILE_TEXTS) detect(build(400));
  const growths = HOSTILE_TEXTS.map((text) => measureGrowth(text, detect, now));
  const bar = growthBar(growths);
  return {
    results: { growths, bars: [{ ...bar, kept: isKept(bar) }] },
    text: `${formatGrowths(growths)}\n\n${formatBars([bar])}`,
    kept: isKept(bar),
  };
}

async function compare(corpus: string): Promise<Outcome> {
  const comparison = await compareAll(readCorpus(corpus), detect);
  return { results: { corpus, comparison }, text: formatComparison(comparison), kept: true };
}

/** @returns Whether the bar on hostile texts is kept; the other figures have none here. */
export async function benchAnonymiser(argv: readonly string[]): Promise<boolean> {
  const options = readAnonymiserOptions(argv);
  let outcome: Outcome;
  if (options.hostile) outcome = hostile();
  else if (options.compare) outcome = await compare(options.corpus);
  else if (options.speed !== undefined) outcome = await speedOf(options.speed);
  else outcome = await score(options.corpus, options.errors);
  const cpu = cpus()[0]?.model ?? "unknown";
  const environment = { node: process.version, cpu, cores: cpus().length };
  const { results, text, kept } = outcome;
  const all = { at: new Date().toISOString(), environment, ...results };
  const heading = `Node ${process.version}, ${String(environment.cores)} x ${cpu}`;
  process.stdout.write(`${options.json ? JSON.stringify(all, null, 2) : `${heading}\n\n${text}`}\n`);
  return kept;
}
