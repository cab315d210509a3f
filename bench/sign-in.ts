/** `npm run bench -- sign-in`: what a storm of sign-ins does to the reads of others. */
import { setTimeout as later } from "node:timers/promises";
import { Command, Option } from "commander";
import { Staff } from "../src/domain/staff";
import { makeLog, openFieldward } from "../src/main";
import { Dataset } from "./data";
import { DEFAULT_URL, toCount, toUrl } from "./options";
import { report } from "./progress";
import { GraphqlClient } from "./rotation/graphql-client";
import type { Window } from "./rotation/job";
import { ENGINES, type Engine } from "./rotation/options";
import { makePlace, type Place } from "./rotation/place";
import { ReaderClient } from "./rotation/reader-client";
import { fillPlace, startServing } from "./rotation/serving";
import { formatBars, isKept, type Bar } from "./vault-bars";

interface SignInBenchOptions {
  readonly engine: Engine;
  readonly logins: number;
  readonly perSecond: number;
  readonly clients: number;
  readonly seconds: number;
  readonly url: string;
  readonly json: boolean;
}

interface SignInResults {
  readonly engine: Engine;
  readonly alone: { readonly p50Ms: number; readonly p99Ms: number };
  readonly storm: { readonly p50Ms: number; readonly p99Ms: number };
  readonly failedReads: number;
  /** How many sign-ins were answered with what. */
  readonly logins: Readonly<Record<string, number>>;
  readonly stormSeconds: number;
  readonly bars: readonly (Bar & { readonly kept: boolean })[];
}

const MOST_RATIO = 3;
const WARM_UPS = 4;
const CUSTOMERS = 400;
const PASSWORD = "quiet violet harbours";

/** @throws Exits with 2 on wrong use. */
function readSignInOptions(argv: readonly string[]): SignInBenchOptions {
  return new Command("bench sign-in")
    .description("Measures reads alone, and while many sign in at once.")
    .addOption(new Option("--engine <name>", "database").choices([...ENGINES]).default("mariadb" as const))
    .option("--logins <n>", "sign-ins at once", toCount, 200)
    .option("--per-second <n>", "reads sent each second", toCount, 60)
    .option("--clients <n>", "connections that read", toCount, 8)
    .option("--seconds <n>", "reading alone, and the longest storm", toCount, 20)
    .option("--json", "print the results as JSON", false)
    .addOption(
      new Option("--url <url>", "server for the run on MariaDB")
        .argParser(toUrl)
        .default(DEFAULT_URL)
        .env("FIELDWARD_BENCH_URL"),
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" })
    .opts<SignInBenchOptions>();
}

const emailOf = (i: number): string => `storm.${String(i)}@staff.example.com`;

/** Adds people who have one password: it is hashed once, since so many hashes would take a minute. */
async function addStaff({ settings }: Place, count: number): Promise<void> {
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  try {
    const { accounts } = fieldward.services;
    const person = { name: "Bench Person", role: "reader", trainedUntil: null };
    const { data } = fieldward.databases;
    const first = await accounts.addStaff({ ...person, email: emailOf(0), password: PASSWORD });
    const { passwordHash } = await data.reader.manager.findOneByOrFail(Staff, { id: first });
    for (let i = 1; i < count; i += 1)
      await accounts.addStaff({ ...person, email: emailOf(i), password: null });
    await data.write((manager) => manager.update(Staff, { role: "reader" }, { passwordHash }));
  } finally {
    await fieldward.close();
  }
}

async function signIn(client: GraphqlClient, i: number): Promise<string> {
  const query =
    "mutation Storm($e: String!, $p: String!) { login(email: $e, password: $p) { session { expiresAt } } }";
  try {
    const { status } = await client.send(
      JSON.stringify({ query, variables: { e: emailOf(i), p: PASSWORD } }),
    );
    return status === 200 ? "signed in" : status === 429 ? "sent away" : `status ${String(status)}`;
  } catch {
    return "no answer in time";
  }
}

/** All at once; those who are sent away are not sent again. */
async function storm(url: string, { logins }: SignInBenchOptions): Promise<Record<string, number>> {
  const client = new GraphqlClient({ url, headers: {} }, logins);
  const outcomes = await Promise.all(Array.from({ length: logins }, (_, i) => signIn(client, i)));
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function percentiles({ latenciesMs }: Window) {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function measure(
  url: string,
  readers: ReaderClient,
  options: SignInBenchOptions,
): Promise<SignInResults> {
  await readers.read(options.perSecond);
  // Warm on both sides: a server that nobody has signed in to yet compiles while the first ones do.
  for (let i = 0; i < WARM_UPS; i += 1) await storm(url, { ...options, logins: 5 });
  await later(2_000);
  await readers.window();
  report("reads alone ...");
  await later(options.seconds * 1_000);
  const alone = await readers.window();
  report(`${String(options.logins)} sign-ins at once ...`);
  const began = performance.now();
  // The window is that of the storm: it ends with the last answer, or when its time is over.
  const stopped = later(options.seconds * 1_000);
  const answered = storm(url, options);
  await Promise.race([answered, stopped]);
  const during = await readers.window();
  const stormSeconds = (performance.now() - began) / 1_000;
  const logins = await answered;
  await readers.stop();
  const bar: Bar = {
    name: `${options.engine}: p99 of reads while ${String(options.logins)} sign in, to that of reads alone`,
    measured: percentiles(during).p99Ms / percentiles(alone).p99Ms,
    bound: MOST_RATIO,
    side: "at most",
    unit: "",
  };
  return {
    engine: options.engine,
    alone: percentiles(alone),
    storm: percentiles(during),
    failedReads: alone.failures + during.failures,
    logins,
    stormSeconds,
    bars: [{ ...bar, kept: isKept(bar) }],
  };
}

function format({ alone, storm: during, failedReads, logins, stormSeconds, bars }: SignInResults): string {
  const ms = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }): string =>
    `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  const outcomes = Object.entries(logins).map(([outcome, count]) => `${String(count)} ${outcome}`);
  return [
    `reads alone:      ${ms(alone)}`,
    `during the storm: ${ms(during)} over ${stormSeconds.toFixed(1)} s, ${String(failedReads)} reads failed`,
    `sign-ins:         ${outcomes.join(", ")}`,
    formatBars(bars),
  ].join("\n");
}

/** @returns Whether the bar is kept and no read failed. */
export async function benchSignIn(argv: readonly string[]): Promise<boolean> {
  const options = readSignInOptions(argv);
  const dataset = new Dataset({ customers: CUSTOMERS, messages: CUSTOMERS * 5, seed: 1 });
  const place = await makePlace(options.engine, options);
  const readers = new ReaderClient();
  try {
    const headers = await fillPlace(place, dataset);
    await addStaff(place, options.logins);
    report(`${options.engine}: filled`);
    const server = await startServing(place, headers);
    try {
      await readers.connect({ url: server.url, headers, data: dataset.parameters, clients: options.clients });
      const results = await measure(server.url, readers, options);
      process.stdout.write(`${options.json ? JSON.stringify(results, null, 2) : format(results)}\n`);
      return results.failedReads === 0 && results.bars.every(({ kept }) => kept);
    } finally {
      await server.stop();
    }
  } finally {
    readers.end();
    await place.remove();
  }
}
