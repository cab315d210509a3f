import type { Sender } from "./observe";

/** The ways by which a caller may try to learn what it may not see. */
export type Channel =
  | "filter"
  | "sort"
  | "count"
  | "cursor"
  | "error text"
  | "null pattern"
  | "timing class"
  | "alias"
  | "fragment"
  | "nested path"
  | "argument default"
  | "accessPlan"
  | "accessExplanation"
  | "introspection"
  | "write";

/** One attempt. It is the same in every world: what comes back must be, too. */
export interface Probe {
  readonly channel: Channel;
  readonly name: string;
  readonly send: (sender: Sender) => Promise<unknown>;
  /** What it may have written has to be taken back. */
  readonly writes?: true;
}

/** A probe that is one request. */
export function probe(channel: Channel, name: string, query: string, variables = {}): Probe {
  return { channel, name, send: (sender) => sender.ask(query, variables) };
}

/** The same for several ids or filters, by number. */
export const each = (parts: readonly string[], part: (one: string, i: number) => string): string =>
  parts.map(part).join(" ");

/** Asks what a document would be served. */
export const PLAN = `query ($document: String!, $variables: JSON) { accessPlan(document: $document, variables: $variables) { allowed refusal cost fields { path field category level because toRaise } } }`;
