import type { DataParameters } from "../data";

/** Which requests the readers send. */
export type Mix =
  | { readonly kind: "all" }
  /** Reads of some customers who lie side by side, every other read of those who are to be shredded. */
  | { readonly kind: "some"; readonly customerIds: readonly string[]; readonly shredded: readonly string[] };

/** What the readers are told to do. */
export type ReaderOrder =
  | {
      readonly do: "connect";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly data: DataParameters;
      readonly clients: number;
    }
  /** Reads everything once. */
  | { readonly do: "walk"; readonly shredded: readonly string[] }
  /** Begins to read; null: each client sends its next request as soon as it has an answer. */
  | { readonly do: "read"; readonly perSecond: number | null; readonly mix: Mix }
  /** Ends the window and opens the next. */
  | { readonly do: "window" }
  | { readonly do: "stop" };

/** A read that was answered with something else than it was to be. */
export interface FailedRead {
  readonly operation: string;
  readonly why: string;
}

/** A read of a customer who is to be shredded. */
export interface ShreddedRead {
  readonly customerId: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAtMs: number;
  /** `partly`: some of the customer's values. */
  readonly shown: "clear" | "partly" | "erased";
}

/** What the readers saw between two orders. A read belongs to the window in which it was sent. */
export interface Window {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  /** Of these, requests that were not sent, since the server had stalled. */
  readonly notSent: number;
  readonly failures: number;
  /** The first few. */
  readonly failed: readonly FailedRead[];
  readonly ofShredded: readonly ShreddedRead[];
}

export type ReaderReply =
  | { readonly did: "connect" | "read" }
  | {
      readonly did: "walk";
      readonly customers: number;
      readonly failures: number;
      readonly failed: readonly FailedRead[];
    }
  | { readonly did: "window" | "stop"; readonly window: Window }
  | { readonly did: "nothing"; readonly error: string };
