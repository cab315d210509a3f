/** `npm run bench`: Fieldward and the same work unprotected, measured in turn; `npm run bench -- vault`, `-- rotation`, `-- sign-in`, `-- anonymiser` and `-- demo`: see there. */
import { benchAnonymiser } from "./anonymiser/anonymiser";
import { loadBaseline, startBaseline } from "./baseline";
import { endChildren } from "./child-process";
import { Dataset } from "./data";
import { readDatabaseNotes } from "./database-notes";
import { findDisagreement } from "./agreement";
import { benchDemo } from "./demo";
import { loadFieldward, startFieldward } from "./fieldward";
import { fill } from "./fill";
import { LoadClient } from "./load/load-client";
import { compare, type Comparison } from "./measure";
import { readOptions, type BenchOptions } from "./options";
import { report } from "./progress";
import { requestBodies, type BenchQuery } from "./queries";
import { describeEnvironment, formatResults, type BenchResults } from "./results";
import type { RunningServer, Target } from "./target";
import { benchRotation } from "./rotation/rotation";
import { benchSignIn } from "./sign-in";
import { benchVault } from "./vault";

const BASELINE: Target = { name: "baseline", load: loadBaseline, start: startBaseline };
const FIELDWARD: Target = { name: "fieldward", load: loadFieldward, start: startFieldward };

const REQUESTS_IN_TURN = 4_096;
const REQUESTS_COMPARED = 64;

/** @returns The seconds it took, or null if the rows were there. */
async function load(target: Target, dataset: Dataset, options: BenchOptions): Promise<number | null> {
  const startedAt = Date.now();
  const { fingerprint } = dataset;
  const sink = await target.load({ mysqlUrl: options.url, fingerprint, reload: options.reload });
  if (sink === undefined) {
    report(`${target.name}: the data is there already`);
    return null;
  }
  await fill(sink, dataset, target.name);
  const seconds = (Date.now() - startedAt) / 1_000;
  report(`${target.name}: loaded in ${seconds.toFixed(1)} s`);
  return seconds;
}

interface Sides {
  readonly baseline: RunningServer;
  readonly fieldward: RunningServer;
}

async function startSides(target: Target, options: BenchOptions): Promise<Sides> {
  const { url: mysqlUrl, nodeFlags, profile } = options;
  const profileFlags = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const baseline = await BASELINE.start({ mysqlUrl, nodeFlags });
  const fieldward = await target.start({ mysqlUrl, nodeFlags: [...nodeFlags, ...profileFlags] });
  return { baseline, fieldward };
}

/** @throws Error that shows where the answers part. */
async function requireAgreement(sides: Sides, query: BenchQuery, bodies: readonly string[]): Promise<void> {
  const disagreement = await findDisagreement(
    sides.baseline,
    sides.fieldward,
    bodies.slice(0, REQUESTS_COMPARED),
  );
  if (disagreement !== undefined) throw new Error(`${query.name}: the answers differ.\n${disagreement}`);
}

async function measureAll(sides: Sides, dataset: Dataset, options: BenchOptions): Promise<Comparison[]> {
  const client = new LoadClient();
  const comparisons: Comparison[] = [];
  try {
    for (const query of options.queries) {
      const bodies = requestBodies(query, dataset, REQUESTS_IN_TURN);
      await requireAgreement(sides, query, bodies);
      for (const clients of options.clients) {
        report(`${query.name}, ${query.title}, ${String(clients)} clients ...`);
        const plan = {
          query: query.name,
          rounds: options.rounds,
          bodies,
          clients,
          warmUpMs: options.warmUpSeconds * 1_000,
          measureMs: options.seconds * 1_000,
        };
        comparisons.push(await compare(client, sides.baseline, sides.fieldward, plan));
      }
      await requireAgreement(sides, query, bodies);
    }
  } finally {
    client.stop();
  }
  return comparisons;
}

async function run(options: BenchOptions): Promise<BenchResults> {
  const { customers, messages, seed, seconds, rounds } = options;
  const target = options.self ? BASELINE : FIELDWARD;
  const dataset = new Dataset({ customers, messages, seed });
  const loadSeconds = {
    baseline: await load(BASELINE, dataset, options),
    fieldward: options.self ? null : await load(target, dataset, options),
  };
  const { version, warnings } = await readDatabaseNotes(options.url);
  for (const warning of warnings) report(`Note: ${warning}`);
  const sides = await startSides(target, options);
  try {
    return {
      at: new Date().toISOString(),
      environment: describeEnvironment(version, options),
      data: dataset.parameters,
      seconds,
      rounds,
      loadSeconds,
      comparisons: await measureAll(sides, dataset, options),
    };
  } finally {
    await Promise.all([sides.baseline.stop(), sides.fieldward.stop()]);
  }
}

/** Benches with bars of their own; each says whether they are kept. */
const BENCHES: ReadonlyMap<string, (argv: readonly string[]) => Promise<boolean>> = new Map([
  ["anonymiser", benchAnonymiser],
  ["demo", benchDemo],
  ["rotation", benchRotation],
  ["sign-in", benchSignIn],
  ["vault", benchVault],
]);

async function main(): Promise<void> {
  const [, , first = "", ...rest] = process.argv;
  const bench = BENCHES.get(first);
  if (bench !== undefined) {
    process.exitCode = (await bench(rest)) ? 0 : 1;
    return;
  }
  const options = readOptions(process.argv);
  const results = await run(options);
  process.stdout.write(`${options.json ? JSON.stringify(results, null, 2) : formatResults(results)}\n`);
}

let ending = false;

/** Ends the children, then the runner; only the first call counts. */
async function end(exitCode: number, reason?: string): Promise<void> {
  if (ending) return;
  ending = true;
  if (reason !== undefined) report(reason);
  await endChildren();
  process.exit(exitCode);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end(130));

main().catch((error: unknown) => end(1, error instanceof Error ? error.message : String(error)));
