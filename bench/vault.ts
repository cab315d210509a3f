/** `npm run bench -- vault`: sealing and opening beside the bare primitives, and what a cold key cache costs. */
import { cpus } from "node:os";
import { KeyMemory } from "../src/crypto/key-memory";
import { SUITES } from "../src/crypto/suites";
import { report } from "./progress";
import { formatBars, formatColumns, isKept, type Bar } from "./vault-bars";
import { cipherPairs, SHAPES } from "./vault-ciphers";
import { measureColdKeys, type ColdKeysResult } from "./vault-cold-keys";
import { readVaultOptions } from "./vault-options";
import { measurePairs, type PairResult } from "./vault-rounds";

const MOST_OVERHEAD = 1.5;
const LEAST_ADVANTAGE = 3;
const MOST_COLD_MS = 15;
const COLD_ROUNDS = 31;

interface VaultResults extends CipherResults {
  readonly at: string;
  readonly environment: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly rounds: number;
  readonly coldKeys: readonly ColdKeysResult[];
  readonly bars: readonly (Bar & { readonly kept: boolean })[];
}

interface CipherResults {
  readonly ciphers: readonly PairResult[];
  /** Suite 01 compared with suite 02: how many times as long it takes. */
  readonly suites: readonly PairResult[];
}

function measureCiphers(rounds: number): CipherResults {
  const memory = new KeyMemory();
  try {
    const shapes = SHAPES.map((shape) => {
      const aes = cipherPairs(SUITES["aes-256-gcm"], shape, memory);
      const xchacha = cipherPairs(SUITES["xchacha20-poly1305"], shape, memory);
      const name = `open, suite 01 to 02, ${shape.name}`;
      const suites = { ...xchacha.open, name, reference: xchacha.open.subject, subject: aes.open.subject };
      return { pairs: [xchacha.open, xchacha.seal, aes.open, aes.seal], suites };
    });
    const pairs = shapes.flatMap((shape) => shape.pairs);
    const results = measurePairs([...pairs, ...shapes.map(({ suites }) => suites)], rounds);
    return { ciphers: results.slice(0, pairs.length), suites: results.slice(pairs.length) };
  } finally {
    memory.wipeAll();
  }
}

function cipherBars({ ciphers, suites }: CipherResults): Bar[] {
  const overheads = ciphers.map(({ name, ratio }): Bar => ({
    name: `${name}: time to the bare primitive's`,
    measured: ratio,
    bound: MOST_OVERHEAD,
    side: "at most",
    unit: "",
  }));
  // Of short values only: with the length the work of the ciphers themselves comes to outweigh the calls into OpenSSL.
  const advantages = suites.slice(0, 1).map(({ name, ratio }): Bar => ({
    name: `${name}: time`,
    measured: ratio,
    bound: LEAST_ADVANTAGE,
    side: "at least",
    unit: "",
  }));
  return [...overheads, ...advantages];
}

function coldKeyBars(results: readonly ColdKeysResult[]): Bar[] {
  return results.flatMap(({ engine, coldStatements, differenceMs }): Bar[] => [
    {
      name: `${engine}: statements for 1,000 values of 200 customers, no key in memory`,
      measured: coldStatements,
      bound: 1,
      side: "exactly",
      unit: "",
    },
    {
      name: `${engine}: how much longer than with all keys in memory`,
      measured: differenceMs,
      bound: MOST_COLD_MS,
      side: "at most",
      unit: "ms",
    },
  ]);
}

function formatColdKeys(results: readonly ColdKeysResult[]): string {
  const rows = results.map(({ engine, coldStatements, warmStatements, coldMs, warmMs }) => [
    engine,
    `${coldMs.toFixed(1)} ms, ${coldStatements}`,
    `${warmMs.toFixed(1)} ms, ${warmStatements}`,
  ]);
  return formatColumns([["1,000 values, statements", "keys cold", "keys warm"], ...rows]);
}

function formatCiphers(headings: readonly string[], results: readonly PairResult[]): string {
  const perSecond = (number: number): string => Math.round(number).toLocaleString("en");
  const rows = results.map(({ name, referencePerSecond, subjectPerSecond, ratio }) => [
    ...[name, perSecond(referencePerSecond), perSecond(subjectPerSecond), ratio.toFixed(2)],
  ]);
  return formatColumns([headings, ...rows]);
}

function formatResults({ environment, rounds, ciphers, suites, coldKeys, bars }: VaultResults): string {
  return [
    `Node ${environment.node}, ${environment.cores} x ${environment.cpu}; medians of ${rounds} rounds, one core`,
    formatCiphers(["values", "bare/s", "fieldward/s", "time ratio"], ciphers),
    formatCiphers(["values", "02/s", "01/s", "time ratio"], suites),
    formatColdKeys(coldKeys),
    formatBars(bars),
  ].join("\n\n");
}

/** @returns Whether every bar is kept. */
export async function benchVault(argv: readonly string[]): Promise<boolean> {
  const options = readVaultOptions(argv);
  const processors = cpus();
  report("sealing and opening ...");
  const measured = measureCiphers(options.rounds);
  report("opening with cold keys ...");
  const coldKeys = await measureColdKeys(options.url, COLD_ROUNDS);
  const bars = [...cipherBars(measured), ...coldKeyBars(coldKeys)];
  const results: VaultResults = {
    at: new Date().toISOString(),
    environment: {
      node: process.version,
      cpu: processors[0]?.model ?? "unknown",
      cores: processors.length,
    },
    rounds: options.rounds,
    ...measured,
    coldKeys,
    bars: bars.map((bar) => ({ ...bar, kept: isKept(bar) })),
  };
  process.stdout.write(`${options.json ? JSON.stringify(results, null, 2) : formatResults(results)}\n`);
  return bars.every(isKept);
}
