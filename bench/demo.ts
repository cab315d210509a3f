/** `npm run bench -- demo`: what making the demo data costs at each start of the demo, beside copying them. */
import { Command } from "commander";
import { makeDemoData } from "../src/demo/demo-data";
import { toCount } from "./options";
import { report } from "./progress";
import { formatBars, isKept, type Bar } from "./vault-bars";
import { median } from "./vault-rounds";

interface DemoBenchOptions {
  readonly rounds: number;
  readonly json: boolean;
}

/** Where copying takes 8 ms, as on a quiet EPYC core, this is 80 ms: nobody who starts the demo waits for it. */
const MOST_RATIO = 10;
const NOW = new Date("2026-03-01T12:34:56.789Z");

/** @throws Exits with 2 on wrong use. */
function readDemoOptions(argv: readonly string[]): DemoBenchOptions {
  return new Command("bench demo")
    .description("Measures making the demo data, and copying them through JSON, in turn.")
    .option("--rounds <n>", "pairs that are measured, each with a seed of its own", toCount, 15)
    .option("--json", "print the results as JSON", false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" })
    .opts<DemoBenchOptions>();
}

function timed<T>(work: () => T): { readonly ms: number; readonly done: T } {
  const began = performance.now();
  const done = work();
  return { ms: performance.now() - began, done };
}

/** @returns Whether the bar is kept. */
export function benchDemo(argv: readonly string[]): Promise<boolean> {
  const { rounds, json } = readDemoOptions(argv);
  report(`${String(rounds)} rounds ...`);
  const pairs = Array.from({ length: rounds }, (_, seed) => {
    const made = timed(() => makeDemoData(seed, NOW));
    const copied = timed(() => JSON.parse(JSON.stringify(made.done)) as unknown);
    return { madeMs: made.ms, copiedMs: copied.ms };
  });
  const bar: Bar = {
    name: "making the demo data, to copying them (median of the rounds)",
    measured: median(pairs.map(({ madeMs, copiedMs }) => madeMs / copiedMs)),
    bound: MOST_RATIO,
    side: "at most",
    unit: "",
  };
  const kept = isKept(bar);
  const results = { madeMs: median(pairs.map(({ madeMs }) => madeMs)), pairs, bars: [{ ...bar, kept }] };
  process.stdout.write(
    json
      ? `${JSON.stringify(results, null, 2)}\n`
      : `demo data: ${results.madeMs.toFixed(1)} ms\n\n${formatBars([bar])}\n`,
  );
  return Promise.resolve(kept);
}
