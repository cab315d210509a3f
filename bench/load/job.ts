/** What the load client is told to do. */
export interface LoadJob {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn, over and over. */
  readonly bodies: readonly string[];
  /** Connections; each sends its next request when it has the answer to the last. */
  readonly clients: number;
  /** Load before counting starts. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What it saw while it counted. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
}

export type LoadReply = { readonly result: LoadResult } | { readonly error: string };
