import type { BenchConsent, BenchCustomer, BenchMessage } from "./records";

/** Where one side's rows go. Batches come in the order customers, consents, messages; one call at a time. */
export interface BenchSink {
  customers(batch: readonly BenchCustomer[]): Promise<void>;
  consents(batch: readonly BenchConsent[]): Promise<void>;
  messages(batch: readonly BenchMessage[]): Promise<void>;
  /** Called once, after the last batch: builds what is left, records the fingerprint, closes. */
  finish(): Promise<void>;
}

export interface LoadOptions {
  /** A database server, without a database: `mysql://user:password@127.0.0.1:3306`. */
  readonly mysqlUrl: string;
  /** Names the rows that are wanted; see `Dataset.fingerprint`. */
  readonly fingerprint: string;
  /** Load even if the same rows are there. */
  readonly reload: boolean;
}

export interface StartOptions {
  readonly mysqlUrl: string;
  /** Flags for the node process, the same on both sides (but for `--cpu-prof`). */
  readonly nodeFlags: readonly string[];
}

export interface RunningServer {
  /** The GraphQL endpoint, on 127.0.0.1. */
  readonly url: string;
  /** What a request to this side needs beyond the headers that both sides get; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the server and waits until it has ended. */
  stop(): Promise<void>;
}

/** One of the two things compared. */
export interface Target {
  readonly name: string;
  /** A sink to fill, or undefined if the wanted rows are there already. */
  load(options: LoadOptions): Promise<BenchSink | undefined>;
  start(options: StartOptions): Promise<RunningServer>;
}
