import type { LoadJob, LoadResult } from "./load/job";
import type { LoadClient } from "./load/load-client";
import type { RunningServer } from "./target";

export interface SideSummary {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One query at one number of clients. Each number of a side is the median of its rounds. */
export interface Comparison {
  readonly query: string;
  readonly clients: number;
  readonly baseline: SideSummary;
  readonly fieldward: SideSummary;
  /** Fieldward's requests/s to the baseline's: the median, least and greatest of the rounds' ratios. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number };
  readonly rounds: readonly { readonly baseline: LoadResult; readonly fieldward: LoadResult }[];
}

export interface MeasurePlan extends Pick<LoadJob, "bodies" | "clients" | "warmUpMs" | "measureMs"> {
  readonly query: string;
  readonly rounds: number;
}

/** Measures in turn, baseline then Fieldward, so that both meet the same moods of the machine. */
export async function compare(
  client: LoadClient,
  baseline: RunningServer,
  fieldward: RunningServer,
  { query, rounds, ...plan }: MeasurePlan,
): Promise<Comparison> {
  const headers = allHeaders(baseline, fieldward);
  const pairs: { baseline: LoadResult; fieldward: LoadResult }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({
      baseline: await client.run({ ...plan, url: baseline.url, headers }),
      fieldward: await client.run({ ...plan, url: fieldward.url, headers }),
    });
  }
  const ratios = pairs.map((pair) => pair.fieldward.requestsPerSecond / pair.baseline.requestsPerSecond);
  return {
    query,
    clients: plan.clients,
    baseline: summarise(pairs.map((pair) => pair.baseline)),
    fieldward: summarise(pairs.map((pair) => pair.fieldward)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    rounds: pairs,
  };
}

/** Both sides are sent the headers of both: parsing them costs each the same. */
function allHeaders(baseline: RunningServer, fieldward: RunningServer): Readonly<Record<string, string>> {
  return { ...baseline.headers, ...fieldward.headers };
}

function summarise(results: readonly LoadResult[]): SideSummary {
  return {
    requestsPerSecond: median(results.map((result) => result.requestsPerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
