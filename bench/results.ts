import { cpus, totalmem } from "node:os";
import type { BenchOptions } from "./options";
import type { Comparison } from "./measure";

export interface Environment {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly database: string;
  readonly nodeFlags: readonly string[];
}

export interface BenchResults {
  readonly at: string;
  readonly environment: Environment;
  readonly data: { readonly customers: number; readonly messages: number; readonly seed: number };
  readonly seconds: number;
  readonly rounds: number;
  /** Seconds that loading took; null for a side whose rows were there. */
  readonly loadSeconds: { readonly baseline: number | null; readonly fieldward: number | null };
  readonly comparisons: readonly Comparison[];
}

export function describeEnvironment(database: string, options: BenchOptions): Environment {
  const processors = cpus();
  return {
    node: process.version,
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    database,
    nodeFlags: options.nodeFlags,
  };
}

const HEADINGS = ["query", "clients", "baseline/s", "fieldward/s", "ratio", "(min-max)", "p50 ms", "p99 ms"];

/** The comparisons as a table, under what they were measured with. */
export function formatResults({ environment, data, rounds, seconds, comparisons }: BenchResults): string {
  const { node, cores, cpu, database, nodeFlags } = environment;
  return [
    `Node ${node} ${nodeFlags.join(" ")}, ${database}, ${cores} x ${cpu}`,
    `${data.customers} customers, ${data.messages} messages; medians of ${rounds} rounds of ${seconds} s`,
    "",
    formatTable(comparisons),
    "",
    "ratio: fieldward/s to baseline/s; times: baseline / fieldward",
  ].join("\n");
}

function formatTable(comparisons: readonly Comparison[]): string {
  const rows = [HEADINGS, ...comparisons.map(toRow)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => align(cell, column, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function toRow({ query, clients, baseline, fieldward, ratio }: Comparison): string[] {
  return [
    query,
    String(clients),
    rate(baseline.requestsPerSecond),
    rate(fieldward.requestsPerSecond),
    ratio.median.toFixed(2),
    `(${ratio.min.toFixed(2)}-${ratio.max.toFixed(2)})`,
    `${baseline.p50Ms.toFixed(2)} / ${fieldward.p50Ms.toFixed(2)}`,
    `${baseline.p99Ms.toFixed(2)} / ${fieldward.p99Ms.toFixed(2)}`,
  ];
}

function rate(perSecond: number): string {
  return perSecond.toFixed(perSecond < 100 ? 1 : 0);
}

function align(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
